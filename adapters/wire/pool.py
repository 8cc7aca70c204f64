"""A transport for httpx: connections to one place, used again last in, first out."""

import asyncio
import ssl
from typing import Final

import httpx

from adapters.wire.answer import AnswerReader
from adapters.wire.dialing import Dialer
from adapters.wire.line import Line

_GONE_SECONDS: Final = 1.0
# What is said of the content's length is ours to say: two words on that are how a request is smuggled.
_LENGTHS: Final = frozenset({b"content-length", b"transfer-encoding"})
_BROKEN: Final = (httpx.ReadError, httpx.RemoteProtocolError)


class Wire(httpx.AsyncBaseTransport):
    """One request, one connection at a time, one short answer, read whole.

    httpcore's pool looks through all its requests at every change, so it slows down as concurrency grows.
    This one takes the connection that came back last, or makes one. The caller limits how many run at once.
    """

    def __init__(  # noqa: PLR0913 — limits have names
        self,
        url: httpx.URL,
        *,
        tls: ssl.SSLContext,
        connect_seconds: float,
        read_seconds: float,
        keep_alive_seconds: float,
        body_bytes_max: int,
    ) -> None:
        """`url` says the only place it leads to; of an answer over `body_bytes_max` one byte more is read."""
        self._origin = (url.scheme, url.host, url.port)
        self._dialer = Dialer(url, tls if url.scheme == "https" else None, connect_seconds=connect_seconds)
        self._read_seconds = read_seconds
        self._keep_alive_seconds = keep_alive_seconds
        self._body_bytes_max = body_bytes_max
        self._idle: list[Line] = []
        self._sweep: asyncio.TimerHandle | None = None
        self._closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request with its whole content, and hear the answer; raises httpx.TransportError.

        A kept connection may have been closed by the other side meanwhile: then, once, at once, a new one.
        """
        stream = request.stream
        # What is in memory needs no generator of the event loop's.
        content = b"".join(stream) if isinstance(stream, httpx.ByteStream) else await request.aread()
        said = self._in_bytes(request, content)
        if (kept := self._take()) is not None:
            try:
                return await self._exchange(kept, said)
            except _BROKEN:
                if kept.answer.headed:
                    raise
        return await self._exchange(await self._dialer.dial(self._new_line), said)

    async def aclose(self) -> None:
        """Close what is idle; what is in use closes as it comes back."""
        self._closed = True
        if self._sweep is not None:
            self._sweep.cancel()
        closing, self._idle = self._idle, []
        for line in closing:
            line.close()
        if closing:
            gone = [asyncio.create_task(line.gone.wait()) for line in closing]
            _, late = await asyncio.wait(gone, timeout=_GONE_SECONDS)
            for one in late:
                one.cancel()

    async def _exchange(self, line: Line, said: bytes) -> httpx.Response:
        answer = await line.ask(said)
        response = httpx.Response(
            answer.status, headers=answer.headers, stream=httpx.ByteStream(bytes(answer.body))
        )
        if self._closed:
            line.close()
        elif line.is_open:
            self._keep(line)
        return response

    def _in_bytes(self, request: httpx.Request, content: bytes) -> bytes:
        url = request.url
        if (url.scheme, url.host, url.port) != self._origin:
            raise httpx.UnsupportedProtocol("this transport leads to one place only")
        lines = [b"%b %b HTTP/1.1" % (request.method.encode("ascii"), url.raw_path)]
        lines += [name + b": " + value for name, value in request.headers.raw if name.lower() not in _LENGTHS]
        lines += [b"Content-Length: %d" % len(content), b"", b""]
        head = b"\r\n".join(lines)
        if head.count(b"\n") != len(lines) - 1 or head.count(b"\r") != len(lines) - 1:
            raise httpx.LocalProtocolError("a line break within a header")
        return head + content

    def _new_line(self) -> Line:
        return Line(AnswerReader(self._body_bytes_max), self._read_seconds)

    # ---- what is kept ----

    def _take(self) -> Line | None:
        now = asyncio.get_running_loop().time()
        while self._idle:
            line = self._idle.pop()
            if now < line.kept_until and line.is_quiet:
                return line
            line.close()
        return None

    def _keep(self, line: Line) -> None:
        loop = asyncio.get_running_loop()
        line.kept_until = loop.time() + self._keep_alive_seconds
        self._idle.append(line)
        if self._sweep is None:
            self._sweep = loop.call_at(line.kept_until, self._let_go)

    def _let_go(self) -> None:
        """Close those that nobody came back to, and forget those that were closed meanwhile."""
        loop = asyncio.get_running_loop()
        now, before = loop.time(), self._idle
        self._idle = [line for line in before if now < line.kept_until and line.is_open]
        for line in set(before).difference(self._idle):
            line.close()
        self._sweep = loop.call_at(self._idle[0].kept_until, self._let_go) if self._idle else None
