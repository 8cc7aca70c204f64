"""How many messages have arrived, and whether that is enough: one process says it, another reads it."""

import mmap
import struct
from pathlib import Path
from typing import Final

_NUMBER: Final = struct.Struct("=q")
_OVER: Final = _NUMBER.size  # where it lies, after the number


class Arrived:
    """A number and a word in a file that two processes have in memory."""

    def __init__(self, path: Path) -> None:
        """The file must be there already: see `new`."""
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), 2 * _NUMBER.size)

    @classmethod
    def new(cls, path: Path) -> "Arrived":
        """None yet."""
        path.write_bytes(bytes(2 * _NUMBER.size))
        return cls(path)

    @property
    def count(self) -> int:
        """How many, as was said last."""
        return int(_NUMBER.unpack_from(self._memory)[0])

    @count.setter
    def count(self, number: int) -> None:
        _NUMBER.pack_into(self._memory, 0, number)

    @property
    def over(self) -> bool:
        """Whether no more are wanted."""
        return bool(_NUMBER.unpack_from(self._memory, _OVER)[0])

    def end(self) -> None:
        """Ask for no more."""
        _NUMBER.pack_into(self._memory, _OVER, 1)
