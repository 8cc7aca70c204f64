"""The library's persistence module for our book on SQLite: synced commits, outcomes beside events."""

import sqlite3
from collections.abc import Sequence
from itertools import repeat
from typing import Any, Final

from eventsourcing import sqlite
from eventsourcing.persistence import ConnectionUnavailableError, InterfaceError, StoredEvent
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
)
from sqlalchemy import Integer, LargeBinary, Text

from adapters.sqlite import log
from adapters.sqlite.turns import BEGIN_WRITING, LOOK_AGAIN_SECONDS, began_writing
from adapters.statements import Beside, Given

_COLUMNS: Final = "rowid, originator_id, originator_version, topic, state, digest"
_GIVEN: Final = Given(
    ("originator_id", Text()),
    ("originator_version", Integer()),
    ("topic", Text()),
    ("state", LargeBinary()),
    ("digest", LargeBinary()),
)
_LOCK_SECONDS: Final = 5  # as the library has it where nothing is said
_PLACES: Final = Given(("name", Text()), ("version", Integer()))
_OF_STREAMS: Final = (
    "SELECT originator_id, originator_version, topic, state, digest"
    # Crossed, so that each is looked for by the key: never is the whole book read.
    " FROM given CROSS JOIN {table} WHERE originator_id = given.name AND originator_version >= given.version"
    " ORDER BY originator_id, originator_version"
)
_INSERTED: Final = "SELECT originator_id, originator_version, topic, state, digest FROM given"
_BY_STREAM: Final = "originator_id, originator_version"


class SyncedConnectionPool(SQLiteConnectionPool):
    """Connections whose commits are on the disk when they return, however SQLite was compiled."""

    def get_connection(
        self, timeout: float | None = None, *, is_writer: bool | None = None
    ) -> SQLiteConnection:
        """A connection; the library's errors when there is none to be had."""
        try:
            return super().get_connection(timeout, is_writer=is_writer)
        except ConnectionUnavailableError:
            raise  # others wrote for too long: the lock is theirs
        except InterfaceError:
            # The library takes its lock for writers before it connects, and keeps it when it then cannot.
            if is_writer:
                self._num_writers -= 1
                self._writer_lock.release()
            raise

    def _create_connection(self) -> SQLiteConnection:
        connection = None
        try:
            connection = super()._create_connection()
            for pragma in ("PRAGMA synchronous=FULL", *log.PRAGMAS):
                connection.cursor().execute(pragma)
        except sqlite3.Error as error:
            # The library lets the driver's own errors through while it sets a connection up.
            if connection is not None:
                connection.close()
            raise InterfaceError(error) from error
        return connection


