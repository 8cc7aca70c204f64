"""One connection: says a request, hears its answer, and says whether it may be used again."""

import asyncio
import select
from typing import Final, cast

import httpx

from adapters.wire.answer import AnswerReader, BrokenAnswerError

_CLOSED: Final = "the connection was closed before the answer was whole"


class Line(asyncio.Protocol):
    """Made by a dialer; one request at a time. It closes itself when anything is not as it should be."""

    def __init__(self, reader: AnswerReader, read_seconds: float) -> None:
        """`read_seconds` limit the sending of a request, and each silence after it."""
        self.answer = reader
        # On the loop's clock: until when it may lie idle.
        self.kept_until = 0.0
        self.gone = asyncio.Event()
        self._read_seconds = read_seconds
        self._transport: asyncio.Transport | None = None
        self._heard: asyncio.Future[None] | None = None
        self._silent_until = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._readable = select.poll()

    @property
    def is_open(self) -> bool:
        """Whether it can be written to, for all that is known."""
        return self._transport is not None and not self._transport.is_closing()

    @property
    def _unsent(self) -> int:
        return 0 if self._transport is None else self._transport.get_write_buffer_size()

    @property
    def is_quiet(self) -> bool:
        """Whether it is open, and nothing has come that nobody asked for: a farewell, or worse, an answer."""
        return self.is_open and not self._readable.poll(0)

    async def ask(self, request: bytes) -> AnswerReader:
        """Say a request; the answer, which stands until the next is asked for.

        Raises:
            httpx.ReadTimeout: nothing was heard for too long.
            httpx.ReadError: the connection broke.
            httpx.RemoteProtocolError: what came is no answer, or half of one.
        """
        loop = asyncio.get_running_loop()
        self.answer.begin()
        if not self.is_open:
            raise httpx.ReadError(_CLOSED)
        self._heard = loop.create_future()
        self._silent_until = loop.time() + self._read_seconds
        if self._timer is None:
            self._timer = loop.call_at(self._silent_until, self._look)
        cast("asyncio.Transport", self._transport).write(request)
        try:
            await self._heard
        except BaseException:
            self.close()
            raise
        finally:
            self._heard = None
        # Whoever answers before all was sent may not hear the rest, and the next question would be the rest.
        if not self.answer.reusable or self._unsent:
            self.close()
        return self.answer

    def close(self) -> None:
        """Close at once; `gone` is set when that is done."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._transport is None:
            self.gone.set()
        else:
            self._transport.abort()

    # ---- what the loop calls ----

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        # So that it says when all of a request has left. With 0 over TLS it would say so all the time.
        self._transport.set_write_buffer_limits(high=1, low=0)
        self._readable.register(transport.get_extra_info("socket").fileno(), select.POLLIN)

    def resume_writing(self) -> None:
        self._silent_until = asyncio.get_running_loop().time() + self._read_seconds

    def data_received(self, data: bytes) -> None:
        if self._heard is None or self._heard.done():
            self.close()
            return
        self._silent_until = asyncio.get_running_loop().time() + self._read_seconds
        try:
            if self.answer.feed(data):
                self._heard.set_result(None)
        except BrokenAnswerError as error:
            self._fail(httpx.RemoteProtocolError(str(error)))

    def eof_received(self) -> None:
        self._end(httpx.RemoteProtocolError(_CLOSED))

    def connection_lost(self, error: Exception | None) -> None:
        # The socket's number may be another's a moment from now: nobody looks at it any more.
        self._transport = None
        if error is None:
            self._end(httpx.RemoteProtocolError(_CLOSED))
        else:
            self._fail(httpx.ReadError(str(error) or type(error).__name__))
        self.close()

    def _end(self, error: httpx.HTTPError) -> None:
        """Nothing more comes: there are answers that end so; for all others it is an error."""
        if self._heard is not None and not self._heard.done() and self.answer.end():
            self._heard.set_result(None)
        else:
            self._fail(error)

    def _look(self) -> None:
        """See whether it has been silent for too long; a timer for each request would cost more."""
        self._timer = None
        if self._heard is None or self._heard.done():
            return
        loop = asyncio.get_running_loop()
        if loop.time() < self._silent_until:
            self._timer = loop.call_at(self._silent_until, self._look)
        else:
            self._fail(httpx.ReadTimeout("silent for too long"))

    def _fail(self, error: httpx.HTTPError) -> None:
        if self._heard is not None and not self._heard.done():
            self._heard.set_exception(error)
