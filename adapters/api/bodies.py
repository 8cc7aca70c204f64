"""Bodies of acts: JSON, small, exactly the fields that are known; anything else is refused by name."""

import json
from collections.abc import Iterable
from typing import Any, Final, TypeVar

import falcon
import msgspec

BODY_BYTES_MAX: Final = 64 * 1024

Shape = TypeVar("Shape")


class BodyLimit:
    """Refuse a body that says itself that it is too long, whether anybody would read it or not."""

    def process_request(self, req: falcon.Request, _resp: falcon.Response) -> None:
        """Raise 413 by the announced length alone."""
        if (req.content_length or 0) > BODY_BYTES_MAX:
            raise _too_long()


def read_json(req: falcon.Request, shape: type[Shape]) -> Shape:
    """Read the body as `shape`; raises 400, 413 or 415."""
    if (req.content_type or "").partition(";")[0].strip().lower() != falcon.MEDIA_JSON:
        raise falcon.HTTPUnsupportedMediaType(
            title="Not JSON", description="Send the body as application/json."
        )
    body = _bytes(req)
    try:
        # The one decoder refuses NaN and halves of characters, the other names that are said twice.
        msgspec.json.decode(body)
        value = json.loads(body, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        said = "The body is nested too deeply." if isinstance(error, RecursionError) else str(error)
        raise falcon.HTTPBadRequest(
            title="Malformed body", description=f"The body is no JSON: {said}"
        ) from error
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError as error:
        raise falcon.HTTPBadRequest(title="Malformed body", description=str(error)) from error


def says_nothing(req: falcon.Request) -> bool:
    """Whether a request has no body at all."""
    return not req.content_length and not req.get_header("Transfer-Encoding")


def _bytes(req: falcon.Request) -> bytes:
    # Without an announced length the body comes in chunks, whose end the server knows.
    length = req.content_length
    stream = req.stream if length is None and req.get_header("Transfer-Encoding") else req.bounded_stream
    body: bytes = stream.read(BODY_BYTES_MAX + 1)
    if len(body) > BODY_BYTES_MAX:
        raise _too_long()
    return body


def _too_long() -> falcon.HTTPError:
    return falcon.HTTPContentTooLarge(
        title="Too long",
        description=f"A body may have {BODY_BYTES_MAX} bytes.",
        # What is left of it is not read: the connection ends here.
        headers={"Connection": "close"},
    )


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{name!r} is said twice")
        found[name] = value
    return found
