"""Whose fault an error is: the store's is tried again, an event's sets its stream aside."""

import sqlite3

import pytest
from sqlalchemy import Connection, insert, text
from sqlalchemy.exc import DBAPIError, InvalidRequestError, OperationalError, SQLAlchemyError, StatementError

from adapters.book import StoreAwayError
from adapters.engines import StoreError
from adapters.tables import heartbeats
from adapters.views.blame import is_the_stores
from tests.adapters.conftest import Shelf


def said(code: int) -> DBAPIError:
    error = sqlite3.OperationalError("as SQLite says it")
    error.sqlite_errorcode = code
    return OperationalError("SELECT 1", None, error)


@pytest.mark.parametrize(
    "code",
    [
        sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_READONLY, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_IOERR | 10 << 8,
    ],
)  # fmt: skip
def test_a_file_or_disk_that_fails_is_the_stores(code: int) -> None:
    assert is_the_stores(said(code))


@pytest.mark.parametrize(
    "error",
    [
        StoreError("locked"),
        StoreAwayError("locked"),
        MemoryError(),
        InvalidRequestError("rolled back already"),
    ],
)
def test_so_is_what_is_said_of_it_elsewhere(error: Exception) -> None:
    assert is_the_stores(error)


@pytest.mark.parametrize(
    "error", [ValueError(), AssertionError(), RecursionError(), StatementError("", "", None, KeyError())]
)
def test_anything_else_is_the_events(error: Exception) -> None:
    assert not is_the_stores(error)


def refused(connection: Connection, **columns: object) -> Exception:
    row = {"worker": "w", "beat_us": 1, "detail": ""}
    with pytest.raises((SQLAlchemyError, OverflowError, UnicodeError)) as caught, connection.begin_nested():
        connection.execute(insert(heartbeats), row | columns)
    return caught.value


def test_values_that_cannot_be_stored_are_the_events(shelf: Shelf) -> None:
    with shelf.book.begin() as book:
        assert not is_the_stores(refused(book, beat_us=None))
        assert not is_the_stores(refused(book, beat_us=2**70))
        assert not is_the_stores(refused(book, detail=object()))
        assert not is_the_stores(refused(book, detail="\ud800"))
        with pytest.raises(SQLAlchemyError) as caught, book.begin_nested():
            book.execute(text("SELECT abs(-9223372036854775808)"))
    assert not is_the_stores(caught.value)
