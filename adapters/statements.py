"""Statements that run beside the events, in their commit: said once, compiled for each engine."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ClauseElement

# Both know `on_conflict_do_update` and `on_conflict_do_nothing`.
Insert: TypeAlias = sqlite.Insert | postgresql.Insert

_INSERTS: Final[Mapping[str, Callable[[Table], Insert]]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}
_DIALECTS: Final[Mapping[str, Callable[[], Dialect]]] = {
    "sqlite": sqlite.dialect,
    "postgresql": PGDialect_psycopg,
}


def insert_into(connection: Connection, table: Table) -> Insert:
    """An insert that may say what becomes of a row that is there already."""
    return _INSERTS[connection.dialect.name](table)


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


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement for every engine; `make` is told how that engine inserts."""

    make: Callable[[Callable[[Table], Any]], ClauseElement]
    _compiled: dict[str, Compiled] = field(default_factory=dict)

    def on(self, engine: str) -> Compiled:
        """Compiled for `sqlite` or `postgresql`."""
        if engine not in self._compiled:
            compiled = self.make(_INSERTS[engine]).compile(dialect=_DIALECTS[engine]())
            assert isinstance(compiled, SQLCompiler), "rows are written, not tables made"
            names = compiled.positiontup if compiled.positional else None
            self._compiled[engine] = Compiled(str(compiled), names, compiled.params)
        return self._compiled[engine]


@dataclass(frozen=True, slots=True)
class Beside:
    """A statement with the rows that it is run with, in the transaction of the events."""

    statement: Statement
    rows: Sequence[Mapping[str, Any]]

    def on(self, engine: str) -> tuple[str, list[Any]]:
        """What a driver's `executemany` takes."""
        compiled = self.statement.on(engine)
        return compiled.text, [compiled.bound(row) for row in self.rows]
