"""To-dos of every origin in one list, newest first: of transactions, of deliveries, and of news in them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Connection,
    Row,
    Select,
    Text,
    cast,
    literal,
    select,
    tuple_,
    union_all,
)

from adapters.queries import todo_words
from adapters.queries.paging import Page, Place, read_cursor, write_cursor
from adapters.tables import WAITING_FOR_A_PERSON, drift, notifications, todos
from adapters.times import rfc3339
from projections.todos import TodoKind, todo_id

LIST: Final = "todos"

Entry: TypeAlias = dict[str, Any]

# A delivery that became one of these waits for a person.
FROM_DELIVERIES: Final = (TodoKind.REFUSED, TodoKind.UNREADABLE, TodoKind.UNMODELLED)
FROM_TRANSACTIONS: Final = (TodoKind.ACCEPT_CURRENCY, TodoKind.UNILATERAL, TodoKind.CONTRADICTION)


@dataclass(frozen=True, kw_only=True, slots=True)
class TodoFilters:
    """What to show; None shows all."""

    kind: str | None = None
    open: bool | None = None


def page(book: Connection, filters: TodoFilters, limit: int, cursor: str | None) -> Page[Entry]:
    """List to-dos, the one opened last first; BadCursorError when the cursor is none."""
    place = None if cursor is None else read_cursor(LIST, cursor)
    parts = [_newest(part, place, limit + 1) for part in _parts(filters)]
    if not parts:
        return Page((), None)
    listed = union_all(*parts).subquery()
    wanted = select(listed).order_by(listed.c.since_us.desc(), listed.c.place.desc()).limit(limit + 1)
    found = book.execute(wanted).all()
    shown = found[:limit]
    more = write_cursor(LIST, Place(shown[-1].since_us, shown[-1].place)) if len(found) > limit else None
    return Page(tuple(_entry(row) for row in shown), more)


def _newest(part: Select[Any], place: Place | None, limit: int) -> Select[Any]:
    """As many of one origin as the page may need: each is cut before all are put in one order."""
    one = part.subquery()
    wanted = select(one)
    if place is not None:
        wanted = wanted.where(tuple_(one.c.since_us, one.c.place) < tuple_(place.number, place.text))
    return select(wanted.order_by(one.c.since_us.desc(), one.c.place.desc()).limit(limit).subquery())


def _parts(filters: TodoFilters) -> Iterator[Select[Any]]:
    kinds = tuple(TodoKind) if filters.kind is None else (TodoKind(filters.kind),)
    if set(kinds) & set(FROM_TRANSACTIONS):
        yield _of_transactions(filters)
    # What deliveries and news ask for is never closed: it stands until it is processed again.
    if filters.open is not False:
        yield from (_of_deliveries(kind) for kind in kinds if kind in FROM_DELIVERIES)
        if TodoKind.DRIFT in kinds:
            yield _of_news()


def _columns(**told: ColumnElement[Any]) -> tuple[ColumnElement[Any], ...]:
    """The columns of the union, in one order; null where an origin does not tell one."""
    return tuple(
        told.get(name, literal(None, kind)).label(name)
        for name, kind in (
            ("since_us", BigInteger()),
            ("place", Text()),  # what orders those of one moment
            ("id", Text()),
            ("kind", Text()),
            ("txn_id", Text()),
            ("n", BigInteger()),
            ("due_us", BigInteger()),
            ("what", Text()),
            ("example", Text()),
            ("times", BigInteger()),
            ("open", Boolean()),
            ("closed_by", Text()),
            ("note", Text()),
        )
    )


def _of_transactions(filters: TodoFilters) -> Select[Any]:
    row = todos.c
    wanted = select(*_columns(place=row.id, **{name: row[name] for name in row.keys()}))  # noqa: SIM118
    if filters.kind is not None:
        wanted = wanted.where(row.kind == filters.kind)
    if filters.open is not None:
        wanted = wanted.where(row.open == filters.open)
    return wanted


def _of_deliveries(outcome: TodoKind) -> Select[Any]:
    row = notifications.c
    name = row.outcome + ":" + cast(row.n, Text)
    columns = _columns(
        since_us=row.settled_us,
        place=name,
        id=name,
        kind=row.outcome,
        txn_id=row.txn_id,
        n=row.n,
        what=row.reason,
        open=literal(True),  # noqa: FBT003 - a value of SQL
    )
    # Each outcome for itself, and with the index's own words: so it is read in order, and no further.
    return select(*columns).where(row.outcome == outcome.value, WAITING_FOR_A_PERSON)


def _of_news() -> Select[Any]:
    row = drift.c
    columns = _columns(
        since_us=row.first_us,
        place=literal("drift:") + row.what + ":" + row.example,
        kind=literal(TodoKind.DRIFT.value),
        n=row.n,
        what=row.what,
        example=row.example,
        times=row.count,
        open=literal(True),  # noqa: FBT003 - a value of SQL
    )
    return select(*columns)


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
