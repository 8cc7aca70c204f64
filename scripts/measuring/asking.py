"""Asking: a place of a closed loop, and the connection that it has; as cheap as can be."""

import asyncio
import errno
import socket
import time
from typing import Final, Protocol, cast

NO_ANSWER: Final = 0  # in the place of a status
_HEAD_END: Final = b"\r\n\r\n"
_READ_BYTES: Final = 65_536
_PAUSE_SECONDS: Final = 0.001  # before one looks again whether more may be under way
_AGAIN_SECONDS: Final = 0.02  # after a connection that could not be made


class Asked(Protocol):
    """Who knows what is asked next, and hears what is answered."""

    host: str
    port: int
    kept_alive: bool

    def may(self) -> bool: ...
    def next(self, now: float) -> tuple[int, bytes] | None: ...
    def heard(self, number: int, status: int, since: float, now: float) -> None: ...
    def left(self) -> None: ...


class Asker:
    """One place of the loop: asks, waits for the answer, asks again; connected anew where none is kept."""

    def __init__(self, generator: Asked) -> None:
        self._generator = generator
        self._loop = asyncio.get_running_loop()
        self._kept: Connection | None = None
        self._number = 0
        self._since = 0.0
        self._connecting: asyncio.Task[object] | None = None
        self.request = b""

    def go_on(self) -> None:
        """Ask the next, as soon as one more may be under way."""
        self._go_on(time.monotonic())

    def _go_on(self, now: float) -> None:
        if not self._generator.may():
            self._loop.call_later(_PAUSE_SECONDS, self.go_on)
            return
        asked = self._generator.next(now)
        if asked is None:
            if self._kept is not None:
                self._kept.close()
            self._generator.left()
            return
        self._number, self.request = asked
        self._since = now
        if not self._generator.kept_alive:
            Once(self, (self._generator.host, self._generator.port))
        elif self._kept is not None and self._kept.is_open:
            self._kept.ask(self.request)
        else:
            self._connect()

    def _connect(self) -> None:
        place = self._generator.host, self._generator.port
        self._kept = Connection(self)
        self._connecting = self._loop.create_task(
            self._loop.create_connection(lambda: cast("asyncio.Protocol", self._kept), *place)
        )
        self._connecting.add_done_callback(self._connected)

    def _connected(self, task: asyncio.Task[object]) -> None:
        if task.exception() is not None:
            self._loop.call_later(_AGAIN_SECONDS, self.answered, NO_ANSWER)

    def answered(self, status: int) -> None:
        """Take note of the answer, and go on."""
        now = time.monotonic()
        self._generator.heard(self._number, status, self._since, now)
        self._go_on(now)


class Connection(asyncio.Protocol):
    """One connection to the server; the first request goes out as soon as it is there."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker
        self._transport: asyncio.Transport | None = None
        self._heard = b""
        self._waits = True  # for an answer

    @property
    def is_open(self) -> bool:
        """Whether something can be asked over it."""
        return self._transport is not None and not self._transport.is_closing()

    def ask(self, request: bytes) -> None:
        """Send it; its answer goes to the asker."""
        assert self._transport is not None
        self._waits = True
        self._transport.write(request)

    def close(self) -> None:
        """Nothing is asked any more."""
        self._waits = False
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self.ask(self._asker.request)

    def data_received(self, data: bytes) -> None:
        heard = self._heard + data if self._heard else data
        if not is_whole(heard):
            self._heard = heard
            return
        self._heard = b""
        self._waits = False
        self._asker.answered(int(heard[9:12]))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - why is all the same
        self._transport = None
        if self._waits:
            self._waits = False
            self._asker.answered(NO_ANSWER)


class Once:
    """A connection for one request, by hand: a transport costs the generator more."""

    def __init__(self, asker: Asker, place: tuple[str, int]) -> None:
        self._asker = asker
        self._loop = asyncio.get_running_loop()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        self._heard = b""
        reached = self._socket.connect_ex(place) in (0, errno.EINPROGRESS)
        # On loopback it is there already: to wait for that would cost two calls of the system more.
        if not reached or not self._send():
            self._loop.call_later(_AGAIN_SECONDS, self._send_again, reached)

    def _send_again(self, reached: bool) -> None:  # noqa: FBT001 - a callback's
        if not reached or not self._send():
            self._end(NO_ANSWER)

    def _send(self) -> bool:
        try:
            sent = self._socket.send(self._asker.request)
        except OSError:
            return False
        # A buffer takes the whole of a request as small as ours.
        assert sent == len(self._asker.request)
        self._loop.add_reader(self._socket, self._read)
        return True

    def _read(self) -> None:
        try:
            data = self._socket.recv(_READ_BYTES)
        except OSError:
            data = b""
        self._heard += data
        if not data or is_whole(self._heard):
            self._loop.remove_reader(self._socket)
            self._end(int(self._heard[9:12]) if data else NO_ANSWER)

    def _end(self, status: int) -> None:
        self._socket.close()
        self._asker.answered(status)


def is_whole(heard: bytes) -> bool:
    """Whether an answer has come to its end."""
    end = heard.find(_HEAD_END)
    return end >= 0 and len(heard) >= end + len(_HEAD_END) + _length(heard[:end])


_lengths: dict[bytes, int] = {}


def _length(head: bytes) -> int:
    """Of the body that follows; heads are nearly always the same."""
    known = _lengths.get(head)
    if known is None:
        rest = head.lower().partition(b"\r\ncontent-length:")[2]
        known = int(rest.partition(b"\r\n")[0] or 0)
        if len(_lengths) < 1_000:  # noqa: PLR2004 - where they are not, remembering them is of no use
            _lengths[head] = known
    return known
