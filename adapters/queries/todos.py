"""To-dos of every origin in one list, newest first, and one of them by its id."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, Row, Select, select, tuple_, union_all

from adapters.queries import todo_words
from adapters.queries.paging import Page, Place, read_cursor, write_cursor
from adapters.queries.todo_origins import TodoFilters, dated, origin_of, origins
from adapters.times import rfc3339, to_us
from projections.todos import rows
from projections.todos.kinds import TodoKind
from projections.todos.names import todo_id

LIST: Final = "todos"
BY_DATE: Final = "todos by date"

Entry: TypeAlias = dict[str, Any]


def page(
    book: Connection, filters: TodoFilters, limit: int, cursor: str | None, now: datetime
) -> Page[Entry]:
    """List to-dos, the one opened last first, without those that are to come; BadCursorError: it is none."""
    if filters.by_date:
        return _by_date(book, filters, limit, cursor, now)
    place = None if cursor is None else read_cursor(LIST, cursor)
    parts = [_newest(part, place, limit + 1) for part in origins(filters, to_us(now))]
    listed = union_all(*parts).subquery()
    wanted = select(listed).order_by(listed.c.since_us.desc(), listed.c.place.desc()).limit(limit + 1)
    found = book.execute(wanted).all()
    shown = found[:limit]
    more = write_cursor(LIST, Place(shown[-1].since_us, shown[-1].place)) if len(found) > limit else None
    return Page(tuple(_entry(row) for row in shown), more)


def _by_date(
    book: Connection, filters: TodoFilters, limit: int, cursor: str | None, now: datetime
) -> Page[Entry]:
    """Those that have a date, the earliest first: few enough to be sorted by it."""
    listed = dated(filters, to_us(now)).subquery()
    wanted = select(listed).order_by(listed.c.due_us, listed.c.place).limit(limit + 1)
    if cursor is not None:
        place = read_cursor(BY_DATE, cursor)
        wanted = wanted.where(tuple_(listed.c.due_us, listed.c.place) > tuple_(place.number, place.text))
    found = book.execute(wanted).all()
    shown = found[:limit]
    more = write_cursor(BY_DATE, Place(shown[-1].due_us, shown[-1].place)) if len(found) > limit else None
    return Page(tuple(_entry(row) for row in shown), more)


def one(book: Connection, todo_id: str, now: datetime) -> Entry | None:
    """Give the to-do of an id; None when there is none, or not yet."""
    wanted = origin_of(todo_id, to_us(now))
    found = None if wanted is None else book.execute(wanted).first()
    return None if found is None else _entry(found)


def entry_of(row: rows.Row) -> Entry:
    """A transaction's to-do as the list shows it."""
    return {
        "id": row.id,
        "kind": row.kind.value,
        "txn_id": row.txn_id,
        "n": row.n,
        "since": rfc3339(to_us(row.since)),
        "due": rfc3339(None if row.due is None else to_us(row.due)),
        "what": row.what,
        "open": row.open,
        "closed_by": row.closed_by,
        "note": row.note,
    }


def _newest(part: Select[Any], place: Place | None, limit: int) -> Select[Any]:
    """As many of one origin as the page may need: each is cut before all are put in one order."""
    one = part.subquery()
    wanted = select(one)
    if place is not None:
        wanted = wanted.where(tuple_(one.c.since_us, one.c.place) < tuple_(place.number, place.text))
    return select(wanted.order_by(one.c.since_us.desc(), one.c.place.desc()).limit(limit).subquery())


def _entry(row: Row[Any]) -> Entry:
    kind = TodoKind(row.kind)
    return {
        "id": todo_id(kind, row.what, row.example) if kind is TodoKind.DRIFT else row.id,
        "kind": kind.value,
        "txn_id": row.txn_id,
        "n": row.n,
        "since": rfc3339(row.since_us),
        "due": rfc3339(row.due_us),
        "what": _WORDS.get(kind, _as_written)(row),
        "open": bool(row.open),
        "closed_by": row.closed_by,
        "note": row.note,
    }


def _as_written(row: Row[Any]) -> str:
    return str(row.what)


_WORDS: Final[dict[TodoKind, Callable[[Row[Any]], str]]] = {
    TodoKind.REFUSED: lambda row: todo_words.refused(row.n, row.what),
    TodoKind.UNREADABLE: lambda row: todo_words.unreadable(row.n, row.what),
    TodoKind.UNMODELLED: lambda row: todo_words.unmodelled(row.n, row.what),
    TodoKind.DRIFT: lambda row: todo_words.drift(row.what, row.example, row.n, row.times),
}
