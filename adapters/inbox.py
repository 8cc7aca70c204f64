"""The inbox: what was posted, byte for byte, numbered in the order in which it was kept."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Row, func, select

from adapters.engines import SqliteEngine, StoreError, store_errors
from adapters.tables import deliveries

# One statement carries four values a row, and SQLite takes 32,766 values a statement.
_INSERT_ROWS_MAX: Final = 2000
_SELECT_ROWS_MAX: Final = 2000

Headers = tuple[tuple[str, str], ...]
_HEADERS: Final = msgspec.json.Decoder(Headers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One body as it came: when (microseconds since the epoch), from whom, under which headers."""

    received_us: int
    peer: str
    headers: Headers
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A delivery that was kept, under its number."""

    n: int
    received_us: int
    peer: str
    headers: Headers
    body: bytes


class Inbox:
    """The deliveries of one file. Every method raises StoreError when the file fails."""

    def __init__(self, engine: SqliteEngine) -> None:
        """`engine`: over an inbox file that was prepared."""
        self._engine = engine
        self._file: tuple[int, int] | None = None

    def keep(self, rows: Sequence[Delivery]) -> list[int]:
        """Keep all of them in one commit and answer their numbers, in the same order."""
        return self.keep_claimed(lambda: rows)

    def keep_claimed(
        self, claim: Callable[[], Sequence[Delivery]], *, busy_seconds: float | None = None
    ) -> list[int]:
        """Wait at most `busy_seconds` for the write lock, ask which deliveries are still wanted, keep those.

        What is not wanted any more by the time the lock is held was never written at all.
        """
        with store_errors(self._engine), self._engine.begin(busy_seconds=busy_seconds) as connection:
            self._check_file()
            rows = claim()
            return [
                n
                for start in range(0, len(rows), _INSERT_ROWS_MAX)
                for n in _insert(connection, rows[start : start + _INSERT_ROWS_MAX])
            ]

    def _check_file(self) -> None:
        """SQLite goes on writing to a file that was removed, and what is kept there nobody will ever read."""
        path = Path(self._engine.url.database or "")
        try:
            found = path.stat()
        except OSError as error:
            raise StoreError(f"{path}: it is gone: put it back and start again ({error.strerror})") from error
        file = (found.st_dev, found.st_ino)
        self._file = self._file or file
        if file != self._file:
            raise StoreError(f"{path}: another file took its place: start again")

    def forget_connections(self) -> None:
        """Begin the next call with a fresh connection, whatever state the last one was left in."""
        self._engine.dispose()

    def bodies(self, ns: Iterable[int]) -> dict[int, bytes]:
        """The bodies under these numbers; a number that is not in the inbox is left out."""
        wanted = list(ns)
        found: dict[int, bytes] = {}
        with store_errors(self._engine), self._engine.connect() as connection:
            for start in range(0, len(wanted), _SELECT_ROWS_MAX):
                some = wanted[start : start + _SELECT_ROWS_MAX]
                query = select(deliveries.c.n, deliveries.c.body).where(deliveries.c.n.in_(some))
                found.update((n, body) for n, body in connection.execute(query))
        return found

    def after(self, n: int, limit: int) -> list[Delivered]:
        """At most `limit` deliveries with a number above `n`, in order."""
        query = select(deliveries).where(deliveries.c.n > n).order_by(deliveries.c.n).limit(limit)
        with store_errors(self._engine), self._engine.connect() as connection:
            return [_delivered(row) for row in connection.execute(query)]

    def one(self, n: int) -> Delivered | None:
        """The delivery under this number, if there is one."""
        query = select(deliveries).where(deliveries.c.n == n)
        with store_errors(self._engine), self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _delivered(row)

    def last(self) -> int:
        """The highest number in the inbox; 0 when it is empty."""
        with store_errors(self._engine), self._engine.connect() as connection:
            return connection.execute(select(func.max(deliveries.c.n))).scalar_one() or 0

    def last_received_us(self) -> int | None:
        """When the latest delivery came, in microseconds since the epoch; None when none ever did."""
        query = select(deliveries.c.received_us).order_by(deliveries.c.n.desc()).limit(1)
        with store_errors(self._engine), self._engine.connect() as connection:
            return connection.execute(query).scalar_one_or_none()

    def continue_after(self, n: int) -> int:
        """Give no number up to `n` again; how many of them this file never gave (0: it is the newer one).

        An inbox from an older backup, or a new one beside an old book, would give numbers that the book knows
        as others': what it acknowledged under them would never be looked at.
        """
        with store_errors(self._engine), self._engine.begin() as connection:
            given = connection.exec_driver_sql(
                "SELECT seq FROM sqlite_sequence WHERE name = 'deliveries'"
            ).scalar()
            if n <= (given or 0):
                return 0
            statement = "INSERT INTO sqlite_sequence (seq, name) VALUES (?, 'deliveries')"
            if given is not None:
                statement = "UPDATE sqlite_sequence SET seq = ? WHERE name = 'deliveries'"
            connection.exec_driver_sql(statement, (n,))
            return n - (given or 0)


def _insert(connection: Connection, rows: Sequence[Delivery]) -> list[int]:
    # One statement for all rows: the driver gives up the interpreter once, not once a row.
    values: list[object] = []
    for row in rows:
        # A peer that is no address must not spoil what is kept together with it.
        peer = row.peer.encode("ascii", "backslashreplace").decode()
        values += (row.received_us, peer, msgspec.json.encode(row.headers).decode(), row.body)
    statement = "INSERT INTO deliveries (received_us, peer, headers, body) VALUES "
    done = connection.exec_driver_sql(statement + ",".join(["(?,?,?,?)"] * len(rows)), tuple(values))
    # Numbers come one after the other: nobody else writes between BEGIN and COMMIT.
    last: int = done.lastrowid
    return list(range(last - len(rows) + 1, last + 1))


def _delivered(row: Row[*tuple[Any, ...]]) -> Delivered:
    n, received_us, peer, headers, body = row
    return Delivered(n=n, received_us=received_us, peer=peer, headers=_HEADERS.decode(headers), body=body)
