"""Engines: how a database file is opened, made and checked, so that trouble with it is one clear line."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Connection, Engine, MetaData, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry

from adapters.layouts import SCHEMA_VERSION, bring_forward, missing

# Damage in the middle of a file is met only when that page is read: small files are read through at once.
_CHECKED_BYTES_MAX: Final = 32 * 1024 * 1024
# A write-ahead log that grew under load is cut back to this at the next checkpoint.
_LOG_BYTES_MAX: Final = 64 * 1024 * 1024

_ADVICE: Final = {
    sqlite3.SQLITE_NOTADB: "it is not a database of ours, or is damaged: move it away or restore a backup",
    sqlite3.SQLITE_CORRUPT: "it is damaged: move it away or restore a backup",
    sqlite3.SQLITE_READONLY: "it cannot be written: give this user the right to write it and its folder",
    sqlite3.SQLITE_PERM: "it cannot be opened: give this user the right to write it and its folder",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened: give this user the right to write it and its folder",
    sqlite3.SQLITE_FULL: "the disk is full: make room",
    sqlite3.SQLITE_IOERR: "the disk failed to read or write: check the disk and the room on it",
    sqlite3.SQLITE_BUSY: "another process held it locked for too long: end that process",
    sqlite3.SQLITE_LOCKED: "another connection held it locked for too long: try again",
}
_LOCKED: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


class StoreError(Exception):
    """A database file that cannot be used; the text is one line, names the file and what to do."""

    def __init__(self, message: str, *, locked: bool = False) -> None:
        """`locked`: somebody else was writing, and waiting longer might have helped."""
        super().__init__(message)
        self.locked = locked


class SqliteEngine(Engine):
    """An engine whose `begin()` writes and whose `connect()` reads.

    A writing transaction takes the write lock before it reads anything, so it waits its turn instead of
    failing at once when what it read has become old. A reading one sees one state of the file, blocks nobody.
    """

    @contextmanager
    def begin(self, *, busy_seconds: float | None = None) -> Iterator[Connection]:
        """A transaction that holds the write lock; waits for it no longer than `busy_seconds`, if given."""
        options = {"sqlite_begin": "BEGIN IMMEDIATE", "sqlite_busy_seconds": busy_seconds}
        with self.connect() as connection:
            connection.execution_options(**options)
            with connection.begin():
                yield connection


def sqlite_engine(path: Path, *, busy_seconds: float = 10.0, durable: bool = True) -> SqliteEngine:
    """An engine over the file at `path`: write-ahead log, foreign keys, locks waited for `busy_seconds`.

    `durable`: a commit is on the disk when it returns; otherwise the last ones may be lost with the power,
    never torn. Open it after a fork, never before. Nothing is touched until the first connection.
    """
    base = create_engine(
        URL.create("sqlite", database=str(path)),
        # Transactions begin when we say so (see _begin), not when the driver guesses.
        connect_args={"timeout": busy_seconds, "isolation_level": None},
    )
    # Error texts that would quote the parameters could carry a whole notification into a log.
    engine = SqliteEngine(base.pool, base.dialect, base.url, hide_parameters=True)
    synchronous = "FULL" if durable else "NORMAL"

    def connected(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        _use_log(cursor, busy_seconds)
        for pragma in (
            f"synchronous = {synchronous}",
            "foreign_keys = ON",
            f"journal_size_limit = {_LOG_BYTES_MAX}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def begun(connection: Connection) -> None:
        options = connection.get_execution_options()
        seconds = options.get("sqlite_busy_seconds")
        wait_ms = int((busy_seconds if seconds is None else seconds) * 1000)
        # Connections are pooled: what the last to use one waited for must not stay. Told only on a change.
        if connection.info.get("busy_ms") != wait_ms:
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {wait_ms}")
            connection.info["busy_ms"] = wait_ms
        connection.exec_driver_sql(options.get("sqlite_begin", "BEGIN"))

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)
    return engine


@contextmanager
def store_errors(engine: Engine) -> Iterator[None]:
    """What goes wrong with the file inside the block comes out as StoreError."""
    path = engine.url.database
    try:
        yield
    except DBAPIError as error:
        code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
        advice = _ADVICE.get(code, "it failed")
        message = f"{path}: {advice} ({str(error.orig).splitlines()[0]})"
        raise StoreError(message, locked=code in _LOCKED) from error
    except PoolTimeoutError as error:
        message = f"{path}: every connection was in use for too long"
        raise StoreError(message, locked=True) from error


def prepare(engine: Engine, metadata: MetaData) -> None:
    """Make folder, file and tables where they are missing, and bring an older layout forward.

    Any number of processes may do so at once: one of them does it, the others wait for it.
    Raises StoreError when the file is not ours, damaged, unwritable, locked or of a newer version.
    """
    path = Path(engine.url.database or "")
    _make_file(path)
    with store_errors(engine), engine.begin() as connection:
        version = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
        if version > SCHEMA_VERSION:
            message = (
                f"{path}: written by a newer version (schema {version}, this one knows {SCHEMA_VERSION}):"
                " start that version, or name another file"
            )
            raise StoreError(message)
        if connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() != "wal":
            message = f"{path}: no write-ahead log is to be had here (a network drive?): use a local disk"
            raise StoreError(message)
        if path.stat().st_size <= _CHECKED_BYTES_MAX:
            found = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one())
            if found != "ok":
                message = f"{path}: {_ADVICE[sqlite3.SQLITE_CORRUPT]} ({found.splitlines()[0]})"
                raise StoreError(message)
        lost = missing(connection, metadata)
        metadata.create_all(connection)
        bring_forward(connection, metadata, version, lost)
        if version != SCHEMA_VERSION:
            connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _use_log(cursor: DBAPICursor, busy_seconds: float) -> None:
    # Only the first connection ever changes the mode, and SQLite does not wait for a lock while it does.
    until = time.monotonic() + busy_seconds
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in _LOCKED or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def _make_file(path: Path) -> None:
    try:
        if not path.parent.is_dir():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Payers' names and addresses: a new file is for its owner's eyes only (its log takes the same mode).
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        message = f"{path}: {_ADVICE[sqlite3.SQLITE_CANTOPEN]} ({error.strerror})"
        raise StoreError(message) from error
