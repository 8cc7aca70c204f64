"""Blame: whether an error is the store's, to be tried again, or that of the event that was being told."""

import sqlite3
from typing import Final

from sqlalchemy.exc import DBAPIError, SQLAlchemyError, StatementError

from adapters.book import StoreAwayError
from adapters.engines import StoreError
from adapters.postgresql.errors import blames_statement

# What the values of a statement bring about, or its text; any other code says how the file or the disk is.
_OF_THE_STATEMENT: Final = frozenset(
    {
        sqlite3.SQLITE_ERROR,
        sqlite3.SQLITE_TOOBIG,
        sqlite3.SQLITE_CONSTRAINT,
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_RANGE,
    }
)


def is_the_stores(error: BaseException) -> bool:
    """Whether the store, or the machine, failed; anything else an event is to blame for."""
    if isinstance(error, DBAPIError):
        if hasattr(error.orig, "sqlstate"):
            return not blames_statement(error.orig)
        # The driver gives no code to what it refused by itself, as a value of a type that it does not know.
        code = getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        return code & 0xFF not in _OF_THE_STATEMENT
    if isinstance(error, StatementError):
        return False
    return isinstance(error, (SQLAlchemyError, StoreError, StoreAwayError, MemoryError))
