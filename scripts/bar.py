"""The progress bar: how far something is, its rate and the time left; drawn on terminals alone."""

import sys
import time
from collections.abc import Callable
from typing import Final, TextIO

_WIDTH: Final = 24
_PAUSE_SECONDS: Final = 0.1


class Bar:
    """One line, written over itself; silent where it would only fill a log."""

    def __init__(
        self, what: str, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`what` is counted, as `events`."""
        self._what = what
        self._stream = stream or sys.stderr
        self._clock = clock
        self._begun = clock()
        self._drawn_at = float("-inf")
        self._length = 0

    def show(self, done: int, of: int) -> None:
        """Say how far it is."""
        now = self._clock()
        if not self._stream.isatty() or (now - self._drawn_at < _PAUSE_SECONDS and done < of):
            return
        self._drawn_at = now
        self._write(_line(self._what, done, max(of, done, 1), now - self._begun))

    def end(self) -> None:
        """Take the line away, so that what is said next stands alone."""
        if self._length:
            self._write("")
            self._stream.write("\r")
            self._stream.flush()

    def _write(self, line: str) -> None:
        self._stream.write("\r" + line.ljust(self._length))
        self._stream.flush()
        self._length = len(line)


def _line(what: str, done: int, of: int, seconds: float) -> str:
    filled = done * _WIDTH // of
    rate = done / seconds if seconds > 0 else 0.0
    left = _left((of - done) / rate) if rate > 0 else "?"
    drawn = "#" * filled + "." * (_WIDTH - filled)
    return f"[{drawn}] {done * 100 // of:3d}%  {done} of {of} {what}  {rate:.0f}/s  {left} left"


def _left(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
