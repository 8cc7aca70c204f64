"""SQLite's engine: how a file is opened, made and checked, so that trouble with it is one clear line."""

import errno
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Connection, MetaData, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from adapters.engines import StoreEngine, StoreError, store_errors
from adapters.layouts import SCHEMA_VERSION, bring_forward, missing, refuse_newer
from adapters.sqlite import log
from adapters.sqlite.turns import BEGIN_WRITING, LOOK_AGAIN_SECONDS, began_writing, is_locked

# Damage in the middle of a file is met only when that page is read: small files are read through at once.
_CHECKED_BYTES_MAX: Final = 32 * 1024 * 1024

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


class SqliteEngine(StoreEngine):
    """An engine over one file; who writes holds its write lock.

    The lock is taken before anything is read, so that one waits its turn instead of failing at once when what
    was read has become old.
    """

    _file: tuple[int, int] | None = None  # that was there first: device and inode

    @property
    def path(self) -> Path:
        """The file."""
        return Path(self.url.database or "")

    @property
    def place(self) -> str:
        """The file's path."""
        return str(self.path)

    @contextmanager
    def begin(self, *, busy_seconds: float | None = None) -> Iterator[Connection]:
        """A transaction that holds the write lock; waits for it no longer than `busy_seconds`, if given."""
        options = {"sqlite_begin": BEGIN_WRITING, "sqlite_busy_seconds": busy_seconds}
        with self.connect() as connection:
            connection.execution_options(**options)
            with connection.begin():
                yield connection

    @contextmanager
    def read_briefly(self, seconds: float) -> Iterator[Connection]:
        """A reading transaction that waits for locks no longer than that."""
        with self.connect() as connection:
            connection.execution_options(sqlite_busy_seconds=seconds)
            yield connection

    def write_nothing(self, seconds: float) -> None:
        """Commit a write that changes nothing; SQLAlchemy's DBAPIError when the file cannot take one."""
        with self.begin(busy_seconds=seconds) as connection:
            # Rolled back, a write would never reach a disk that is full. This one does: the page that holds
            # the file's version is written to the log again, as it was.
            version = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
            connection.exec_driver_sql(f"PRAGMA user_version = {version}")

    def explained(self, error: DBAPIError) -> StoreError:
        """What the driver said, by its code."""
        code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
        advice = _ADVICE.get(code, "it failed")
        message = f"{self.place}: {advice} ({str(error.orig).splitlines()[0]})"
        return StoreError(message, locked=is_locked(error.orig))

    def check_place(self) -> None:
        """SQLite goes on writing to a file that was removed, and what is kept there nobody will ever read."""
        try:
            found = self.path.stat()
        except OSError as error:
            raise StoreError(
                f"{self.place}: it is gone: put it back and start again ({error.strerror})"
            ) from error
        file = (found.st_dev, found.st_ino)
        self._file = self._file or file
        if file != self._file:
            raise StoreError(f"{self.place}: another file took its place: start again")

    def prepare(self, metadata: MetaData) -> None:
        """Make folder, file and tables where they are missing, and bring an older layout forward."""
        _make_file(self.path)
        with store_errors(self), self.begin() as connection:
            version = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
            refuse_newer(version, self.place)
            self._check_file(connection)
            lost = missing(connection, metadata)
            metadata.create_all(connection)
            bring_forward(connection, metadata, version, lost)
            if version != SCHEMA_VERSION:
                connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def _check_file(self, connection: Connection) -> None:
        if connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() != "wal":
            trouble = "no write-ahead log is to be had here (a network drive?): use a local disk"
            raise StoreError(f"{self.place}: {trouble}")
        if self.path.stat().st_size <= _CHECKED_BYTES_MAX:
            found = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one())
            if found != "ok":
                message = f"{self.place}: {_ADVICE[sqlite3.SQLITE_CORRUPT]} ({found.splitlines()[0]})"
                raise StoreError(message)


def sqlite_engine(
    path: Path,
    *,
    busy_seconds: float = 10.0,
    durable: bool = True,
    cache_mib: int = 2,
    overwrites: bool = True,
) -> SqliteEngine:
    """An engine over the file at `path`: write-ahead log, foreign keys, locks waited for `busy_seconds`.

    `durable`: a commit is on the disk when it returns; otherwise the last ones may be lost with the power,
    never torn. `cache_mib`: of pages that a connection keeps. Without `overwrites` a page that is given up is
    not written once more only to be cleared, as many a SQLite is built to do. Open it after a fork, never
    before. Nothing is touched until the first connection.
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
            f"PRAGMA synchronous = {synchronous}",
            "PRAGMA foreign_keys = ON",
            f"PRAGMA cache_size = -{cache_mib * 1024}",
            *log.PRAGMAS,
            *(() if overwrites else ("PRAGMA secure_delete = FAST",)),
        ):
            cursor.execute(pragma)
        cursor.close()

    def begun(connection: Connection) -> None:
        options = connection.get_execution_options()
        seconds = options.get("sqlite_busy_seconds")
        seconds = busy_seconds if seconds is None else seconds
        begin = options.get("sqlite_begin", "BEGIN")
        writes = begin == BEGIN_WRITING
        wait_ms = int((min(seconds, LOOK_AGAIN_SECONDS) if writes else seconds) * 1000)
        # Connections are pooled: what the last to use one waited for must not stay. Told only on a change.
        if connection.info.get("busy_ms") != wait_ms:
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {wait_ms}")
            connection.info["busy_ms"] = wait_ms
        driver = connection.connection.driver_connection
        assert driver is not None, "it is connected"
        if not (writes and began_writing(driver.execute, seconds)):
            connection.exec_driver_sql(begin)

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)
    return engine


def _use_log(cursor: DBAPICursor, busy_seconds: float) -> None:
    # Only the first connection ever changes the mode, and SQLite does not wait for a lock while it does.
    until = time.monotonic() + busy_seconds
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not is_locked(error) or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def _make_file(path: Path) -> None:
    try:
        if not path.parent.is_dir():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Payers' names and addresses: a new file is for its owner's eyes only (its log takes the same mode).
        # One that is there is not opened: to close it again would take this process's other connections their
        # locks (POSIX), and whoever then believes himself alone removes the log that they still read.
        if not path.exists():
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        elif not path.is_dir() and not os.access(path, os.R_OK | os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        message = f"{path}: {_ADVICE[sqlite3.SQLITE_CANTOPEN]} ({error.strerror})"
        raise StoreError(message) from error
