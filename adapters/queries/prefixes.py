"""How a text begins: asked as a range, so that an index answers it, unless nearly everything begins so."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, func, literal, or_, select

# With more than these, the list in its own order has a page of them soon; fewer are sorted at once.
MANY: Final = 5_000

_LAST_CHARACTER = "\U0010ffff"
_BEFORE_SURROGATES, _AFTER_SURROGATES = "\ud7ff", "\ue000"


def begins_with(column: ColumnElement[str], prefix: str) -> ColumnElement[bool]:
    """Whether a column's text begins so, letter by letter."""
    # A range instead of LIKE: it is exact, knows no wildcards, and an index answers it.
    end = _after(prefix)
    return column >= prefix if end is None else and_(column >= prefix, column < end)


def any_begins(
    book: Connection, columns: Sequence[tuple[ColumnElement[str], str]]
) -> tuple[ColumnElement[bool], bool]:
    """Whether one of the columns begins with its prefix, and whether that leaves few rows to sort.

    Where it leaves many, the condition is written so that no index is led astray by it.
    """
    asked = or_(*(begins_with(column, prefix) for column, prefix in columns))
    some = select(literal(1)).where(asked).limit(MANY + 1).subquery()
    few = (book.scalar(select(func.count()).select_from(some)) or 0) <= MANY
    return (asked if few else or_(*(begins_with(without_index(c), prefix) for c, prefix in columns))), few


def without_index(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The column's text in a way that no index knows, for a condition beside one that leaves fewer rows.

    Without statistics an engine takes whichever index it likes, and may read half of the table for one row.
    """
    return column.op("||")(literal(""))


def _after(prefix: str) -> str | None:
    """Give the least text beyond everything that begins with `prefix`; None when there is none."""
    kept = prefix.rstrip(_LAST_CHARACTER)
    if not kept:
        return None
    last = kept[-1]
    following = _AFTER_SURROGATES if last == _BEFORE_SURROGATES else chr(ord(last) + 1)
    return kept[:-1] + following
