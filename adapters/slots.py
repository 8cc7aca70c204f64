"""Slots: every view has two tables of one shape; a SQL view of the plain name says which of them is read."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, Table, func, inspect, select
from sqlalchemy.sql.elements import quoted_name

from adapters.tables import BOOK
from adapters.view_tables import VIEWS

SLOTS: Final = ("a", "b")
FIRST: Final = SLOTS[0]


def _made(shape: Table, slot: str) -> Table:
    made = shape.to_metadata(BOOK, name=f"{shape.name}_{slot}")
    for index in made.indexes:
        index.name = quoted_name(f"{index.name}_{slot}", quote=None)
    return made


_MADE: Final = {(name, slot): _made(shape, slot) for name, shape in VIEWS.tables.items() for slot in SLOTS}


def table(name: str, slot: str) -> Table:
    """The table behind a view, in one of the slots."""
    return _MADE[name, slot]


def tables(names: Iterable[str], slot: str) -> dict[str, Table]:
    """The tables of a slot by the plain names of their views."""
    return {name: _MADE[name, slot] for name in names}


def other(slot: str) -> str:
    """The slot that is not read while this one is."""
    return SLOTS[1 - SLOTS.index(slot)]


def make_views(connection: Connection) -> None:
    """Make the SQL views that are missing, over the slot that has rows; the others stay as they are."""
    there = set(inspect(connection).get_view_names())
    for name in VIEWS.tables.keys() - there:
        first_is_bare = is_empty(connection, [name], FIRST) and not is_empty(connection, [name], other(FIRST))
        connection.exec_driver_sql(_view(name, other(FIRST) if first_is_bare else FIRST))


# A reader on PostgreSQL that began before a switch would see the new rows as they were then, half told: so
# every reader but those of single statements, who read no views, holds that table lightly, and whoever
# switches waits a moment until none does. No longer: others queue behind who waits.
KEEP_READERS_OFF: Final = {
    "sqlite": (),
    "postgresql": ("SET LOCAL lock_timeout = 300", "LOCK TABLE layout IN ACCESS EXCLUSIVE MODE"),
}


def read_from(connection: Connection, names: Iterable[str], slot: str) -> None:
    """Let queries of these names read another slot, from the moment that the transaction is committed.

    On PostgreSQL it fails as locked while somebody reads for long, and may then be tried again.
    """
    for statement in KEEP_READERS_OFF[connection.dialect.name]:
        connection.exec_driver_sql(statement)
    for name in names:
        connection.exec_driver_sql(f'DROP VIEW IF EXISTS "{name}"')
        connection.exec_driver_sql(_view(name, slot))


def _view(name: str, slot: str) -> str:
    # The names are ours: of the tables above, and of a slot.
    return f'CREATE VIEW "{name}" AS SELECT * FROM "{_MADE[name, slot].name}"'  # noqa: S608


# What names a row whatever its key is.
_PLACE: Final = {"sqlite": "rowid", "postgresql": "ctid"}


def empty_some(connection: Connection, names: Iterable[str], slot: str, rows_max: int) -> int:
    """Delete at most so many rows of a slot; how many they were."""
    gone, place = 0, _PLACE[connection.dialect.name]
    for made in tables(names, slot).values():
        # Not the primary key: that may be of several columns.
        some = f'SELECT {place} FROM "{made.name}" LIMIT {rows_max - gone:d}'  # noqa: S608 - a name of ours
        gone += connection.exec_driver_sql(f'DELETE FROM "{made.name}" WHERE {place} IN ({some})').rowcount  # noqa: S608
    return gone


def is_empty(connection: Connection, names: Iterable[str], slot: str) -> bool:
    """Whether no table of a slot holds a row."""
    return all(
        connection.execute(select(*made.primary_key).limit(1)).first() is None
        for made in tables(names, slot).values()
    )


def count_rows(connection: Connection, names: Iterable[str], slot: str) -> int:
    """How many rows the tables of a slot hold together."""
    counts = (select(func.count()).select_from(made) for made in tables(names, slot).values())
    return sum(connection.execute(count).scalar_one() for count in counts)
