"""Short patience: the answer or the news that there is none, in good time."""

import time
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from adapters.queries.brief import BUSY_SECONDS, read_briefly, write_nothing
from tests.adapters.conftest import Shelf
from tests.engines import Hold


def test_a_write_of_nothing_changes_nothing_but_is_one(shelf: Shelf, on_sqlite: str) -> None:
    with shelf.book.connect() as book:
        before = book.exec_driver_sql("PRAGMA user_version").scalar_one()
    with shelf.book.connect() as watcher:
        watched = watcher.exec_driver_sql("PRAGMA data_version").scalar_one()
        watcher.rollback()
        write_nothing(shelf.book)
        assert watcher.exec_driver_sql("PRAGMA data_version").scalar_one() != watched
        assert watcher.exec_driver_sql("PRAGMA user_version").scalar_one() == before


def test_a_locked_store_is_reported_soon(shelf: Shelf, tmp_path: Path) -> None:
    with Hold(tmp_path):
        started = time.monotonic()
        with pytest.raises(DBAPIError):
            write_nothing(shelf.book)
        assert time.monotonic() - started < 3 * BUSY_SECONDS
        with read_briefly(shelf.book) as book:
            assert book.exec_driver_sql("SELECT 1").scalar_one() == 1


def test_the_patience_of_others_is_their_own_again_afterwards(shelf: Shelf, on_sqlite: str) -> None:
    with read_briefly(shelf.book) as book:
        assert book.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == int(BUSY_SECONDS * 1000)
    with shelf.book.connect() as book:
        assert book.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == 10_000


def test_a_server_is_told_how_patient_it_may_be(shelf: Shelf, on_postgresql: str) -> None:
    wanted = "SELECT current_setting('lock_timeout')"
    with read_briefly(shelf.book) as book:
        assert book.exec_driver_sql(wanted).scalar_one() == f"{BUSY_SECONDS * 1000:.0f}ms"
    with shelf.book.connect() as book:
        assert book.exec_driver_sql(wanted).scalar_one() == "10s"
