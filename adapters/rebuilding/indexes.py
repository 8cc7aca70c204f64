"""Indexes of rows that nobody reads: taken away before many rows come or go, and made again.

To keep one up row by row takes several times as long as to make it of all rows at once. A slot whose filling
or emptying was broken off may lack some: whoever takes it begins by emptying it, and makes them all.
"""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, Index, Table, inspect, literal, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateIndex, DropIndex

from adapters.postgresql.errors import is_locked
from adapters.slots import tables
from adapters.view_tables import WRITERS_INDEXES

# Of fewer rows it takes longer to make an index again than to keep it up.
MANY_ROWS: Final = 10_000
# A dump may hold tables that nobody reads, for half an hour: then rows go one by one, with their indexes.
_WAIT_FOR_NOBODY: Final = "SET LOCAL lock_timeout = 300"


def lighten(connection: Connection, names: Iterable[str], slot: str) -> bool:
    """Make it quick to empty tables of many rows; whether anything was done, and may be done again.

    PostgreSQL gives a table's pages back at once. SQLite would look through them all for so long as nobody
    else can write: there an index goes at a time, and the rows then go more quickly.
    """
    many = [made for made in tables(names, slot).values() if _has_many(connection, made)]
    if connection.dialect.name == "postgresql":
        return bool(many) and _done_alone(
            connection, [f"TRUNCATE {', '.join(_quoted(t.name) for t in many)}"]
        )
    for index in (index for made in many for index in _there(connection, made)):
        connection.execute(DropIndex(index))
        return True
    return False


def take_away(connection: Connection, names: Iterable[str], slot: str) -> None:
    """Take the indexes of empty tables away that no writer finds rows by, as long as nobody holds them."""
    indexes = [index for made in tables(names, slot).values() for index in _there(connection, made)]
    gone = [index for index in indexes if not _is_writers(index, slot)]
    if gone and connection.dialect.name == "postgresql":
        _done_alone(connection, [f"DROP INDEX {', '.join(_quoted(index.name or '') for index in gone)}"])
    else:
        for index in gone:
            connection.execute(DropIndex(index))


def make_one(connection: Connection, names: Iterable[str], slot: str) -> bool:
    """Make the first index that is missing; whether there was one."""
    for made in tables(names, slot).values():
        there = {index.name for index in _there(connection, made)}
        for index in sorted(made.indexes, key=lambda index: str(index.name)):
            if index.name not in there:
                connection.execute(CreateIndex(index))
                return True
    return False


def _has_many(connection: Connection, made: Table) -> bool:
    return (
        connection.execute(select(literal(1)).select_from(made).offset(MANY_ROWS).limit(1)).first()
        is not None
    )


def _there(connection: Connection, made: Table) -> list[Index]:
    """The indexes of a table that are there, beside its key's."""
    names = {found["name"] for found in inspect(connection).get_indexes(made.name)}
    return sorted((index for index in made.indexes if index.name in names), key=lambda index: str(index.name))


def _is_writers(index: Index, slot: str) -> bool:
    return str(index.name).removesuffix(f"_{slot}") in WRITERS_INDEXES


def _done_alone(connection: Connection, statements: Iterable[str]) -> bool:
    """Whether it could be done: not where somebody holds one of the tables."""
    try:
        with connection.begin_nested():
            for statement in (_WAIT_FOR_NOBODY, *statements):
                connection.exec_driver_sql(statement)
    except DBAPIError as error:
        if not is_locked(error.orig):
            raise
        return False
    return True


def _quoted(name: str) -> str:
    return f'"{name}"'
