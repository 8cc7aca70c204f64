"""The book over real files: one synced commit each, a lost race and a locked store told apart, odd names."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from eventsourcing.sqlite import SQLiteCursor

from adapters.book import Book, LostRaceError, StoreAwayError
from adapters.databases import SqliteDatabase
from adapters.engines import StoreError
from adapters.mapper import Placed, UnknownEventError
from domain.events import Entry, FollowerIdentified, PaymentVetted
from domain.facts import Doubt
from tests.adapters.beside import TABLES, beside, nowhere
from tests.engines import Hold, Parts, open_parts, spoil
from tests.given import NOON


def placed(stream: str = "T1", version: int = 1, *, n: int | None = 1, says: str = "T0") -> Placed:
    at = NOON + timedelta(seconds=version)
    return Placed(stream, version, Entry(event=FollowerIdentified(says), at=at, n=n))


def _datastore(book: Book) -> Any:
    """Where the library keeps its connections to an SQLite file."""
    return book.recorder.datastore  # type: ignore[attr-defined]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "book.db"


@pytest.fixture
def parts(any_engine: str, tmp_path: Path) -> Iterator[Parts]:
    with open_parts(tmp_path) as parts:
        yield parts


@pytest.fixture
def book(parts: Parts) -> Iterator[Book]:
    with parts.book.begin() as connection:
        TABLES.create_all(connection)
    with parts.database.events() as book:
        yield book


def written_beside(parts: Parts) -> list[int]:
    with parts.book.connect() as connection:
        return [int(n) for n in connection.exec_driver_sql("SELECT n FROM beside ORDER BY n").scalars()]


def test_an_empty_book_has_nothing(book: Book) -> None:
    assert book.streams(["T1", "T1", "T2"]) == {"T1": [], "T2": []}
    assert (book.last_position(), book.after(0, 10), book.recorded_after(0)) == (0, [], None)
    assert book.history("T1") == []


def test_what_is_appended_is_read_in_order(book: Book) -> None:
    events = [placed("T1", 1), placed("T2", 1), placed("T1", 2)]
    book.append(events)
    assert book.streams(["T2", "T1"]) == {"T2": [events[1].entry], "T1": [events[0].entry, events[2].entry]}
    assert book.after(0, 10) == list(enumerate(events, start=1))
    assert book.after(1, 1) == [(2, events[1])]
    assert book.last_position() == 3
    assert book.recorded_after(2) == NOON + timedelta(seconds=2)
    assert book.recorded_after(3) is None


def test_what_is_stored_is_read_without_being_understood(book: Book, parts: Parts) -> None:
    events = [placed("T1", 1), placed("T2", 1), placed("T1", 2)]
    book.append(events)
    with parts.book.begin() as connection:
        spoil(connection, 2)
    stored = book.stored_between(0, 99, 10)
    assert [position for position, _ in stored] == [1, 2, 3]
    assert book.entry(stored[0][1]) == events[0].entry
    with pytest.raises(UnknownEventError):
        book.entry(stored[1][1])
    assert book.recorded_after(1) == NOON + timedelta(seconds=1)
    assert book.stored_between(1, 2, 10) == stored[1:2]
    streams = book.stored_streams(["T1", "T3"], 2)
    assert {name: [position for position, _ in found] for name, found in streams.items()} == {
        "T1": [1],
        "T3": [],
    }
    many = book.stored_streams([f"T{n}" for n in range(1_200)], 99)
    assert (len(many), len(many["T1"]), len(many["T2"])) == (1_200, 2, 1)


def test_a_history_is_plain_data_with_positions(book: Book) -> None:
    told = {"rule": "case", "detail": "x", "about": []}
    doubt = Entry(event=PaymentVetted((Doubt(rule="case", detail="x"),)), at=NOON, by="the shop")
    book.append([placed("T2", 1, n=7), placed("T1", 1, n=None), Placed("T2", 2, doubt)])
    assert book.history("T2") == [
        {
            "position": 1, "version": 1, "type": "FollowerIdentified", "recorded_at": "2026-11-20T12:00:01Z",
            "notification": 7, "by": None, "data": {"follows": "T0"},
        },
        {
            "position": 3, "version": 2, "type": "PaymentVetted", "recorded_at": "2026-11-20T12:00:00Z",
            "notification": None, "by": "the shop", "data": {"doubts": [told]},
        },
    ]  # fmt: skip


def test_more_streams_than_one_statement_takes(book: Book) -> None:
    names = [f"T{i}" for i in range(1_203)]
    book.append([placed(name) for name in names])
    found = book.streams(names)
    assert list(found) == names
    assert all(len(entries) == 1 for entries in found.values())


def test_a_stream_may_be_named_by_any_text(book: Book) -> None:
    for name in ("invoice:Łódź ' \" %", "invoice:" + "x" * 1024, "0b8f7c1e-2f4d-4f7e-9d0c-0a1b2c3d4e5f"):
        book.append([placed(name)])
        assert len(book.streams([name])[name]) == 1


def test_events_and_rows_beside_them_are_one_commit(book: Book, parts: Parts) -> None:
    book.append([placed()], [beside(1, 2)])
    book.append([], [beside(3)])
    assert written_beside(parts) == [1, 2, 3]


def test_a_lost_race_writes_nothing_at_all(book: Book, parts: Parts) -> None:
    book.append([placed()])
    with pytest.raises(LostRaceError):
        book.append([placed("T2"), placed("T1", 1, says="another")], [beside(1)])
    assert written_beside(parts) == []
    assert book.streams(["T1", "T2"]) == {"T1": [placed().entry], "T2": []}
    assert book.last_position() == 1


def test_a_row_that_cannot_be_written_takes_the_events_with_it(book: Book, parts: Parts) -> None:
    with pytest.raises(StoreAwayError):
        book.append([placed()], [nowhere(1)])
    assert book.last_position() == 0
    book.append([placed()], [beside(1)])
    assert written_beside(parts) == [1]


def test_a_locked_store_is_away_and_then_well_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.databases._LOCK_SECONDS", 1)
    with SqliteDatabase(path).events() as book, closing(sqlite3.connect(path, isolation_level=None)) as other:
        book.append([placed()])
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreAwayError, match="locked"):
            book.append([placed("T1", 2)])
        # Reading goes on beside whoever writes.
        assert book.last_position() == 1
        other.execute("ROLLBACK")
        book.append([placed("T1", 2)])
        assert book.last_position() == 2


def test_a_lock_that_is_let_go_in_time_is_waited_for(book: Book, tmp_path: Path) -> None:
    timer = threading.Timer(0.3, Hold(tmp_path).let_go)
    timer.start()
    book.append([placed()])
    timer.join()
    assert book.last_position() == 1


def test_a_store_that_cannot_be_read_is_away(book: Book, parts: Parts) -> None:
    with parts.book.begin() as other:
        other.exec_driver_sql("DROP TABLE stored_events")
    for ask in (lambda: book.streams(["T1"]), book.last_position, lambda: book.history("T1")):
        with pytest.raises(StoreAwayError, match="stored_events"):
            ask()


def test_trouble_of_the_driver_itself_is_a_store_that_is_away(
    on_sqlite: str, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library wraps what goes wrong within a transaction, not what goes wrong at its BEGIN."""

    def broken(*_: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    with monkeypatch.context() as patched:
        patched.setattr(SQLiteCursor, "execute", broken)
        with pytest.raises(StoreAwayError, match="disk I/O"):
            book.append([placed()])
        with pytest.raises(StoreAwayError, match="disk I/O"):
            book.last_position()
    book.append([placed()])
    assert book.last_position() == 1


def test_every_connection_of_the_book_syncs_its_commits(on_sqlite: str, book: Book) -> None:
    seen: list[int] = []

    def look() -> None:
        with _datastore(book).transaction(commit=True) as c:
            c.execute("PRAGMA synchronous")
            seen.append(c.fetchone()[0])

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [2] * 4


@pytest.mark.parametrize(
    "name",
    [
        "a b.db",
        "what?.db",
        "a?mode=memory.db",
        "a#b.db",
        "50%.db",
        "%3F.db",
        "ü✂.db",
        ":memory:",
        "a&b=c.db",
        "'.db",
    ],
)
def test_a_file_has_exactly_the_name_that_it_was_given(name: str, tmp_path: Path) -> None:
    folder = tmp_path / f"in {name}"
    folder.mkdir()
    with SqliteDatabase(folder / name).events() as book:
        book.append([placed()])
        assert {one.name.removeprefix(name) for one in folder.iterdir()} == {"", "-wal", "-shm"}
    with closing(sqlite3.connect(folder / name)) as plain:
        assert plain.execute("SELECT originator_id FROM stored_events").fetchall() == [("T1",)]


def test_a_file_may_have_a_name_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.db")
    with SqliteDatabase(path).events() as book:
        book.append([placed()])
    assert path.exists()


def test_a_relative_name_stays_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with SqliteDatabase(Path("book.db")).events() as book:
        monkeypatch.chdir("/")
        _datastore(book).pool._pool.popleft().close()
        book.append([placed()])
    with SqliteDatabase(tmp_path / "book.db").events() as book:
        assert book.last_position() == 1


def test_variables_of_other_programs_change_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "COMPRESSOR_TOPIC": "zlib", "CIPHER_TOPIC": "eventsourcing.cipher:AESCipher", "CIPHER_KEY": "x",
        "PERSISTENCE_MODULE": "eventsourcing.popo", "MAPPER_TOPIC": "no:x", "TRANSCODER_TOPIC": "no:x",
        "SQLITE_DBNAME": ":memory:", "SQLITE_LOCK_TIMEOUT": "none", "ORIGINATOR_ID_TYPE": "uuid",
        "APPLICATION_RECORDER_TOPIC": "no:where", "CREATE_TABLE": "no", "IS_SNAPSHOTTING_ENABLED": "y",
        "AGGREGATE_CACHE_MAXSIZE": "5", "SINGLE_ROW_TRACKING": "f",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
        monkeypatch.setenv(f"BOOK_{name}", value)
    with SqliteDatabase(path).events() as book:
        book.append([placed()])
    with closing(sqlite3.connect(path)) as plain:
        topic, state = plain.execute("SELECT topic, state FROM stored_events").fetchone()
        found = plain.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    assert found == [("stored_events",)]
    assert (topic, state) == (
        "FollowerIdentified:1",
        b'{"at":"2026-11-20T12:00:01Z","event":{"follows":"T0"},"n":1}',
    )


def test_a_file_that_is_no_database_is_one_line(path: Path) -> None:
    path.write_bytes(b"this is no database" * 1000)
    with pytest.raises(StoreError, match="cannot be opened as the book") as caught:
        SqliteDatabase(path).events()
    assert str(path) in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_a_folder_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened as the book"):
        SqliteDatabase(tmp_path / "nowhere" / "book.db").events()


def test_an_event_of_a_later_version_is_named_wherever_it_is_met(book: Book, parts: Parts) -> None:
    book.append([placed()])
    with parts.book.begin() as other:
        spoil(other, 1, "PaymentForgiven:3")
    for ask in (lambda: book.streams(["T1"]), lambda: book.after(0, 1), lambda: book.history("T1")):
        with pytest.raises(UnknownEventError, match="PaymentForgiven:3"):
            ask()
