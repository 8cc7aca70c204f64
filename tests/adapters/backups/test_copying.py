"""Copies of a house's two files, made while it is at work."""

import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from adapters.backups import copying
from adapters.backups.copying import copy_house
from adapters.backups.making import Holding, Shown
from adapters.databases import SqliteDatabase
from adapters.delivered import Delivery
from adapters.engines import StoreError
from adapters.inbox import Inbox
from adapters.layouts import SCHEMA_VERSION

BODY = b"a=" + b"1" * 1000


@pytest.fixture
def house(tmp_path: Path) -> SqliteDatabase:
    (tmp_path / "home").mkdir()
    database = SqliteDatabase(tmp_path / "home" / "house.db")
    database.prepare()
    with database.events():
        pass
    return database


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "copies"
    made.mkdir()
    return made


def keep(house: SqliteDatabase, count: int) -> None:
    engine = house.inbox()
    rows = [Delivery(received_us=1, peer="", headers=(), body=BODY) for _ in range(count)]
    Inbox(engine).keep(rows)
    engine.dispose()


def asked(path: Path, question: str) -> Any:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        return connection.execute(question).fetchone()[0]


def copy(house: SqliteDatabase, folder: Path, shown: Shown = lambda _, __: None) -> Holding:
    book, inbox = house.files
    return copy_house(book, inbox, folder, shown)


def test_both_files_are_copied_for_their_owner_alone(house: SqliteDatabase, folder: Path) -> None:
    keep(house, 5)
    assert copy(house, folder) == Holding(deliveries=5, last_given=5, events=0, layout=SCHEMA_VERSION)
    made = sorted(folder.iterdir())
    assert [path.name for path in made] == ["house.db", "house.inbox.db"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in made} == {0o600}
    assert asked(folder / "house.inbox.db", "SELECT count(*) FROM deliveries") == 5


def test_numbers_that_were_given_stay_given(house: SqliteDatabase, folder: Path) -> None:
    keep(house, 3)
    with closing(sqlite3.connect(house.files[1], isolation_level=None)) as connection:
        connection.execute("DELETE FROM deliveries")
    assert copy(house, folder).last_given == 3
    copied = SqliteDatabase(folder / "house.db")
    keep(copied, 1)
    assert asked(copied.files[1], "SELECT n FROM deliveries") == 4


def test_it_says_how_far_it_is(house: SqliteDatabase, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "_PAGES", 10)
    keep(house, 100)
    heard: list[tuple[int, int]] = []
    copy(house, folder, lambda done, of: heard.append((done, of)))
    of = heard[-1][1]
    assert heard == [(done, of) for done in sorted({done for done, _ in heard})]
    assert heard[-1] == (of, of)
    assert of == sum(asked(path, "PRAGMA page_count") for path in house.files)


def test_what_is_written_meanwhile_is_in_neither_and_nobody_waits(
    house: SqliteDatabase, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each file is copied as it was at the beginning, however long that takes."""
    monkeypatch.setattr(copying, "_PAGES", 10)
    keep(house, 200)
    meanwhile = 0

    def shown(_: int, __: int) -> None:
        nonlocal meanwhile
        meanwhile += 1
        keep(house, 20)
        with closing(sqlite3.connect(house.files[0], isolation_level=None, timeout=1)) as connection:
            connection.execute("INSERT INTO heartbeats VALUES (?, 1, '{}')", (str(meanwhile),))

    holding = copy(house, folder, shown)
    assert meanwhile > 3
    assert holding.deliveries == 200
    assert asked(folder / "house.db", "SELECT count(*) FROM heartbeats") == 0
    assert asked(house.files[1], "SELECT count(*) FROM deliveries") == 200 + 20 * meanwhile


def test_what_the_book_knows_is_in_the_inbox_and_what_went_is_marked(
    house: SqliteDatabase, tmp_path: Path
) -> None:
    """Somebody takes in and purges as fast as it goes, and is copied in the middle of it, many times."""
    keep(house, 1)
    stop = threading.Event()

    def work() -> None:
        book, inbox = (
            sqlite3.connect(path, isolation_level=None, timeout=30, check_same_thread=False)
            for path in house.files
        )
        with closing(book), closing(inbox):
            row = "(received_us, peer, headers, body) VALUES (1, '', '[]', x'00')"
            while not stop.is_set():
                n = inbox.execute(f"INSERT INTO deliveries {row}").lastrowid
                book.execute(
                    "INSERT INTO notifications (n, received_us, peer, verdict, attempts, outcome, urgent)"
                    " VALUES (?, 1, '', 'invalid', 1, 'invalid', 0)",
                    (n,),
                )
                book.execute("UPDATE notifications SET purged_us = 2 WHERE n = ?", (n,))
                inbox.execute("DELETE FROM deliveries WHERE n = ?", (n,))

    thread = threading.Thread(target=work)
    thread.start()
    try:
        for attempt in range(40):
            folder = tmp_path / f"copy-{attempt}"
            folder.mkdir()
            copy(house, folder)
            with closing(sqlite3.connect(folder / "house.db", isolation_level=None)) as connection:
                connection.execute("ATTACH ? AS inbox", (str(folder / "house.inbox.db"),))
                lost = connection.execute(
                    "SELECT n FROM notifications WHERE purged_us IS NULL"
                    " AND n NOT IN (SELECT n FROM inbox.deliveries)"
                ).fetchall()
                assert lost == []
    finally:
        stop.set()
        thread.join()


def test_a_house_that_is_not_there_is_said_in_a_line(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(StoreError, match=r"nowhere\.db: there is no such file"):
        copy(SqliteDatabase(tmp_path / "nowhere.db"), folder)
    assert list(tmp_path.iterdir()) == [folder]


def test_what_is_no_database_is_said_in_a_line(house: SqliteDatabase, folder: Path) -> None:
    for path, said in zip(house.files, (r"house\.db", r"house\.inbox\.db"), strict=True):
        whole = path.read_bytes()
        path.write_bytes(b"no database at all" * 1000)
        with pytest.raises(StoreError, match=f"{said}: it could not be copied .file is not a database"):
            copy(house, folder)
        path.write_bytes(whole)


def test_damage_is_found_when_the_copy_is_checked(house: SqliteDatabase, folder: Path) -> None:
    keep(house, 500)
    with closing(sqlite3.connect(house.files[1], isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode = DELETE")
    stored = bytearray(house.files[1].read_bytes())
    stored[40 * 4096 : 41 * 4096] = bytes(4096)
    house.files[1].write_bytes(stored)
    with pytest.raises(StoreError, match=r"house\.inbox\.db: it is damaged, and so is its copy"):
        copy(house, folder)


def test_a_book_that_others_keep_locked_is_said_in_a_line(
    house: SqliteDatabase, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "_LOCK_SECONDS", 0.05)
    with closing(sqlite3.connect(house.files[0], isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=r"house\.db: it could not be copied \(database is locked"):
            copy(house, folder)


def test_a_store_of_an_earlier_layout_is_copied_as_it_is(tmp_path: Path, folder: Path) -> None:
    """Before an upgrade is when people make one."""
    golden = Path(__file__).resolve().parents[2] / "stores" / "3"
    for path in golden.glob("house*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert copy(SqliteDatabase(tmp_path / "house.db"), folder).layout == 3
    assert asked(tmp_path / "house.db", "PRAGMA user_version") == 3
