"""Indexes of rows that nobody reads: taken away before many rows come or go, and made again.

To keep one up row by row takes several times as long as to make it of all rows at once. A slot whose filling
or emptying was broken off may lack some: whoever takes it begins by emptying it, and makes them all.
"""

from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import Final

from sqlalchemy import Connection, Index, Table, delete, inspect, literal, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateIndex, DropIndex

from adapters.postgresql.errors import is_locked
from adapters.slots import KEEP_READERS_OFF, SLOTS
from adapters.view_tables import WRITERS_INDEXES

# Of fewer rows it takes longer to make an index again than to keep it up.
MANY_ROWS: Final = 10_000
# Taken from a table of SQLite's at once: all their pages are looked at, a tenth of a second for the widest.
WHOLE_ROWS_MAX: Final = 200_000
_WRITERS: Final = frozenset(f"{name}_{slot}" for name in WRITERS_INDEXES for slot in SLOTS)
# A dump may hold tables that nobody reads, for half an hour: then rows go one by one, with their indexes.
_WAIT_FOR_NOBODY: Final = "SET LOCAL lock_timeout = 300"


class HeldError(Exception):
    """Somebody holds one of the tables."""


def lighten(connection: Connection, some: Collection[Table]) -> bool:
    """Empty those that have many rows, or make it quick; whether anything was done, and may be done again.

    PostgreSQL gives a table's pages back at once, or HeldError says that it cannot. SQLite looks through them
    all for so long as nobody else can write: there an index goes at a time, and then the rows of a table that
    has not too many.
    """
    many = [made for made in some if _has_more(connection, made, MANY_ROWS)]
    if not many:
        return False
    if connection.dialect.name == "postgresql":
        _do_alone(connection, _WAIT_FOR_NOBODY, f"TRUNCATE {_listed(made.name for made in many)}")
        return True
    there = _there(connection, many)
    if there:
        connection.execute(DropIndex(there[0]))
        return True
    # Where it has more, rows go from the first table too: the others need not be looked at each time.
    if _has_more(connection, many[0], WHOLE_ROWS_MAX):
        return False
    # Without a condition, and without indexes: page by page, and not row by row.
    connection.execute(delete(many[0]))
    return True


def take_away(connection: Connection, some: Collection[Table]) -> None:
    """Take the indexes of empty tables away that no writer finds rows by, as long as nobody holds them."""
    gone = [index for index in _there(connection, some) if index.name not in _WRITERS]
    if gone and connection.dialect.name == "postgresql":
        # A dump that has fixed what it sees, and holds no table yet, would miss them.
        drop = f"DROP INDEX {_listed(str(index.name) for index in gone)}"
        with suppress(HeldError):
            _do_alone(connection, *KEEP_READERS_OFF["postgresql"], drop)
    else:
        for index in gone:
            connection.execute(DropIndex(index))


def make_one(connection: Connection, some: Collection[Table]) -> bool:
    """Make the first index that is missing; whether there was one."""
    there = _there(connection, some)
    missing = next((index for index in _all(some) if index not in there), None)
    if missing is not None:
        connection.execute(CreateIndex(missing))
    return missing is not None


def _has_more(connection: Connection, made: Table, rows: int) -> bool:
    beyond = select(literal(1)).select_from(made).offset(rows).limit(1)
    return connection.execute(beyond).first() is not None


def _all(some: Iterable[Table]) -> list[Index]:
    return sorted((index for made in some for index in made.indexes), key=lambda index: str(index.name))


def _there(connection: Connection, some: Collection[Table]) -> list[Index]:
    """The indexes of tables that are there, beside their keys'."""
    found = inspect(connection).get_multi_indexes(filter_names=[made.name for made in some])
    names = {one["name"] for of_table in found.values() for one in of_table}
    return [index for index in _all(some) if index.name in names]


def _do_alone(connection: Connection, *statements: str) -> None:
    try:
        with connection.begin_nested():
            for statement in statements:
                connection.exec_driver_sql(statement)
    except DBAPIError as error:
        if not is_locked(error.orig):
            raise
        raise HeldError from error


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