class BookRecorder(SQLiteApplicationRecorder):
    """Events with their digests, and what else must be true exactly when they are."""

    def construct_create_table_statements(self) -> list[str]:
        """The library's table, and the digest."""
        columns = "originator_id TEXT, originator_version INTEGER, topic TEXT, state BLOB, digest BLOB"
        key = "PRIMARY KEY (originator_id, originator_version)"
        return [f"CREATE TABLE IF NOT EXISTS {self.events_table_name} ({columns}, {key})"]

    def _insert_events(
        self,
        c: SQLiteCursor,
        stored_events: Sequence[StoredEvent],
        *,
        digests: Sequence[bytes] = (),
        beside: Sequence[Beside] = (),
        **_: Any,  # noqa: ANN401 - the library's signature
    ) -> Sequence[int] | None:
        self._begin_writing(c)
        rows = [
            (event.originator_id, event.originator_version, event.topic, event.state, digest)
            for event, digest in zip(stored_events, digests or repeat(None), strict=False)
        ]
        positions: Sequence[int] = ()
        if rows:
            for statement, values in _GIVEN.before(
                "sqlite", f"INSERT INTO {self.events_table_name} {_INSERTED}", rows
            ):
                c.execute(statement, values)
            # They come one after the other: nobody else writes between BEGIN and COMMIT.
            last = self._max_notification_id(c)
            positions = range(last - len(rows) + 1, last + 1)
        for one in beside:
            for statement, values in one.on("sqlite"):
                c.execute(statement, values)
        return positions

    def _begin_writing(self, c: SQLiteCursor) -> None:
        """Take the lock now: what the library began would take it, and wait for it, with the first write."""
        seconds = self.datastore.pool.lock_timeout or _LOCK_SECONDS
        c.execute("ROLLBACK")
        c.execute(f"PRAGMA busy_timeout = {int(LOOK_AGAIN_SECONDS * 1000)}")
        try:
            if not began_writing(c.execute, seconds):
                c.execute(BEGIN_WRITING)
        finally:
            # The same connection may read next.
            c.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")

    def select_streams(
        self, originator_ids: Sequence[str], versions: Sequence[int] | None = None
    ) -> Sequence[tuple[StoredEvent, bytes | None]]:
        """All events of many streams, in the order of each, with their digests; from these versions on."""
        query = _OF_STREAMS.format(table=self.events_table_name)
        places = list(zip(originator_ids, versions or repeat(0), strict=False))
        found: list[Any] = []
        with self.datastore.transaction(commit=False) as c:
            for statement, values in _PLACES.before("sqlite", query, places):
                c.execute(statement, values)
                found += c.fetchall()
        return [(StoredEvent(*row[:4]), row[4]) for row in found]

    def select_sealed(
        self, after: int, until: int, limit: int
    ) -> Sequence[tuple[int, StoredEvent, bytes | None]]:
        """As `select_between`, with their digests."""
        found = self._rows("rowid > ? AND rowid <= ?", [after, until, limit], "rowid LIMIT ?")
        return [(row[0], StoredEvent(*row[1:5]), row[5]) for row in found]

    def select_digests(self, after: int, until: int, limit: int) -> Sequence[tuple[int, bytes | None]]:
        """As `select_sealed`, without the events."""
        where, params = "rowid > ? AND rowid <= ?", [after, until, limit]
        return self._rows(where, params, "rowid LIMIT ?", "rowid, digest")

    def select_begun(self, originator_ids: Sequence[str], until: int) -> Sequence[tuple[int, StoredEvent]]:
        """The events of many streams as far as a position, that one too, in the order of each."""
        # The plus keeps SQLite from reading all that was ever recorded before that position.
        return self._select(f"{_among(originator_ids)} AND +rowid <= ?", [*originator_ids, until])

    def select_between(self, after: int, until: int, limit: int) -> Sequence[tuple[int, StoredEvent]]:
        """Up to `limit` events of the whole book between two positions, the latter too, in its order."""
        return self._select("rowid > ? AND rowid <= ?", [after, until, limit], "rowid LIMIT ?")

    def select_placed(self, originator_id: str) -> Sequence[tuple[int, StoredEvent]]:
        """The events of a stream, each with its position in the whole book."""
        return self._select("originator_id = ?", [originator_id])

    def _select(
        self, where: str, params: Sequence[Any], order: str = _BY_STREAM
    ) -> list[tuple[int, StoredEvent]]:
        found = self._rows(where, params, order)
        return [(row[0], StoredEvent(row[1], row[2], row[3], row[4])) for row in found]

    def _rows(
        self, where: str, params: Sequence[Any], order: str = _BY_STREAM, columns: str = _COLUMNS
    ) -> list[Any]:
        # Condition and order are of those above, their values are bound.
        query = f"SELECT {columns} FROM {self.events_table_name} WHERE {where} ORDER BY {order}"  # noqa: S608
        with self.datastore.transaction(commit=False) as c:
            c.execute(query, params)
            return list(c.fetchall())


def _among(originator_ids: Sequence[str]) -> str:
    return f"originator_id IN ({','.join('?' * len(originator_ids))})"


class Factory(sqlite.SQLiteFactory):
    """What the library makes of this module: our pool and our recorder, the rest its own."""

    application_recorder_class = BookRecorder

    def __init__(self, env: Any) -> None:  # noqa: ANN401 - the library's own type is a union of its classes
        super().__init__(env)
        plain = self.datastore.pool
        plain.close()
        self.datastore.pool = SyncedConnectionPool(db_name=plain.db_name, lock_timeout=plain.lock_timeout)
