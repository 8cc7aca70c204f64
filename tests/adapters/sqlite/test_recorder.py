"""What we say to the library: synced connections, statements beside events, locks given back."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from eventsourcing.persistence import IntegrityError, InterfaceError, OperationalError, StoredEvent
from eventsourcing.sqlite import SQLiteConnectionPool, SQLiteCursor
from eventsourcing.utils import Environment

from adapters.sqlite.recorder import BookRecorder, Factory, SyncedConnectionPool
from tests.adapters.beside import beside


def event(stream: str, version: int) -> StoredEvent:
    return StoredEvent(stream, version, "t", b"{}")


def read(recorder: BookRecorder, *streams: str) -> list[StoredEvent]:
    return [stored for stored, _ in recorder.select_streams(streams)]


@pytest.fixture
def factory(tmp_path: Path) -> Iterator[Factory]:
    env = {
        "SQLITE_DBNAME": f"file:{tmp_path}/book.db",
        "SQLITE_LOCK_TIMEOUT": "1",
        "ORIGINATOR_ID_TYPE": "text",
    }
    factory = Factory(Environment("Book", env))
    yield factory
    factory.close()


@pytest.fixture
def recorder(factory: Factory) -> BookRecorder:
    recorder = factory.application_recorder()
    assert isinstance(recorder, BookRecorder)
    with recorder.datastore.transaction(commit=True) as c:
        c.execute("CREATE TABLE beside (n INTEGER PRIMARY KEY)")
    return recorder


def rows(recorder: BookRecorder) -> list[int]:
    with recorder.datastore.transaction(commit=False) as c:
        c.execute("SELECT n FROM beside ORDER BY n")
        return [row[0] for row in c.fetchall()]


def test_every_connection_is_synced(factory: Factory, recorder: BookRecorder) -> None:
    assert isinstance(factory.datastore.pool, SyncedConnectionPool)
    taken = [factory.datastore.pool.get_connection(is_writer=False) for _ in range(4)]
    for connection in taken:
        cursor = connection.cursor()
        cursor.execute("PRAGMA synchronous")
        assert cursor.fetchone()[0] == 2
        cursor.execute("PRAGMA journal_mode")
        assert cursor.fetchone()[0] == "wal"
        cursor.execute("PRAGMA wal_autocheckpoint")
        assert cursor.fetchone()[0] == 4_000
        factory.datastore.pool.put_connection(connection)


def test_rows_beside_are_in_the_commit_of_the_events(recorder: BookRecorder) -> None:
    recorder.insert_events([event("a", 1)], beside=[beside(1, 2)])
    assert rows(recorder) == [1, 2]
    with pytest.raises(IntegrityError):
        recorder.insert_events([event("a", 1)], beside=[beside(3)])
    with pytest.raises(IntegrityError):
        recorder.insert_events([event("b", 1)], beside=[beside(4, 1)])
    assert rows(recorder) == [1, 2]
    assert read(recorder, "a", "b") == [event("a", 1)]


def test_streams_come_in_the_order_of_each(recorder: BookRecorder) -> None:
    recorder.insert_events([event("b", 1), event("a", 1), event("b", 2), event("a", 2), event("c", 1)])
    assert read(recorder, "a", "b") == [event("a", 1), event("a", 2), event("b", 1), event("b", 2)]
    assert read(recorder) == []
    assert recorder.select_placed("b") == [(1, event("b", 1)), (3, event("b", 2))]


def test_a_name_of_a_stream_is_a_value_and_no_sql(recorder: BookRecorder) -> None:
    odd = "x') OR 1=1; DROP TABLE beside; --"
    recorder.insert_events([event("a", 1), event(odd, 1)])
    assert read(recorder, odd) == [event(odd, 1)]
    assert rows(recorder) == []


def test_a_writer_that_cannot_connect_leaves_the_lock_to_the_next(
    recorder: BookRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = recorder.datastore.pool
    pool.pool_timeout = 0.2
    while pool._pool:
        pool._pool.popleft().close()

    def broken(_pool: SQLiteConnectionPool) -> None:
        raise sqlite3.OperationalError("unable to open database file")

    with monkeypatch.context() as patched:
        patched.setattr(SQLiteConnectionPool, "_create_connection", broken)
        for _ in range(2):
            with pytest.raises(InterfaceError, match="unable to open"):
                recorder.insert_events([event("a", 1)])
    recorder.insert_events([event("a", 1)])
    assert read(recorder, "a") == [event("a", 1)]


def test_events_between_two_positions_come_in_the_order_of_the_book(recorder: BookRecorder) -> None:
    recorder.insert_events([event("b", 1), event("a", 1), event("b", 2), event("c", 1)])

    def between(*asked: int) -> list[tuple[int, str, int]]:
        found = recorder.select_between(*asked)
        return [(position, str(e.originator_id), e.originator_version) for position, e in found]

    assert between(0, 99, 99) == [(1, "b", 1), (2, "a", 1), (3, "b", 2), (4, "c", 1)]
    assert between(1, 3, 99) == [(2, "a", 1), (3, "b", 2)]
    assert between(1, 99, 1) == [(2, "a", 1)]
    assert between(0, 2**63 - 1, 0) == between(4, 2**63 - 1, 9) == []


def test_streams_are_read_as_far_as_a_position_by_their_key(recorder: BookRecorder) -> None:
    recorder.insert_events([event("b", 1), event("a", 1), event("b", 2), event("b", 3)])
    found = recorder.select_begun(["a", "b", "x"], 3)
    assert [(position, str(e.originator_id), e.originator_version) for position, e in found] == [
        (2, "a", 1),
        (1, "b", 1),
        (3, "b", 2),
    ]
    with recorder.datastore.transaction(commit=False) as c:
        where = "originator_id IN (?) AND +rowid <= ? ORDER BY originator_id, originator_version"
        c.execute("EXPLAIN QUERY PLAN SELECT * FROM stored_events WHERE " + where, ["a", 3])  # noqa: S608 - ours
        (plan,) = (row[3] for row in c.fetchall())
    assert plan.startswith("SEARCH stored_events USING INDEX")


def test_each_event_carries_its_digest_beside_it(recorder: BookRecorder) -> None:
    recorder.insert_events([event("a", 1), event("a", 2)], digests=[b"1" * 33, b"2" * 33])
    recorder.insert_events([event("a", 3)])  # as the library's own tools do
    carried = [b"1" * 33, b"2" * 33, None]
    assert [digest for _, digest in recorder.select_streams(["a"])] == carried
    found = recorder.select_sealed(0, 9, 9)
    assert [(position, stored.originator_version) for position, stored, _ in found] == [
        (1, 1),
        (2, 2),
        (3, 3),
    ]
    assert [digest for *_, digest in found] == carried
    assert len(recorder.select_sealed(1, 2, 9)) == 1


def test_whoever_reads_next_waits_as_long_as_ever(factory: Factory, recorder: BookRecorder) -> None:
    def waits_ms() -> int:
        with factory.datastore.transaction(commit=False) as c:
            c.execute("PRAGMA busy_timeout")
            return int(c.fetchone()[0])

    recorder.insert_events([event("a", 1)])
    assert waits_ms() == 1000
    other = sqlite3.connect(factory.datastore.pool.db_name, uri=True, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="locked"):
        recorder.insert_events([event("a", 2)])
    assert waits_ms() == 1000
    other.close()
    recorder.insert_events([event("a", 2)])
    assert read(recorder, "a") == [event("a", 1), event("a", 2)]


def test_an_append_holds_the_lock_before_it_writes(
    factory: Factory, recorder: BookRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = sqlite3.connect(factory.datastore.pool.db_name, uri=True, isolation_level=None, timeout=0)
    refused: list[sqlite3.OperationalError] = []

    def begun(recorder_: BookRecorder, c: SQLiteCursor) -> None:
        begin(recorder_, c)
        with pytest.raises(sqlite3.OperationalError, match="locked") as caught:
            other.execute("BEGIN IMMEDIATE")
        refused.append(caught.value)

    begin = BookRecorder._begin_writing
    monkeypatch.setattr(BookRecorder, "_begin_writing", begun)
    recorder.insert_events([event("a", 1)])
    assert len(refused) == 1
    other.close()
