"""One POST to a listener, as PayPal makes it: over a connection of its own, unless told otherwise."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeAlias, cast
from urllib.parse import urlsplit

import httptools

from adapters.loopback import is_loopback

ANSWER_SECONDS_MAX = 30.0
HTTP_PORT = 80
_HEAD = (
    "POST {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: PayPal IPN ( https://www.paypal.com/ipn )\r\n"
    "Connection: {connection}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a listener said, and after how many seconds; no status when it was no whole answer."""

    status: int | None
    seconds: float = 0.0


Post: TypeAlias = Callable[[bytes], Awaitable[Answer]]


def checked_loopback(url: str) -> str:
    """The address of a listener or an office, if it is one that may be played to.

    Raises:
        ValueError: it is not plain http on loopback.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"{url!r} is no address: {error}") from error
    if parts.scheme != "http" or not host or not is_loopback(host):
        raise ValueError(f"{url!r} is not on loopback: expected an address such as http://127.0.0.1:8000")
    return url


@asynccontextmanager
async def posting_to(listener: str, *, keep_alive: bool = False) -> AsyncIterator[Post]:
    """Yield a function that posts one body; whatever the network does, it answers within half a minute.

    Raises:
        ValueError: the listener is not on loopback.
    """
    poster = _Poster(checked_loopback(listener), keep_alive=keep_alive)
    try:
        yield poster.post
    finally:
        poster.close()


class _Poster:
    def __init__(self, url: str, *, keep_alive: bool) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or HTTP_PORT
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection = "keep-alive" if keep_alive else "close"
        self._head = _HEAD.format(path=path, host=parts.netloc, connection=connection)
        self._keep_alive = keep_alive
        self._idle: list[_Line] = []

    async def post(self, body: bytes) -> Answer:
        begun = time.perf_counter()
        try:
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                status = await self._exchange(body)
        except (OSError, TimeoutError):
            status = None
        return Answer(status, time.perf_counter() - begun)

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()

    async def _exchange(self, body: bytes) -> int | None:
        line = await self._line()
        try:
            status = await line.say(f"{self._head}Content-Length: {len(body)}\r\n\r\n".encode("ascii") + body)
        except BaseException:
            line.close()
            raise
        if self._keep_alive and line.usable:
            self._idle.append(line)
        else:
            line.close()
        return status

    async def _line(self) -> "_Line":
        while self._idle:
            if (kept := self._idle.pop()).usable:
                return kept
        loop = asyncio.get_running_loop()
        _, line = await loop.create_connection(_Line, self._host, self._port)
        return line


class _Line(asyncio.Protocol):
    """One connection: says a request, and waits for the end of its answer."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._heard: asyncio.Future[int | None] | None = None
        self.usable = False

    def say(self, request: bytes) -> "asyncio.Future[int | None]":
        """The status of the answer; none where it broke off."""
        self._heard = asyncio.get_running_loop().create_future()
        self.usable = False
        if self._transport is None or self._transport.is_closing():
            self._heard.set_result(None)
        else:
            self._transport.write(request)
        return self._heard

    def close(self) -> None:
        self.usable = False
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._end(None)

    def on_message_complete(self) -> None:
        self.usable = self._parser.should_keep_alive()
        status = self._parser.get_status_code()
        # Another answer on this connection wants a parser that knows nothing of this one.
        self._parser = httptools.HttpResponseParser(self)
        self._end(status)

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002 - asyncio calls it
        self.usable = False
        self._end(None)

    def _end(self, status: int | None) -> None:
        if self._heard is not None and not self._heard.done():
            self._heard.set_result(status)
