"""The listener: keep the body, answer 200, do nothing else."""

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import datetime
from typing import Any, Final, Protocol

import falcon
import falcon.asgi

from adapters.delivered import Delivery
from adapters.keeper import Unkept
from adapters.times import to_us

FORM: Final = "application/x-www-form-urlencoded"
BODY_SECONDS: Final = 30.0
RETRY_SECONDS: Final = 30

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Message, Receive, Send], Awaitable[None]]

_INCOMING: Final = "counterfoil.incoming"
_METHODS: Final = {"/ipn": ("POST",), "/livez": ("GET", "HEAD")}


class KeepsDeliveries(Protocol):
    """Where the listener hands over what it read."""

    async def keep(self, delivery: Delivery) -> int:
        """Answer its number once it is committed; raise Unkept when it was not, and will not be."""
        ...


class _Incoming:
    """One request's body, not read before somebody asks for it, and then read only so far."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._announced = False

    async def __call__(self) -> Message:
        """What Falcon reads before it routes: nothing yet, so that a refused body stays where it is."""
        if self._announced:
            return await self._receive()
        self._announced = True
        return {"type": "http.request", "body": b"", "more_body": True}

    async def read(self, bytes_max: int, seconds: float) -> bytes:
        """All of the body; raises the answer to one that is too long, too slow or was cut off."""
        body, more = await self._read_piece(bytes_max)
        if not more:
            return body
        # Only what comes in pieces needs a clock here: the server ends a connection that sends none.
        pieces = [body]
        try:
            async with asyncio.timeout(seconds):
                while more:
                    bytes_max -= len(body)
                    body, more = await self._read_piece(bytes_max)
                    pieces.append(body)
        except TimeoutError as error:
            raise _too_slow(seconds) from error
        return b"".join(pieces)

    async def _read_piece(self, bytes_left: int) -> tuple[bytes, bool]:
        message = await self._receive()
        if message["type"] != "http.request":
            raise falcon.HTTPBadRequest(title="Cut off", description="The connection ended in the body.")
        piece = message.get("body", b"")
        if len(piece) > bytes_left:
            raise _too_long()
        return piece, message.get("more_body", False)


class _Ipn:
    """`POST /ipn`."""

    def __init__(
        self, keeper: KeepsDeliveries, body_bytes_max: int, body_seconds: float, clock: Callable[[], datetime]
    ) -> None:
        self._keeper = keeper
        self._body_bytes_max = body_bytes_max
        self._body_seconds = body_seconds
        self._clock = clock

    async def on_post(self, req: falcon.asgi.Request, _resp: falcon.asgi.Response) -> None:
        length = self._expected_length(req)
        body = await req.scope[_INCOMING].read(self._body_bytes_max, self._body_seconds)
        if length is not None and len(body) != length:
            raise falcon.HTTPBadRequest(title="Cut off", description="The body is not as long as announced.")
        if not body:
            raise falcon.HTTPBadRequest(title="Empty", description="A notification has a body.")
        delivery = Delivery(
            received_us=to_us(self._clock()),
            peer=(req.scope.get("client") or ("",))[0],
            headers=tuple([(n.decode("latin-1"), v.decode("latin-1")) for n, v in req.scope["headers"]]),
            body=body,
        )
        try:
            await self._keeper.keep(delivery)
        except Unkept as error:
            raise falcon.HTTPServiceUnavailable(
                title="Not kept",
                description=f"It could not be stored ({error.reason}). Send it again later.",
                retry_after=RETRY_SECONDS,
            ) from error

    def _expected_length(self, req: falcon.asgi.Request) -> int | None:
        """Refuse by the headers what can be refused by them; else the announced length, if there is one."""
        content_type = (req.content_type or "").partition(";")[0].strip().lower()
        # One without a type is taken: a proxy may have dropped it, and the message is about money.
        if content_type not in {"", FORM}:
            raise falcon.HTTPUnsupportedMediaType(title="Not a form", description=f"Send {FORM}.")
        length = req.content_length
        if length is not None and length > self._body_bytes_max:
            raise _too_long()
        return length


class _Live:
    """`GET /livez`: this process answers."""

    async def on_get(self, _req: falcon.asgi.Request, resp: falcon.asgi.Response) -> None:
        resp.content_type = falcon.MEDIA_TEXT
        resp.text = "live\n"

    on_head = on_get


class _Methods:
    """Answer 405 before routing, for a method nobody has heard of as for any other."""

    async def process_request(self, req: falcon.asgi.Request, _resp: falcon.asgi.Response) -> None:
        allowed = _METHODS.get(req.path)
        if allowed is not None and req.method not in allowed:
            raise falcon.HTTPMethodNotAllowed(
                allowed, title="Method not allowed", description=f"Here only {' and '.join(allowed)} will do."
            )


def create_listener(
    keeper: KeepsDeliveries,
    *,
    body_bytes_max: int,
    clock: Callable[[], datetime],
    body_seconds: float = BODY_SECONDS,
) -> Asgi:
    """The ASGI application of the public address; a body may take `body_seconds` to come in, all in all."""
    app = falcon.asgi.App(middleware=[_Methods()])
    app.req_options.strip_url_path_trailing_slash = True
    # An empty answer has no type.
    app.resp_options.default_media_type = None  # type: ignore[assignment]
    app.set_error_serializer(_write_error)
    app.add_route("/ipn", _Ipn(keeper, body_bytes_max, body_seconds, clock))
    app.add_route("/livez", _Live())

    async def listener(scope: Message, receive: Receive, send: Send) -> None:
        incoming = _Incoming(receive)
        # A query string means nothing here, and Falcon would fail on one that is not UTF-8.
        await app({**scope, "query_string": b"", _INCOMING: incoming}, incoming, send)

    return listener


def _too_long() -> falcon.HTTPError:
    # What is left of it is not read: the connection ends here.
    return falcon.HTTPContentTooLarge(
        title="Too long", description="No notification is as long as this.", headers={"Connection": "close"}
    )


def _too_slow(seconds: float) -> falcon.HTTPError:
    return falcon.HTTPError(
        falcon.HTTP_408,
        title="Too slow",
        description=f"The body took longer than {seconds:g} seconds.",
        headers={"Connection": "close"},
    )


def _write_error(_req: falcon.asgi.Request, resp: falcon.asgi.Response, error: falcon.HTTPError) -> None:
    resp.content_type = falcon.MEDIA_JSON
    resp.data = json.dumps({"title": error.title, "description": error.description or error.title}).encode()
