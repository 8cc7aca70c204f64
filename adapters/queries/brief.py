"""Connections that do not wait: for questions whose answer is wanted now, or the news that there is none."""

from contextlib import AbstractContextManager
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from adapters.book import StoreAwayError
from adapters.engines import StoreEngine, StoreError

BUSY_SECONDS: Final = 0.4
_HARDLY_SECONDS: Final = 0.01  # no time at all would be for ever on PostgreSQL
# What a store raises that cannot be used just now, whoever asks it.
STORE_FAILURES: Final = (SQLAlchemyError, StoreError, StoreAwayError)


def read_briefly(engine: StoreEngine) -> AbstractContextManager[Connection]:
    """Open a reading transaction that waits for locks no longer than `BUSY_SECONDS`."""
    return engine.read_briefly(BUSY_SECONDS)


def write_nothing(engine: StoreEngine, *, waits: bool = True) -> None:
    """Commit a write that changes nothing; SQLAlchemy's DBAPIError when the store cannot take one.

    Without `waits`, somebody else who is writing shows well enough that it can be written.
    """
    try:
        engine.write_nothing(BUSY_SECONDS if waits else _HARDLY_SECONDS)
    except DBAPIError as failure:
        if waits or not engine.explained(failure).locked:
            raise
