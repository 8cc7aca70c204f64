"""The library's persistence module for our book on SQLite: synced commits, outcomes beside events."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from eventsourcing import sqlite
from eventsourcing.persistence import ConnectionUnavailableError, InterfaceError, StoredEvent
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
)

from adapters.statements import Beside


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
            connection.cursor().execute("PRAGMA synchronous=FULL")
        except sqlite3.Error as error:
            # The library lets the driver's own errors through while it sets a connection up.
            if connection is not None:
                connection.close()
            raise InterfaceError(error) from error
        return connection


class BookRecorder(SQLiteApplicationRecorder):
    """Events, and what else must be true exactly when they are."""

    def _insert_events(
        self,
        c: SQLiteCursor,
        stored_events: Sequence[StoredEvent],
        *,
        beside: Sequence[Beside] = (),
        **kwargs: Any,  # noqa: ANN401 - the library's signature
    ) -> Sequence[int] | None:
        positions = super()._insert_events(c, stored_events, **kwargs)
        for one in beside:
            c.executemany(*one.on("sqlite"))
        return positions

    def select_streams(self, originator_ids: Sequence[str]) -> Sequence[StoredEvent]:
        """All events of many streams in one query, in the order of each."""
        return [event for _, event in self._select(_among(originator_ids), originator_ids)]

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
        self, where: str, params: Sequence[Any], order: str = "originator_id, originator_version"
    ) -> list[tuple[int, StoredEvent]]:
        columns = "rowid, originator_id, originator_version, topic, state"
        # Condition and order are of those above, their values are bound.
        query = f"SELECT {columns} FROM {self.events_table_name} WHERE {where} ORDER BY {order}"  # noqa: S608
        with self.datastore.transaction(commit=False) as c:
            c.execute(query, params)
            return [(row[0], StoredEvent(row[1], row[2], row[3], row[4])) for row in c.fetchall()]


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
