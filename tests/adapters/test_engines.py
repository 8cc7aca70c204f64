"""What all stores do alike: nothing of it is done by the base, and a pool that is used up is said."""

from pathlib import Path

import pytest
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from adapters.engines import StoreError, prepare, store_errors
from adapters.tables import BOOK
from tests.engines import open_parts


def test_a_pool_that_is_used_up_is_locked_for_now(any_engine: str, tmp_path: Path) -> None:
    with open_parts(tmp_path) as parts:
        with (
            pytest.raises(StoreError, match="every connection was in use") as caught,
            store_errors(parts.book),
        ):
            raise PoolTimeoutError
        assert caught.value.locked
        assert str(caught.value).startswith(parts.book.place)


def test_what_is_prepared_is_prepared_again_without_harm(any_engine: str, tmp_path: Path) -> None:
    with open_parts(tmp_path) as parts:
        for _ in range(3):
            prepare(parts.book, BOOK)
        parts.book.check_place()
        parts.book.write_nothing(1.0)
        for reading in (parts.book.read_briefly(1.0), parts.book.read_singly()):
            with reading as connection:
                assert connection.exec_driver_sql("SELECT 1").scalar_one() == 1


def test_a_fault_of_ours_stays_one(any_engine: str, tmp_path: Path) -> None:
    with open_parts(tmp_path) as parts, pytest.raises(ZeroDivisionError), store_errors(parts.book):
        raise ZeroDivisionError


def test_a_store_error_says_nothing_that_it_is_not() -> None:
    error = StoreError("away")
    assert (error.locked, error.away) == (False, False)
