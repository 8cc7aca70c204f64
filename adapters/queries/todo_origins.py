"""Where to-dos come from: transactions' rows, deliveries, and news in messages, all in the same columns."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Select,
    Table,
    Text,
    cast,
    literal,
    select,
)

from adapters.tables import WAITING_FOR_A_PERSON, drift, notifications
from adapters.view_tables import todo_closings, todos
from projections.todos.kinds import FROM_DELIVERIES, FROM_TRANSACTIONS, TodoKind
from projections.todos.names import read_todo_id

_NUMBER_MAX: Final = 2**63 - 1
# Those that may say by when; of all others an index passes over the many.
DATED: Final = (
    TodoKind.ANSWER_CASE,
    TodoKind.ECHECK,
    TodoKind.ACCEPT_CURRENCY,
    TodoKind.UNILATERAL,
    TodoKind.AUTHORIZATION_EXPIRING,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class TodoFilters:
    """What to show; None shows all. `by_date`: only open ones that have a date, the earliest first."""

    kind: str | None = None
    open: bool | None = None
    by_date: bool = False
    due_within: timedelta | None = None  # from now, where they are shown by date; zero: overdue


def origins(filters: TodoFilters, now_us: int) -> Iterator[Select[Any]]:
    """What each origin has of such to-dos; of transactions the open ones apart from the closed ones.

    So an index gives each in the order of the list, whatever is asked.
    """
    kinds = tuple(TodoKind) if filters.kind is None else (TodoKind(filters.kind),)
    if set(kinds) & set(FROM_TRANSACTIONS):
        for is_open in (True, False) if filters.open is None else (filters.open,):
            found = _of_transactions().where(todos.c.open == is_open, todos.c.since_us <= now_us)
            yield found if filters.kind is None else found.where(todos.c.kind == filters.kind)
    for kind in kinds:
        if kind in FROM_DELIVERIES:
            yield _as_open(_of_deliveries(kind), filters)
        elif kind is TodoKind.DRIFT:
            yield _as_open(_of_news(), filters)


def dated(filters: TodoFilters, now_us: int) -> Select[Any]:
    """Those that are open and have a date, of a transaction all of them."""
    row = todos.c
    kinds = [kind.value for kind in DATED if filters.kind in (None, kind.value)]
    found = _of_transactions().where(row.kind.in_(kinds), row.open == True, row.since_us <= now_us)  # noqa: E712 - SQL
    if filters.due_within is None:
        return found.where(row.due_us.is_not(None))
    return found.where(row.due_us <= now_us + filters.due_within // timedelta(microseconds=1))


def origin_of(todo_id: str, now_us: int) -> Select[Any] | None:
    """Where the to-do of this id is found, if it is anywhere; None when it is no id."""
    name = read_todo_id(todo_id)
    if name is None:
        return None
    kind, parts = name
    if kind in FROM_TRANSACTIONS:
        return _of_transactions().where(todos.c.id == todo_id, todos.c.since_us <= now_us)
    if kind is TodoKind.DRIFT:
        what, example = parts
        return _of_news().where(drift.c.what == what, drift.c.example == example)
    number = _number(parts[0])
    return None if number is None else _of_deliveries(kind).where(notifications.c.n == number)


def _number(text: str) -> int | None:
    """The number of a delivery, in the one way that numbers are written."""
    number = int(text) if text.isdecimal() and len(text) <= len(str(_NUMBER_MAX)) else 0
    return number if str(number) == text and 0 < number <= _NUMBER_MAX else None


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


def _of_transactions() -> Select[Any]:
    row = todos.c
    return select(*_columns(place=row.id, **{name: row[name] for name in row.keys()}))  # noqa: SIM118


def _of_deliveries(outcome: TodoKind) -> Select[Any]:
    row = notifications.c
    name = row.outcome + ":" + cast(row.n, Text)
    told = {"since_us": row.settled_us, "id": name, "kind": row.outcome, "txn_id": row.txn_id, "n": row.n}
    # Each outcome for itself, and with the index's own words: so it is read in order, and no further.
    found = _closable(notifications, name, **told, what=row.reason)
    return found.where(row.outcome == outcome.value, WAITING_FOR_A_PERSON)


def _of_news() -> Select[Any]:
    row = drift.c
    name = literal("drift:") + row.what + ":" + row.example
    told = {"since_us": row.first_us, "kind": literal(TodoKind.DRIFT.value), "n": row.n, "what": row.what}
    return _closable(drift, name, **told, example=row.example, times=row.count)


def _closable(table: Table, place: ColumnElement[str], **told: ColumnElement[Any]) -> Select[Any]:
    """What no transaction tells of: it stands until it is processed again, unless a person has closed it."""
    closing = todo_closings.c
    columns = _columns(
        place=place,
        open=closing.place.is_(None),
        closed_by=closing.closed_by,
        note=closing.note,
        **told,
    )
    return select(*columns).select_from(table.outerjoin(todo_closings, closing.place == place))


def _as_open(found: Select[Any], filters: TodoFilters) -> Select[Any]:
    if filters.open is None:
        return found
    closing = todo_closings.c.place
    return found.where(closing.is_(None) if filters.open else closing.is_not(None))
