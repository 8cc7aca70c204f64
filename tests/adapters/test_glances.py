import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from adapters.engines import StoreEngine, StoreError
from adapters.glances import Glance
from adapters.postgresql.engine import postgresql_engine
from adapters.slots import read_from
from tests.adapters.conftest import Shelf
from tests.engines import database_in, open_parts

DOCUMENT = Glance("SELECT document FROM transactions WHERE txn_id = ?")
NOWHERE = Glance("SELECT document FROM nowhere WHERE txn_id = ?")


@pytest.fixture
def book(any_engine: str, tmp_path: Path) -> Iterator[StoreEngine]:
    with open_parts(tmp_path) as parts:
        yield parts.book


def test_it_answers_with_the_first_column_of_the_row(shelf: Shelf) -> None:
    shelf.show("61E", document=b"{}")
    assert bytes(DOCUMENT.of(shelf.book, "61E") or b"") == b"{}"
    assert DOCUMENT.of(shelf.book, "62E") is None


def test_no_value_becomes_part_of_the_question(shelf: Shelf) -> None:
    shelf.show("61E", document=b"{}")
    for value in ("' OR '1'='1", "?", "%s", "%", "61E'--", ""):
        assert DOCUMENT.of(shelf.book, value) is None


def test_what_fails_is_left_to_the_ordinary_way(book: StoreEngine) -> None:
    assert NOWHERE.of(book, "61E") is None


def test_a_connection_that_failed_is_given_to_nobody_else(book: StoreEngine) -> None:
    opened: list[object] = []
    event.listen(book, "connect", lambda connection, _: opened.append(connection))
    book.dispose()
    for _ in range(3):
        NOWHERE.of(book, "61E")
    assert len(opened) == 3


def test_the_same_connection_serves_one_after_another(book: StoreEngine) -> None:
    opened: list[object] = []
    event.listen(book, "connect", lambda connection, _: opened.append(connection))
    book.dispose()
    for _ in range(3):
        DOCUMENT.of(book, "61E")
    assert len(opened) == 1


def test_it_leaves_no_transaction_open(shelf: Shelf) -> None:
    shelf.show("61E", document=b"{}")
    DOCUMENT.of(shelf.book, "61E")
    # Both need all for themselves: a reader who still held something would be waited for.
    with shelf.book.begin(busy_seconds=0.2) as connection:
        read_from(connection, ["transactions"], "b")
    assert DOCUMENT.of(shelf.book, "61E") is None


def test_a_file_that_is_no_database_is_told_by_the_ordinary_way(tmp_path: Path) -> None:
    from adapters.sqlite.engine import sqlite_engine  # noqa: PLC0415 - of one engine alone

    path = tmp_path / "house.db"
    path.write_bytes(b"no database" * 1_000)
    engine = sqlite_engine(path)
    assert DOCUMENT.of(engine, "61E") is None
    with pytest.raises((DBAPIError, StoreError)), engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    engine.dispose()
    with closing(sqlite3.connect(path)) as connection, pytest.raises(sqlite3.DatabaseError):
        connection.execute("SELECT * FROM sqlite_master")


def test_where_statements_see_the_past_a_glance_shows_no_half_told_row(
    on_postgresql: str, shelf: Shelf, tmp_path: Path
) -> None:
    """One that waits for a switch began before it, and must see all that was told until then."""
    address = database_in(tmp_path)
    past = "options=-c%20default_transaction_isolation%3Drepeatable%5C%20read"
    asked = postgresql_engine(f"{address}{'&' if '?' in address else '?'}{past}")
    shelf.show("61E", document=b"{}")
    waiting = "SELECT count(*) FROM pg_locks JOIN pg_database ON oid = database WHERE NOT granted"
    with shelf.book.begin() as connection:
        connection.exec_driver_sql("INSERT INTO transactions_b SELECT * FROM transactions_a")
    with ThreadPoolExecutor(1) as aside, shelf.book.begin() as connection:
        read_from(connection, ["transactions"], "b")
        glanced = aside.submit(DOCUMENT.of, asked, "61E")
        while not connection.exec_driver_sql(f"{waiting} AND datname = current_database()").scalar():
            assert not glanced.done()
        connection.exec_driver_sql("UPDATE transactions_b SET document = 'told to its end'")
        connection.commit()
        seen = glanced.result(20)
    asked.dispose()
    assert seen == b"told to its end"
