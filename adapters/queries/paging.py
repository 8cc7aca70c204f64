"""Pages by keyset: a cursor says after which row to go on, so that new rows never shift a page."""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")

_SHAPE = re.compile(r"[A-Za-z0-9_-]{1,2048}")
_NUMBER_MAX = 2**63 - 1


class BadCursorError(ValueError):
    """The text was not a cursor that this list had given out."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a list, and the cursor of the next ones; None when these were the last."""

    items: tuple[T, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """The last row of a page by its sort key."""

    number: int
    text: str = ""


def write_cursor(name: str, place: Place) -> str:
    """Make an opaque cursor of the list `name`."""
    packed = msgspec.json.encode((name, place.number, place.text))
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode("ascii")


def read_cursor(name: str, cursor: str) -> Place:
    """Read a cursor of the list `name`; BadCursorError when it is none, or was given out by another list."""
    if not _SHAPE.fullmatch(cursor):
        raise BadCursorError("not a cursor")
    try:
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        owner, number, text = msgspec.json.decode(packed, type=tuple[str, int, str])
    except (binascii.Error, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadCursorError("not a cursor") from error
    if owner != name or not 0 - _NUMBER_MAX <= number <= _NUMBER_MAX or "\x00" in text:
        raise BadCursorError(f"not a cursor of {name}")
    return Place(number, text)
