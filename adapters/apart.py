"""Apart: a part of the worker in a process of its own, which looks when it is told and never outlives it."""

import os
import signal
import threading
from collections.abc import Callable
from typing import Final

_LOOK: Final = b"l"
_END: Final = b"e"
# Whoever supervises a worker does not wait for ever.
_END_SECONDS_MAX: Final = 15.0


class ApartDiedError(Exception):
    """The other process is no more; str says how it ended. Who started it ends too, and both begin anew."""


class Orders:
    """The other process's end of the pipe. Once nobody holds the first end any more, the process is over."""

    def __init__(self, descriptor: int) -> None:
        """Orders are read from `descriptor` as they come, on a thread."""
        self._descriptor = descriptor
        self._told = threading.Event()
        self.ending = False  # whether it was told to finish what it has and end
        threading.Thread(target=self._read, name="orders", daemon=True).start()

    def wait(self, seconds: float | None = None) -> None:
        """Return when it was told something since the last time, or after so long."""
        self._told.wait(seconds)
        self._told.clear()

    def _read(self) -> None:
        while told := os.read(self._descriptor, 65_536):
            self.ending = self.ending or _END in told
            self._told.set()
        if not self.ending:
            # Who started this was killed: its successor has another one beside it.
            os._exit(1)


class Apart:
    """The first process's hold on the other one."""

    def __init__(self, pid: int, descriptor: int) -> None:
        """`descriptor`: the end of the pipe that is written to; both become this one's to end."""
        self._pid = pid
        self._descriptor = descriptor
        self._ended: int | None = None
        os.set_blocking(descriptor, False)

    def look(self) -> None:
        """Have it look at once. Raises ApartDiedError."""
        if self._has_ended():
            raise ApartDiedError(f"the process beside this one ended: {_in_words(self._ended)}")
        self._tell(_LOOK)

    def end(self) -> None:
        """Let it finish what it has, as long as that takes no more than a few seconds."""
        if self._descriptor < 0:
            return
        self._tell(_END)
        os.close(self._descriptor)
        self._descriptor = -1
        over = threading.Timer(_END_SECONDS_MAX, self._kill)
        over.start()
        try:
            self._has_ended(wait=True)
        finally:
            over.cancel()

    def _tell(self, order: bytes) -> None:
        try:
            os.write(self._descriptor, order)
        except (BlockingIOError, BrokenPipeError):
            # So much unread is as good as one more; one that is gone is noticed by its end.
            return

    def _kill(self) -> None:
        if self._ended is None:
            os.kill(self._pid, signal.SIGKILL)

    def _has_ended(self, *, wait: bool = False) -> bool:
        if self._ended is None:
            pid, status = os.waitpid(self._pid, 0 if wait else os.WNOHANG)
            self._ended = os.waitstatus_to_exitcode(status) if pid else None
        return self._ended is not None


def apart(run: Callable[[Orders], None]) -> Apart:
    """Fork a process that waits for its first order, does `run` and ends; before there are threads or stores.

    It ends when it is told, and at once when this process is no more. Signals are for this one alone: a
    terminal and systemd send them to both.
    """
    # Inherited as ignored, it would have nobody told how a child ended.
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(reading)
        return Apart(pid, writing)
    code = 1
    try:
        os.close(writing)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        orders = Orders(reading)
        orders.wait()
        run(orders)
        code = 0
    finally:
        # What follows in the caller is the first process's business.
        os._exit(code)


def _in_words(ended: int | None) -> str:
    assert ended is not None, "asked for only when it ended"
    return f"signal {-ended}" if ended < 0 else f"exit {ended}"
