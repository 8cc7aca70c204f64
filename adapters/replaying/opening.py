"""A database opened by somebody who only looks: nothing is made, brought forward, or written."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sqlalchemy import URL, Connection, create_engine, event, select

from adapters.databases import Database
from adapters.engines import StoreEngine, StoreError, store_errors
from adapters.layouts import refuse_newer
from adapters.postgresql.tables import layout
from adapters.sqlite.engine import SqliteEngine

_BUSY_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Looking:
    """Both parts of a database, and the layout that both have at least."""

    book: StoreEngine
    inbox: StoreEngine
    layout: int


@contextmanager
def open_to_look(database: Database) -> Iterator[Looking]:
    """Open inbox and book for reading alone; StoreError when one is not there, or of a newer version."""
    with ExitStack() as stack:
        book, inbox = _engines(database)
        layouts = []
        for engine in (book, inbox):
            stack.callback(engine.dispose)
            with store_errors(engine), engine.connect() as connection:
                layouts.append(_layout(engine, connection))
        yield Looking(book, inbox, min(layouts))


def _engines(database: Database) -> tuple[StoreEngine, StoreEngine]:
    if not database.files:
        return database.views(), database.inbox()
    book, inbox = (_only_read(path) for path in database.files)
    return book, inbox


def _layout(engine: StoreEngine, connection: Connection) -> int:
    version = _version(connection)
    refuse_newer(version, engine.place)
    if not version:
        raise StoreError(f"{engine.place}: nothing was ever kept there: start `counterfoil serve` first")
    return version


def _version(connection: Connection) -> int:
    if connection.dialect.name == "sqlite":
        return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
    return min(connection.execute(select(layout.c.version)).scalars(), default=0)


def _only_read(path: Path) -> SqliteEngine:
    """An engine over a file that it leaves as it is, byte for byte."""
    if not path.is_file():
        raise StoreError(f"{path}: there is no such file: start `counterfoil serve` first, or set DATABASE")

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"file:{quote(str(path.resolve()))}{_mode(path)}",
            uri=True,
            timeout=_BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.execute("PRAGMA query_only = ON")
        return connection

    base = create_engine(URL.create("sqlite", database=str(path)), creator=connect)
    engine = SqliteEngine(base.pool, base.dialect, base.url, hide_parameters=True)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def _mode(path: Path) -> str:
    """How to open it, so that neither the file changes nor another is left beside it.

    Whoever closes a file last writes its log into it; one that opened it read-only does not, but leaves a log
    where there was none.
    """
    log = path.with_name(f"{path.name}-wal")
    return "?mode=ro" if log.exists() else "?mode=rw"
