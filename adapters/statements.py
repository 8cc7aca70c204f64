"""Statements that a driver runs as they are: said once, compiled for each engine, over many rows at once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, TypeAlias, cast

from sqlalchemy import Column, Connection, CursorResult, Dialect, Table, TableClause, column, table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ClauseElement
from sqlalchemy.types import TypeEngine

from adapters.together import asked, run

# Both know `on_conflict_do_update` and `on_conflict_do_nothing`.
Insert: TypeAlias = sqlite.Insert | postgresql.Insert
Row: TypeAlias = Sequence[Any]

_INSERTS: Final[Mapping[str, Callable[[Table], Insert]]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}
_DIALECTS: Final[Mapping[str, Callable[[], Dialect]]] = {
    "sqlite": sqlite.dialect,
    "postgresql": PGDialect_psycopg,
}
# SQLite takes 32,766 values a statement. A power of two: see `_of_sqlite`.
_ROWS_MAX: Final = 512
_COLUMNS_MAX: Final = 32_766 // _ROWS_MAX


def insert_into(connection: Connection, into: Table) -> Insert:
    """An insert that may say what becomes of a row that is there already."""
    return insert_on(connection.dialect.name, into)


def insert_on(engine: str, into: Table) -> Insert:
    """The same for `sqlite` or `postgresql`."""
    return _INSERTS[engine](into)


@dataclass(frozen=True, slots=True)
class Compiled:
    """A statement as a driver takes it: values by position, or by name where `names` is null."""

    text: str
    names: Sequence[str] | None
    constants: Mapping[str, Any]

    def bound(self, row: Mapping[str, Any]) -> Sequence[Any] | Mapping[str, Any]:
        """The values of a row."""
        given = {**self.constants, **row}
        return given if self.names is None else tuple(given[name] for name in self.names)


def compiled(
    statement: ClauseElement, engine: str, columns: Sequence[str] | None = None, *, literal: bool = False
) -> Compiled:
    """A statement as the driver of that engine takes it; `columns`: those that an insert fills.

    `literal`: what it says itself stands in its text.
    """
    said = {"literal_binds": True} if literal else {}
    made = statement.compile(
        dialect=_DIALECTS[engine](), column_keys=columns and list(columns), compile_kwargs=said
    )
    assert isinstance(made, SQLCompiler), "rows are written, not tables made"
    return Compiled(str(made), made.positiontup if made.positional else None, made.params)


class Given:
    """Rows as a statement is given them, all in one: a table that is called `given` in it.

    On SQLite a row whose first column is null is none. One statement and not one a row: there the driver lets
    the interpreter go at each, and waits for it beside a busy thread; a server is asked once.
    """

    def __init__(self, *columns: tuple[str, TypeEngine[Any]]) -> None:
        """`columns`: name and type of each."""
        assert 0 < len(columns) <= _COLUMNS_MAX, "more than a statement takes"
        self._types = tuple((name, _type_name(type_)) for name, type_ in columns)
        self.table: TableClause = table("given", *(column(name, type_) for name, type_ in columns))

    @classmethod
    def like(cls, *columns: Column[Any]) -> "Given":
        """With names and types of a table's columns."""
        return cls(*((one.name, one.type) for one in columns))

    def before(self, engine: str, text: str, rows: Sequence[Row]) -> Iterator[tuple[str, list[Any]]]:
        """What a driver executes, one after the other, to run the statement `text` over all rows."""
        assert self._types, "a table has columns"
        if not rows:
            return
        if engine == "postgresql":
            yield _of_postgresql(self._types) + text, [list(values) for values in zip(*rows, strict=True)]
            return
        for start in range(0, len(rows), _ROWS_MAX):
            some = rows[start : start + _ROWS_MAX]
            count = 1 << (len(some) - 1).bit_length()
            values = [value for row in some for value in row]
            values += [None] * ((count - len(some)) * len(self._types))
            yield _of_sqlite(self._types, count) + text, values


def _type_name(type_: TypeEngine[Any]) -> str:
    """As PostgreSQL calls it; texts are compared as their columns are."""
    name, _, _ = type_.compile(_DIALECTS["postgresql"]()).partition(" COLLATE ")
    return name


@lru_cache(256)
def _of_sqlite(types: tuple[tuple[str, str], ...], count: int) -> str:
    # Of a few sizes, the rest filled up: a driver keeps statements by their text, ready to be run again.
    names, row = ", ".join(name for name, _ in types), f"({','.join('?' * len(types))})"
    filled = f"filled({names}) AS (VALUES {','.join([row] * count)})"
    # Names of ours.
    return f"WITH {filled}, given AS (SELECT * FROM filled WHERE {types[0][0]} IS NOT NULL) "  # noqa: S608


@lru_cache(256)
def _of_postgresql(types: tuple[tuple[str, str], ...]) -> str:
    names = ", ".join(name for name, _ in types)
    arrays = ", ".join(f"%s::{type_}[]" for _, type_ in types)
    return f"WITH given({names}) AS (SELECT * FROM unnest({arrays})) "  # noqa: S608 - names of ours


@dataclass(frozen=True, slots=True)
class Asked:
    """A statement for every engine that is given single values by name, compiled once for each."""

    statement: ClauseElement
    _compiled: dict[str, Compiled] = field(default_factory=dict)

    def execute(self, connection: Connection, values: Mapping[str, Any]) -> CursorResult[*tuple[Any, ...]]:
        """Run it; what SQLAlchemy makes of a statement each time takes longer than most of them."""
        engine = connection.dialect.name
        if engine not in self._compiled:
            self._compiled[engine] = compiled(self.statement, engine)
        made = self._compiled[engine]
        return connection.exec_driver_sql(made.text, cast("Any", made.bound(values)))


# How an engine inserts, and the rows that are given.
Make: TypeAlias = Callable[[Callable[[Table], Any], TableClause], ClauseElement]


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement for every engine over given rows; with `only` for one engine, and none on others."""

    given: Given
    make: Make
    only: str | None = None
    _texts: dict[str, str] = field(default_factory=dict)

    def on(self, engine: str) -> str:
        """Compiled for `sqlite` or `postgresql`, for the rows to be put before it."""
        if engine not in self._texts:
            made = self.make(_INSERTS[engine], self.given.table)
            self._texts[engine] = compiled(made, engine, literal=True).text
        return self._texts[engine]

    def over(self, engine: str, rows: Sequence[Row]) -> Iterator[tuple[str, list[Any]]]:
        """What that engine's driver executes, one after the other."""
        if self.only not in {None, engine}:
            return iter(())
        return self.given.before(engine, self.on(engine), rows)

    def run(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Run it over these rows."""
        for text, values in self.over(connection.dialect.name, rows):
            run(connection, text, values)

    def read(self, connection: Connection, rows: Sequence[Row]) -> list[Any]:
        """Run it over these rows; what it answers."""
        return [
            found
            for text, values in self.over(connection.dialect.name, rows)
            for found in asked(connection, text, values)
        ]


@dataclass(frozen=True, slots=True)
class Beside:
    """A statement with the rows that it is given, in the transaction of the events."""

    statement: Statement
    rows: Sequence[Row]

    def on(self, engine: str) -> Iterator[tuple[str, list[Any]]]:
        """What that engine's driver executes, one after the other."""
        return self.statement.over(engine, self.rows)
