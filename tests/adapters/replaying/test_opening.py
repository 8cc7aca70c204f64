"""Opened to look: whatever the layout, nothing is made, brought forward or written."""

import hashlib
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from adapters.databases import database_of
from adapters.engines import StoreError
from adapters.layouts import SCHEMA_VERSION
from adapters.replaying.opening import open_to_look
from adapters.tables import notifications
from tests.adapters.workshop import open_workshop
from tests.engines import BOOK_FILE, database_in, store_in
from tests.given import payment
from tests.make_store import SCRIPT

STORES = Path(__file__).resolve().parents[2] / "stores"


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def numbers(folder: Path) -> list[int]:
    with open_to_look(store_in(folder)) as looking, looking.book.connect() as connection:
        return list(connection.execute(select(notifications.c.n).order_by(notifications.c.n)).scalars())


def writes(folder: Path) -> Iterator[str]:
    """What came of trying to write each part."""
    with open_to_look(store_in(folder)) as looking:
        for engine in (looking.book, looking.inbox):
            with pytest.raises(DBAPIError) as caught, engine.connect() as connection:
                connection.execute(text("CREATE TABLE scribbled (x INTEGER)"))
            yield str(caught.value.orig)


def test_a_store_is_read_and_never_written(any_engine: str, tmp_path: Path) -> None:
    with open_workshop(tmp_path) as workshop:
        workshop.deliver(payment(), payment("T2"))
    assert numbers(tmp_path) == [1, 2]
    assert all("read" in said and "only" in said for said in writes(tmp_path))
    with open_to_look(store_in(tmp_path)) as looking:
        assert looking.layout == SCHEMA_VERSION


@pytest.mark.parametrize("layout", [path.name for path in sorted(STORES.iterdir()) if path.name.isdecimal()])
def test_the_files_of_every_layout_stay_as_they_are(on_sqlite: str, layout: str, tmp_path: Path) -> None:
    folder = shutil.copytree(STORES / layout, tmp_path / "store")
    before = digests(folder)
    assert len(numbers(folder)) > 10
    with open_to_look(store_in(folder)) as looking:
        assert looking.layout == int(layout)
    assert digests(folder) == before


def test_a_server_of_an_earlier_layout_is_read(on_postgresql: str, tmp_path: Path) -> None:
    with psycopg.connect(database_in(tmp_path, empty=True), autocommit=True) as connection:
        connection.execute((STORES / "4-postgresql" / SCRIPT).read_bytes())
    assert len(numbers(tmp_path)) > 10
    with open_to_look(store_in(tmp_path)) as looking:
        assert looking.layout == 4


def test_a_log_that_a_crash_left_is_read_and_left(on_sqlite: str, tmp_path: Path) -> None:
    with open_workshop(tmp_path) as workshop:
        workshop.deliver(payment())
    crash = (
        "import os, sqlite3, sys\n"
        "connection = sqlite3.connect(sys.argv[1])\n"
        "connection.execute('INSERT INTO notifications (n, received_us, peer, verdict, attempts, outcome,'"
        " ' urgent) VALUES (2, 0, 0, 0, 0, 0, 0)')\n"
        "connection.commit()\n"
        "os._exit(0)\n"
    )
    subprocess.run([sys.executable, "-c", crash, str(tmp_path / BOOK_FILE)], check=True)
    # The index of a log is no content of the store's: readers note in it how far they have read.
    kept = {name: digest for name, digest in digests(tmp_path).items() if not name.endswith("-shm")}
    assert f"{BOOK_FILE}-wal" in kept
    assert numbers(tmp_path) == [1, 2]
    now = {name: digest for name, digest in digests(tmp_path).items() if not name.endswith("-shm")}
    assert now == kept


def test_it_is_read_while_somebody_writes(on_sqlite: str, tmp_path: Path) -> None:
    with open_workshop(tmp_path) as workshop:
        workshop.deliver(payment())
        writer = sqlite3.connect(tmp_path / BOOK_FILE, isolation_level=None)
        writer.execute("BEGIN IMMEDIATE")
        assert numbers(tmp_path) == [1]
        writer.rollback()
        writer.close()


def test_what_is_not_there_is_not_made(on_sqlite: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no such file"), open_to_look(store_in(tmp_path)):
        pass
    assert list(tmp_path.iterdir()) == []
    (tmp_path / BOOK_FILE).touch()
    with pytest.raises(StoreError, match="no such file"), open_to_look(store_in(tmp_path)):
        pass
    (tmp_path / "house.inbox.db").touch()
    with pytest.raises(StoreError, match="nothing was ever kept there"), open_to_look(store_in(tmp_path)):
        pass


def test_an_empty_database_is_not_filled(on_postgresql: str, tmp_path: Path) -> None:
    address = database_in(tmp_path, empty=True)
    with pytest.raises(StoreError, match="tables are missing"), open_to_look(database_of(address)):
        pass
    with psycopg.connect(address) as connection:
        found = connection.execute(
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        )
        assert found.fetchone() == (0,)


def test_what_a_newer_version_wrote_is_left_alone(on_sqlite: str, tmp_path: Path) -> None:
    with open_workshop(tmp_path) as workshop:
        workshop.deliver(payment())
    with sqlite3.connect(tmp_path / BOOK_FILE) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    with pytest.raises(StoreError, match="newer version"), open_to_look(store_in(tmp_path)):
        pass
