"""The numbers of deliveries: given by the database, in the order in which they are committed, never again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection

# When it came, from whom, its headers and its body, as they are stored.
Row: TypeAlias = tuple[int, str, str, bytes]


@dataclass(frozen=True, slots=True)
class Numbering:
    """How one kind of database numbers rows; each call is made while nobody else writes there."""

    keep: Callable[[Connection, Sequence[Row]], list[int]]
    last_given: Callable[[Connection], int]
    continue_after: Callable[[Connection, int], None]


def numbering(connection: Connection) -> Numbering:
    """The numbering of the database behind a connection."""
    return _NUMBERINGS[connection.dialect.name]


def _keep_sqlite(connection: Connection, rows: Sequence[Row]) -> list[int]:
    # One statement for all rows: the driver gives up the interpreter once, not once a row.
    statement = "INSERT INTO deliveries (received_us, peer, headers, body) VALUES "
    values: list[Any] = [value for row in rows for value in row]
    done = connection.exec_driver_sql(statement + ",".join(["(?,?,?,?)"] * len(rows)), tuple(values))
    # Numbers come one after the other: nobody else writes between BEGIN and COMMIT.
    last: int = done.lastrowid
    return list(range(last - len(rows) + 1, last + 1))


def _last_given_sqlite(connection: Connection) -> int:
    given = connection.exec_driver_sql("SELECT seq FROM sqlite_sequence WHERE name = 'deliveries'").scalar()
    return int(given or 0)


def _continue_sqlite(connection: Connection, n: int) -> None:
    changed = connection.exec_driver_sql("UPDATE sqlite_sequence SET seq = ? WHERE name = 'deliveries'", (n,))
    if not changed.rowcount:
        connection.exec_driver_sql("INSERT INTO sqlite_sequence (seq, name) VALUES (?, 'deliveries')", (n,))


def _keep_postgresql(connection: Connection, rows: Sequence[Row]) -> list[int]:
    # In binary: bodies would be twice as long as text.
    statement = (
        "INSERT INTO deliveries (received_us, peer, headers, body)"
        " SELECT * FROM unnest(%b::bigint[], %b::text[], %b::text[], %b::bytea[]) RETURNING n"
    )
    columns = tuple([list(column) for column in zip(*rows, strict=True)])
    return list(connection.exec_driver_sql(statement, columns).scalars())


_SEQUENCE: Final = "pg_get_serial_sequence('deliveries', 'n')"


def _last_given_postgresql(connection: Connection) -> int:
    # Null before the first.
    given = connection.exec_driver_sql(f"SELECT pg_sequence_last_value({_SEQUENCE}::regclass)").scalar()
    return int(given or 0)


def _continue_postgresql(connection: Connection, n: int) -> None:
    connection.exec_driver_sql(f"SELECT setval({_SEQUENCE}::regclass, %s)", (n,))


_NUMBERINGS: Final[Mapping[str, Numbering]] = {
    "sqlite": Numbering(_keep_sqlite, _last_given_sqlite, _continue_sqlite),
    "postgresql": Numbering(_keep_postgresql, _last_given_postgresql, _continue_postgresql),
}
