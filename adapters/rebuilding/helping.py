"""Helping: a second process that tells half of the streams, so that a rebuild uses two processors."""

import os
import select
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import BinaryIO, Final, Protocol
from zlib import crc32

import msgspec

from adapters.engines import StoreError

_END_SECONDS_MAX: Final = 15.0
_ORDERS: Final = 0  # standard input, unbuffered: a thread waits for it until the end
_READY: Final = 1  # standard output: a line on it when the task may come


class Task(msgspec.Struct, frozen=True):
    """What a helper is given: whose slots it writes, and from where as far as where."""

    by: str
    slots: Mapping[str, str]
    until: int
    after: int = 0  # what is told already


class Helps(Protocol):
    """Somebody who tells the second half of the streams."""

    @property
    def is_ready(self) -> bool:
        """Whether the task may be given, or never can be: see `check`."""
        ...

    def begin(self, task: Task) -> None:
        """Tell as the task says; to be called once."""
        ...

    def check(self) -> None:
        """Raises StoreError when the work cannot be ended."""
        ...

    def wait(self) -> None:
        """Return when all of it is told. Raises StoreError when it cannot be."""
        ...

    def end(self) -> None:
        """Stop, whatever is told; return when nothing more is written."""
        ...


def half(number: int) -> Callable[[str], bool]:
    """Whether a stream is of that half, 0 or 1, wherever that is asked."""
    return lambda stream: crc32(stream.encode("utf-8", "surrogatepass")) & 1 == number


class Helper:
    """A process that does a task. It ends when this one does, however that comes about."""

    def __init__(self, command: Sequence[str]) -> None:
        """Starts it, which takes a second; it reads its task from its standard input."""
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # our own
        self._said = select.poll()
        self._said.register(self._output, select.POLLIN)
        self._is_up = False
        self._begun = False

    @property
    def is_ready(self) -> bool:
        """Whether it has come up, or ended."""
        if self._is_up or not self._said.poll(0):
            return self._is_up
        self._is_up = bool(self._output.read(1))
        if not self._is_up:
            self._process.wait()  # what it said last is that it ends; how, says `check`
        return True

    def begin(self, task: Task) -> None:
        """Give it its task."""
        self._begun = True
        try:
            self._input.write(msgspec.json.encode(task) + b"\n")
            self._input.flush()
        except BrokenPipeError:
            pass  # it is noticed by its end

    def check(self) -> None:
        """See that it is at work, or done."""
        if self._process.poll():
            raise StoreError(f"the process that helps to rebuild ended: exit {self._process.returncode}")

    def wait(self) -> None:
        """Until all is told."""
        self._process.wait()
        self.check()

    def end(self) -> None:
        """Whatever it is at, nobody tells half of the streams: the rest of them is of no use."""
        self._output.close()
        with suppress(BrokenPipeError):
            self._input.close()
        if not self._begun:
            self._process.kill()  # it has written nothing
        try:
            self._process.wait(_END_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def _input(self) -> BinaryIO:
        assert self._process.stdin is not None, "asked for at its start"
        return self._process.stdin  # type: ignore[return-value]

    @property
    def _output(self) -> BinaryIO:
        assert self._process.stdout is not None, "asked for at its start"
        return self._process.stdout  # type: ignore[return-value]


class Starter:
    """Whoever started this process, at the other end of its standard input; when that closes, this ends."""

    def __init__(self) -> None:
        """From here on; to be made before anything that takes long."""
        self._tasks = SimpleQueue[Task]()
        threading.Thread(target=self._listen, name="orders", daemon=True).start()

    def task(self) -> Task:
        """Say that it may come, and wait for it."""
        with suppress(BrokenPipeError):
            os.write(_READY, b"\n")
        # Nobody reads on: whatever else is printed there must not fill the pipe.
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), _READY)
        return self._tasks.get()

    def _listen(self) -> None:
        try:
            told = b""
            while heard := os.read(_ORDERS, 65_536):
                told += heard
                if told.endswith(b"\n"):
                    self._tasks.put(msgspec.json.decode(told, type=Task))
        finally:
            # Also where it was told what it does not understand: nobody else would ever end it.
            os._exit(1)
