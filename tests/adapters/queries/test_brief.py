"""Short patience: the answer or the news that there is none, in good time."""

import time

import pytest
from sqlalchemy.exc import OperationalError

from adapters.queries.brief import BUSY_SECONDS, read_briefly, write_nothing
from tests.adapters.conftest import Shelf


def test_a_write_of_nothing_changes_nothing_but_is_one(shelf: Shelf) -> None:
    with shelf.book.connect() as book:
        before = book.exec_driver_sql("PRAGMA user_version").scalar_one()
    with shelf.book.connect() as watcher:
        watched = watcher.exec_driver_sql("PRAGMA data_version").scalar_one()
        watcher.rollback()
        write_nothing(shelf.book)
        assert watcher.exec_driver_sql("PRAGMA data_version").scalar_one() != watched
        assert watcher.exec_driver_sql("PRAGMA user_version").scalar_one() == before


def test_a_locked_store_is_reported_soon(shelf: Shelf) -> None:
    with shelf.book.begin():
        started = time.monotonic()
        with pytest.raises(OperationalError):
            write_nothing(shelf.book)
        assert time.monotonic() - started < 3 * BUSY_SECONDS
        with read_briefly(shelf.book) as book:
            assert book.exec_driver_sql("SELECT 1").scalar_one() == 1


def test_the_patience_of_others_is_their_own_again_afterwards(shelf: Shelf) -> None:
    with read_briefly(shelf.book) as book:
        assert book.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == int(BUSY_SECONDS * 1000)
    with shelf.book.connect() as book:
        assert book.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == 10_000
