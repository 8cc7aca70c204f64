"""One answer as its bytes come in: nothing beyond it, and never more of it than is wanted."""

from http import HTTPStatus
from typing import Final

import httptools

# All that is not body: status lines, headers, sizes of chunks, trailers, answers that only announce one.
FRAME_BYTES_MAX: Final = 64 * 1024
_VERSIONS: Final = frozenset({"1.0", "1.1"})
_FRAMED: Final = frozenset({b"content-length", b"transfer-encoding"})
_BEGINS: Final = b"HTTP/"
_HEAD_ENDS: Final = b"\r\n\r\n"


class BrokenAnswerError(Exception):
    """What came is no answer; the text says why, in words."""


class _EnoughError(Exception):
    """More of the body came than is wanted."""


class AnswerReader:
    """Reads one answer after the other of one connection; `begin` forgets the one before.

    Bytes beyond an answer would be taken for the answer to the next question. So where an answer ends before
    the last byte that came, `reusable` stays false, whatever those bytes say.
    """

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytearray
    # Whether all of the head has come, all of the answer, more of the body than is wanted.
    headed: bool
    whole: bool
    cut: bool
    # Whether the connection may be asked again.
    reusable: bool

    def __init__(self, body_bytes_max: int) -> None:
        """Of a body longer than `body_bytes_max` one byte more is kept, and the rest is not read."""
        self._body_bytes_max = body_bytes_max
        self.begin()

    def begin(self) -> None:
        """Make ready for an answer."""
        # A parser that knows nothing of the answer before.
        self._parser = httptools.HttpResponseParser(self)
        self._bytes = 0
        # What came of the head: the parser takes RTSP's and ICE's for one, and does not say which it was.
        self._head = bytearray()
        self._keeps_alive = False  # nor while it is not whole
        self.status, self.headers, self.body = 0, [], bytearray()
        self.headed = self.whole = self.cut = self.reusable = False

    def feed(self, data: bytes) -> bool:
        """Take what came; whether the answer is whole, or has more than is wanted.

        Raises:
            BrokenAnswerError: it is no answer, or its head has no end.
        """
        self._bytes += len(data)
        if not self.headed:
            self._head += data
        try:
            self._parser.feed_data(data[:-1])
            if not self.whole:
                # The parser does not say where an answer ended. The last byte alone tells: it must end there.
                self._parser.feed_data(data[-1:])
                self.reusable = self._keeps_alive
        except httptools.HttpParserUpgrade:
            self.whole = True
        except httptools.HttpParserError as error:
            if not (self.whole or self.cut):
                raise BrokenAnswerError(str(error.__context__ or error)) from error
        if self.whole or self.cut:
            return True
        if self._bytes - len(self.body) > FRAME_BYTES_MAX:
            raise BrokenAnswerError(f"more than {FRAME_BYTES_MAX} bytes around the answer")
        return False

    def end(self) -> bool:
        """Hear that the other side has closed; whether that was how the answer ends."""
        if self.headed and not any(name.lower() in _FRAMED for name, _ in self.headers):
            self.whole = True
        return self.whole

    # ---- what httptools calls; an exception ends the parsing ----

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self.whole and not self.headed:
            self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        if self.whole:
            raise _EnoughError
        if self._parser.get_http_version() not in _VERSIONS:
            raise BrokenAnswerError(f"HTTP/{self._parser.get_http_version()} was not asked for")
        if not self._head.startswith(_BEGINS):
            raise BrokenAnswerError("what came is not HTTP")
        self.status = self._parser.get_status_code()
        if self.status < HTTPStatus.CONTINUE:
            # It would be taken for one that only announces, and its body for the beginning of the answer's.
            raise BrokenAnswerError(f"there is no status {self.status:03}")
        self.headed = not self._only_announces()

    def on_body(self, piece: bytes) -> None:
        if not self.whole:
            self.body += piece[: self._body_bytes_max + 1 - len(self.body)]
        if len(self.body) > self._body_bytes_max:
            self.cut = True
            raise _EnoughError

    def on_message_complete(self) -> None:
        if self.whole:
            raise _EnoughError
        if self._only_announces():
            self.headers.clear()
            # Nothing but a head: the next one begins behind it.
            del self._head[: self._head.find(_HEAD_ENDS) + len(_HEAD_ENDS)]
            return
        self.whole = True
        self._keeps_alive = self._parser.should_keep_alive()

    def _only_announces(self) -> bool:
        """Whether the status is one of those that come before an answer."""
        return self.status < HTTPStatus.OK and self.status != HTTPStatus.SWITCHING_PROTOCOLS
