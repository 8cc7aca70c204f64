"""What forms send: a few short fields, each once, in UTF-8; anything else is refused in words."""

from typing import Final
from urllib.parse import parse_qsl

import falcon

FORM_BYTES_MAX: Final = 64 * 1024
FIELDS_MAX: Final = 50


def read_form(req: falcon.Request) -> dict[str, str]:
    """Read the fields of a form; raises 400, 413 or 415."""
    if (req.content_type or "").partition(";")[0].strip().lower() != falcon.MEDIA_URLENCODED:
        raise falcon.HTTPUnsupportedMediaType(title="Not a form", description="Send a form of this desk.")
    body = req.bounded_stream.read(FORM_BYTES_MAX + 1)
    if len(body) > FORM_BYTES_MAX:
        raise falcon.HTTPContentTooLarge(
            title="Too long",
            description=f"A form may have {FORM_BYTES_MAX} bytes.",
            headers={"Connection": "close"},
        )
    if len(body) < (req.content_length or 0):
        raise _malformed("It was cut off.")
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=FIELDS_MAX
        )
    except ValueError as error:
        raise _malformed("It is no form in UTF-8.") from error
    if any("\0" in text for pair in pairs for text in pair):
        raise _malformed("A field holds a NUL, which nothing here keeps.")
    form = dict(pairs)
    if len(form) != len(pairs):
        raise _malformed("A field is given more than once.")
    return form


def said(form: dict[str, str], name: str) -> str | None:
    """What a field says; None where it was left empty. Lines end in one character, as in JSON."""
    return form.get(name, "").replace("\r\n", "\n").strip() or None


def _malformed(description: str) -> falcon.HTTPError:
    return falcon.HTTPBadRequest(title="Malformed form", description=description)
