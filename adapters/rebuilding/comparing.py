"""Comparing: two slots of a projection row by row; what differs is counted, and the first of it named."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Table,
    and_,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
)

from adapters.slots import count_rows, table
from adapters.views.places import read_aside
from adapters.views.registry import Projection

SHOWN_MAX: Final = 20

MISSING, ADDED, CHANGED = "missing", "added", "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that only one slot has, or in which these columns are not the same. Keys may be of messages."""

    table: str
    key: tuple[str | int, ...]
    what: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of comparing a projection: rows told anew, how many differ, and the first of those."""

    projection: str
    position: int
    rows: int
    set_aside: int  # streams that the new rows do not tell to their end
    differences: int
    first: tuple[Difference, ...]


def compare(connection: Connection, projection: Projection, position: int, live: str, new: str) -> Comparison:
    """Compare the slot that is read with the other, inside a transaction in which neither moves."""
    found = (
        difference
        for name in projection.tables
        for difference in _differences(connection, name, table(name, live), table(name, new))
    )
    first = tuple(islice(found, SHOWN_MAX))
    count = len(first) + sum(1 for _ in found)
    rows = count_rows(connection, projection.tables, new)
    aside = len(read_aside(connection).get((projection.name, new), ()))
    return Comparison(projection.name, position, rows, aside, count, first)


def _differences(connection: Connection, name: str, live: Table, new: Table) -> Iterator[Difference]:
    if _are_same(connection, live, new):
        return
    for key in _only_in(connection, live, new):
        yield Difference(name, key, MISSING, ())
    for key in _only_in(connection, new, live):
        yield Difference(name, key, ADDED, ())
    yield from _changed(connection, name, live, new)


def _are_same(connection: Connection, live: Table, new: Table) -> bool:
    """Whether each row is in both slots: joined once, where finding what differs takes three times that."""
    in_both = live.join(new, and_(*(_alike(column, new.c[column.name]) for column in live.columns)))
    counts = (select(func.count()).select_from(rows) for rows in (live, new, in_both))
    return len({connection.execute(count).scalar_one() for count in counts}) == 1


def _alike(one: Column[Any], two: Column[Any]) -> ColumnElement[bool]:
    # By a plain equality rows are found; no key is null.
    return one == two if one.primary_key else one.is_not_distinct_from(two)


def _only_in(connection: Connection, one: Table, two: Table) -> Iterator[tuple[str | int, ...]]:
    keys = list(one.primary_key)
    there = exists(select(literal(1)).where(and_(*(key == two.c[key.name] for key in keys))))
    for row in connection.execute(select(*keys).where(not_(there)).order_by(*keys)):
        yield tuple(row)


def _changed(connection: Connection, name: str, live: Table, new: Table) -> Iterator[Difference]:
    keys = list(live.primary_key)
    others = [column.name for column in live.columns if not column.primary_key]
    if not others:
        return
    differs = [live.c[column].is_distinct_from(new.c[column]).label(f"differs_{column}") for column in others]
    joined = live.join(new, and_(*(key == new.c[key.name] for key in keys)))
    wanted = select(*keys, *differs).select_from(joined).where(or_(*differs)).order_by(*keys)
    for row in connection.execute(wanted):
        yield Difference(name, _key(row, len(keys)), CHANGED, _named(row, len(keys), others))


def _key(row: Row[tuple[object, ...]], count: int) -> tuple[str | int, ...]:
    return tuple(row[:count])  # type: ignore[arg-type]


def _named(row: Row[tuple[object, ...]], count: int, others: list[str]) -> tuple[str, ...]:
    return tuple(name for name, differs in zip(others, row[count:], strict=True) if differs)
