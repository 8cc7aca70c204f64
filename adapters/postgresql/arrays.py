"""Arrays: lists as PostgreSQL reads them; psycopg itself looks anew at each element how it is written."""

from collections.abc import Callable, Sequence
from types import NoneType
from typing import Any, Final

from psycopg import DataError
from psycopg.adapt import Dumper


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


_WRITTEN: Final[dict[type, Callable[[Any], str]]] = {
    NoneType: lambda _: "NULL",
    bool: lambda value: "t" if value else "f",
    int: int.__repr__,
    float: float.__repr__,
    str: _quoted,
    bytes: lambda value: f'"\\\\x{value.hex()}"',
}


class ArrayDumper(Dumper):
    """A list of one dimension, of whatever type the statement says that it is (`%s::text[]`)."""

    def dump(self, obj: Sequence[Any]) -> bytes:
        """Raises psycopg's DataError for a text with a null character, TypeError for another kind."""
        written = ",".join([_writer(type(value))(value) for value in obj])
        if "\0" in written:
            raise DataError("PostgreSQL's texts cannot hold a null character (0x00)")
        return f"{{{written}}}".encode()


def _writer(kind: type) -> Callable[[Any], str]:
    for one in kind.__mro__:
        if one in _WRITTEN:
            return _WRITTEN[one]
    raise TypeError(f"an array of PostgreSQL's holds no {kind.__name__}")
