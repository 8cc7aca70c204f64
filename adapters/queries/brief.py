"""Connections that do not wait: for questions whose answer is wanted now, or the news that there is none."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from adapters.book import StoreAwayError
from adapters.engines import StoreError

BUSY_SECONDS: Final = 0.4
# What a store raises that cannot be used just now, whoever asks it.
STORE_FAILURES: Final = (SQLAlchemyError, StoreError, StoreAwayError)


@contextmanager
def read_briefly(engine: Engine) -> Iterator[Connection]:
    """Open a reading transaction that waits for locks no longer than `BUSY_SECONDS`."""
    with engine.connect() as connection:
        connection.execution_options(sqlite_busy_seconds=BUSY_SECONDS)
        yield connection


def write_nothing(engine: Engine) -> None:
    """Commit a write that changes nothing; SQLAlchemy's DBAPIError when the store cannot take one."""
    with engine.connect() as connection:
        connection.execution_options(sqlite_begin="BEGIN IMMEDIATE", sqlite_busy_seconds=BUSY_SECONDS)
        with connection.begin():
            # Rolled back, a write would never reach a disk that is full. This one does: the page that holds
            # the file's version is written to the log again, as it was.
            version = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
            connection.exec_driver_sql(f"PRAGMA user_version = {version}")
