"""How much waits for people: open to-dos by kind, since when the oldest, and how many are overdue."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    bindparam,
    case,
    func,
    literal,
    select,
    union_all,
)

from adapters.queries.todo_origins import TodoFilters, origins
from adapters.times import from_us, to_us
from projections.todos.kinds import TodoKind

# Nobody needs to know how many thousands there are: so many of a kind are read, the oldest first.
COUNTED_MAX: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTodos:
    """What is open of one kind."""

    kind: TodoKind
    count: int
    more: bool  # than are counted
    oldest: datetime
    overdue: int


def open_todos(book: Connection, now: datetime) -> tuple[OpenTodos, ...]:
    """Count what is to be done now, by kind; kinds of which there is none are left out."""
    found = {row.kind: row for row in book.execute(_counted(COUNTED_MAX), {"now_us": to_us(now)})}
    return tuple(
        OpenTodos(
            kind=kind,
            count=min(found[kind.value].counted, COUNTED_MAX),
            more=found[kind.value].counted > COUNTED_MAX,
            oldest=from_us(found[kind.value].oldest_us),
            overdue=found[kind.value].overdue or 0,
        )
        for kind in TodoKind
        if found[kind.value].counted
    )


@cache
def _counted(count_max: int) -> CompoundSelect[Any]:
    """Made once: to make it takes longer than to ask it."""
    return union_all(*_parts(bindparam("now_us", type_=BigInteger()), count_max))


def _parts(now_us: Any, count_max: int) -> Iterator[Select[Any]]:  # noqa: ANN401 - a parameter stands for a time
    for kind in TodoKind:
        for part in origins(TodoFilters(kind=kind.value, open=True), now_us):
            one = part.subquery()
            first = select(one.c.since_us, one.c.due_us).order_by(one.c.since_us).limit(count_max + 1)
            counted = first.subquery()
            figures: tuple[ColumnElement[Any], ...] = (
                literal(kind.value).label("kind"),
                func.count().label("counted"),
                func.min(counted.c.since_us).label("oldest_us"),
                func.sum(case((counted.c.due_us < now_us, 1), else_=0)).label("overdue"),
            )
            yield select(*figures).select_from(counted)
