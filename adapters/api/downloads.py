"""Downloads: answers that are made while they are sent, and not more at a time than leave room for others."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Final, TypeAlias

import falcon

# Each keeps a connection to the store and a thread, for as long as whoever asked for it takes to read it.
DOWNLOADS_MAX: Final = 2
_RETRY_SECONDS: Final = 10

# Gives the pieces; what they are made from is closed with the stack.
Make: TypeAlias = Callable[[ExitStack], Iterator[bytes]]


class Downloads:
    """Those that are under way in this process."""

    def __init__(self) -> None:
        self._free = threading.BoundedSemaphore(DOWNLOADS_MAX)

    def begin(self, make: Make) -> "Download":
        """Begin one; raises 503 while there are as many as may be, and what `make` raises."""
        if not self._free.acquire(blocking=False):
            raise falcon.HTTPServiceUnavailable(
                title="Busy",
                description=f"{DOWNLOADS_MAX} downloads are under way. Ask again when one of them has ended.",
                retry_after=_RETRY_SECONDS,
            )
        opened = ExitStack()
        opened.callback(self._free.release)
        try:
            return Download(make(opened), opened)
        except BaseException:
            opened.close()
            raise


class Download:
    """The pieces of an answer; it ends with the last of them, or when whoever serves it closes it."""

    def __init__(self, pieces: Iterator[bytes], opened: ExitStack) -> None:
        self._pieces = pieces
        self._opened = opened

    def __iter__(self) -> Iterator[bytes]:
        with self._opened:
            yield from self._pieces

    def close(self) -> None:
        """A second time does nothing."""
        self._opened.close()
