"""Serve on loopback for as long as a block lasts: a function gives the reply to each request."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TypeAlias, cast

import httptools

HOST = "127.0.0.1"
BACKLOG = 1024
BODY_BYTES_MAX = 1 << 20


@dataclass(slots=True, kw_only=True)
class Request:
    """What was asked; names of headers are in lower case."""

    method: str = ""
    path: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What is answered; `cut` says how many bytes of its body are sent before the connection is closed."""

    status: HTTPStatus = HTTPStatus.OK
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    cut: int | None = None


# No reply: the connection is closed without a word.
Answering: TypeAlias = Callable[[Request], Awaitable[Reply | None]]


@asynccontextmanager
async def serving(answering: Answering, port: int) -> AsyncIterator[int]:
    """Yield the port; 0 asks for a free one.

    Raises:
        OSError: the port is taken.
    """
    loop = asyncio.get_running_loop()
    lines: set[_Line] = set()
    bound = _bound(port)
    server = await loop.create_server(lambda: _Line(answering, lines), sock=bound, backlog=BACKLOG)
    try:
        yield int(bound.getsockname()[1])
    finally:
        server.close()
        for line in list(lines):
            await line.end()
        await server.wait_closed()


def _bound(port: int) -> socket.socket:
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((HOST, port))
    except OSError:
        opened.close()
        raise
    return opened


class _Line(asyncio.Protocol):
    """One connection: reads a request, has it answered, reads the next."""

    def __init__(self, answering: Answering, lines: "set[_Line]") -> None:
        self._answering = answering
        self._lines = lines
        self._parser = httptools.HttpRequestParser(self)
        self._request = Request()
        self._answer: asyncio.Task[None] | None = None

    async def end(self) -> None:
        """Close it, whatever it is at."""
        if self._answer is not None:
            self._answer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._answer
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._lines.add(self)

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002 - asyncio calls it
        self._lines.discard(self)

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._transport.abort()

    def on_message_begin(self) -> None:
        self._request = Request()

    def on_url(self, url: bytes) -> None:
        self._request.path += url.decode("latin-1")

    def on_header(self, name: bytes, value: bytes) -> None:
        self._request.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, piece: bytes) -> None:
        self._request.body += piece
        if len(self._request.body) > BODY_BYTES_MAX:
            self._transport.abort()

    def on_message_complete(self) -> None:
        self._request.method = self._parser.get_method().decode("latin-1")
        kept = self._parser.should_keep_alive()
        self._answer = asyncio.get_running_loop().create_task(self._reply(self._request, keep_alive=kept))

    async def _reply(self, request: Request, *, keep_alive: bool) -> None:
        reply = await self._answering(request)
        if reply is None or self._transport.is_closing():
            self._transport.abort()
            return
        self._transport.write(_head(reply) + reply.body[: reply.cut])
        if reply.cut is not None or not keep_alive:
            self._transport.close()


def _head(reply: Reply) -> bytes:
    lines = [
        f"HTTP/1.1 {reply.status.value} {reply.status.phrase}",
        *(f"{name}: {value}" for name, value in reply.headers),
        f"Content-Length: {len(reply.body)}",
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
