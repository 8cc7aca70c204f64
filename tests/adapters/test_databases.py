"""The one door to either engine: by its address, prepared, with a book that appends and reads."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.databases import SqliteDatabase, database_of
from adapters.mapper import Placed
from domain.events import Entry, FollowerIdentified
from tests.engines import database_in
from tests.given import NOON


def test_an_address_that_is_none_of_ours_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no database of ours: 'mysql://db/shop'"):
        database_of("mysql://db/shop")


def test_sqlites_files_lie_beside_each_other() -> None:
    house = database_of("sqlite:////srv/shop/books.db")
    assert isinstance(house, SqliteDatabase)
    assert house.files == (Path("/srv/shop/books.db"), Path("/srv/shop/books.inbox.db"))
    assert (house.address, house.kind, house.takes_many_workers) == ("/srv/shop/books.db", "sqlite", False)
    assert SqliteDatabase(Path("books")).files[1] == Path("books.inbox")


def test_views_are_given_up_without_being_written_once_more(on_sqlite: str, tmp_path: Path) -> None:
    house = database_of(database_in(tmp_path))
    house.prepare()
    for engine, fast in ((house.views(), True), (house.inbox(), False), (house.book(), False)):
        with engine.connect() as connection:
            assert (connection.exec_driver_sql("PRAGMA secure_delete").scalar_one() == 2) == fast
        engine.dispose()


def test_either_is_made_when_it_is_prepared_and_keeps_a_book(any_engine: str, tmp_path: Path) -> None:
    house = database_of(database_in(tmp_path, empty=True))
    assert house.kind == any_engine
    house.prepare()
    house.prepare()
    at = NOON + timedelta(seconds=1)
    with house.events() as book:
        book.append([Placed("T1", 1, Entry(event=FollowerIdentified("T0"), at=at, n=1))])
    with house.events() as book:
        assert book.last_position() == 1
        assert [entry.n for entry in book.streams(["T1"])["T1"]] == [1]


def test_who_needs_no_server_is_spared_its_driver() -> None:
    asked = (
        "import sys; from adapters.databases import database_of;"
        " database_of('sqlite:///x.db').inbox().dispose();"
        " print(sorted({'psycopg', 'eventsourcing'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
