"""Databases in which nothing has happened yet, as `prepare` left them; given back, they are given again.

To make one takes a tenth of a second or more, to clean one some thousandths. Whatever cannot be cleaned away
for certain (a table of its own, another layout, statistics, very many rows) ends with the database.
"""

from functools import cache
from typing import Final

import psycopg
from psycopg import sql

from adapters.databases import database_of
from tests.postgres import Server, session_server

# Every row of these has another xmin or place once somebody changed what it says.
_CATALOGUES: Final = {
    "pg_class": "oid",
    "pg_attribute": "attrelid",
    "pg_attrdef": "adrelid",
    "pg_constraint": "conrelid",
    "pg_index": "indexrelid",
    "pg_trigger": "tgrelid",
    "pg_rewrite": "ev_class",
    "pg_statistic": "starelid",
    "pg_proc": "oid",
    "pg_namespace": "oid",
}
_OURS: Final = 16_384  # what a server makes for itself has lower numbers
_OF_DATABASE: Final = (
    "SELECT 'database', count(*), sum(hashtext(xmin::text || ctid::text))"
    " FROM pg_database WHERE datname = current_database()"
)
_OF_SETTINGS: Final = (
    "SELECT 'settings', count(*), sum(hashtext(s.xmin::text)) FROM pg_db_role_setting s"
    " JOIN pg_database d ON d.oid = s.setdatabase WHERE datname = current_database()"
)
_STATE: Final = " UNION ALL ".join(
    [
        *(
            # Names and numbers are of the table above.
            f"SELECT '{name}' AS what, count(*) AS n, sum(hashtext(xmin::text || ctid::text)) AS sum"  # noqa: S608
            f" FROM {name} WHERE {key} >= {_OURS}"
            for name, key in _CATALOGUES.items()
        ),
        _OF_DATABASE,
        _OF_SETTINGS,
    ]
)
_TABLES: Final = f"SELECT relname FROM pg_class WHERE relkind = 'r' AND oid >= {_OURS}"  # noqa: S608 - a number
_BYTES: Final = (
    f"SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND oid >= {_OURS}"  # noqa: S608
)
_SEQUENCES: Final = f"SELECT relname FROM pg_class WHERE relkind = 'S' AND oid >= {_OURS}"  # noqa: S608
_CROWD: Final = (
    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
_BLOATED_BYTES: Final = 65_536
_KEPT_BYTES_MAX: Final = 16_000_000

State = list[tuple[object, ...]]


class CleanDatabases:
    """Those of one server."""

    def __init__(self, server: Server) -> None:
        """Prepare the one that all others are made of."""
        self._server = server
        self._free: list[str] = []
        # Kept open: a new connection knows no table yet, and looks them all up for what takes a moment.
        self._looking: dict[str, tuple[psycopg.Connection, State]] = {}
        self._template = server.create()
        database_of(server.url(self._template)).prepare()
        with psycopg.connect(server.url(self._template)) as connection:
            self._cleaning = _cleaning(connection)

    def take(self) -> str:
        """One's name."""
        if self._free:
            return self._free.pop()
        return self._look_at(self._server.create(self._template))

    def copy(self, name: str) -> str:
        """One with all that another holds, to which nobody is connected."""
        connection, state = self._looking.pop(name)
        connection.execute(_CROWD)  # of a process that was killed the server may not have heard yet
        connection.close()
        copied = self._server.create(name)
        self._looking[name] = (self._connected(name), state)
        return copied

    def give_back(self, name: str) -> None:
        """End whoever is connected, and clean it; or remove it."""
        if self._is_cleaned(name):
            self._free.append(name)
        else:
            connection, _ = self._looking.pop(name, (None, None))
            if connection is not None:
                connection.close()
            self._server.drop(name)

    def _look_at(self, name: str) -> str:
        connection = self._connected(name)
        self._looking[name] = (connection, connection.execute(_STATE).fetchall())
        return name

    def _connected(self, name: str) -> psycopg.Connection:
        return psycopg.connect(self._server.url(name), autocommit=True)

    def _is_cleaned(self, name: str) -> bool:
        if name not in self._looking:
            return False  # not one of ours
        connection, state = self._looking[name]
        try:
            connection.execute(_CROWD)
            if connection.execute(_STATE).fetchall() != state:
                return False
            connection.execute(self._cleaning)
            for (table,) in connection.execute(
                f"{_TABLES} AND pg_relation_size(oid) > %s", [_BLOATED_BYTES]
            ).fetchall():
                connection.execute(sql.SQL("VACUUM {}").format(sql.Identifier(table)))
            ((size,),) = connection.execute(_BYTES).fetchall()
            return int(size) <= _KEPT_BYTES_MAX
        except psycopg.Error:
            return False  # a test ended our connection too, or closed the database to us


def _cleaning(connection: psycopg.Connection) -> sql.Composed:
    """Statements after which tables and sequences hold what they hold now."""
    said: list[sql.Composable] = [
        sql.SQL("SET session_replication_role = replica")
    ]  # neither triggers nor foreign keys
    for (name,) in connection.execute(_TABLES).fetchall():
        table = sql.Identifier(name)
        said.append(sql.SQL("DELETE FROM {}").format(table))
        rows = connection.execute(sql.SQL("SELECT * FROM {}").format(table)).fetchall()
        said += [
            sql.SQL("INSERT INTO {} VALUES ({})").format(table, sql.SQL(", ").join(map(sql.Literal, row)))
            for row in rows
        ]
    for (name,) in connection.execute(_SEQUENCES).fetchall():
        sequence = sql.Identifier(name)
        ((value, called),) = connection.execute(
            sql.SQL("SELECT last_value, is_called FROM {}").format(sequence)
        ).fetchall()
        said.append(sql.SQL("SELECT setval({}, {}, {})").format(sql.Literal(name), value, called))
    return sql.SQL("; ").join(said)


@cache
def clean_databases() -> CleanDatabases:
    """Those of the server that all tests share."""
    return CleanDatabases(session_server())
