"""The book's recorder over a real server: one commit, one order, no later position before an earlier."""

from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, Thread

import pytest
from eventsourcing.persistence import (
    IntegrityError,
    Notification,
    OperationalError,
    ProgrammingError,
    StoredEvent,
)
from sqlalchemy import select

from adapters.postgresql.engine import PostgresqlEngine, postgresql_engine
from adapters.postgresql.recorder import BookRecorder
from tests.adapters.beside import TABLES, beside, beside_table, nowhere
from tests.engines import database_in


def event(stream: str, version: int, topic: str = "t") -> StoredEvent:
    return StoredEvent(stream, version, topic, b"{}")


def read(recorder: BookRecorder, *streams: str) -> list[StoredEvent]:
    return [stored for stored, _ in recorder.select_streams(streams)]


@pytest.fixture
def engine(on_postgresql: str, tmp_path: Path) -> Iterator[PostgresqlEngine]:
    engine = postgresql_engine(database_in(tmp_path))
    with engine.begin() as connection:
        TABLES.create_all(connection)
    yield engine
    engine.dispose()


@pytest.fixture
def recorder(engine: PostgresqlEngine) -> BookRecorder:
    return BookRecorder(engine)


def rows(engine: PostgresqlEngine) -> list[int]:
    with engine.connect() as connection:
        return list(connection.execute(select(beside_table.c.n).order_by(beside_table.c.n)).scalars())


def test_rows_beside_are_in_the_commit_of_the_events(
    engine: PostgresqlEngine, recorder: BookRecorder
) -> None:
    assert recorder.insert_events([event("a", 1), event("b", 1)], beside=[beside(1, 2)]) == [1, 2]
    assert rows(engine) == [1, 2]
    with pytest.raises(IntegrityError):
        recorder.insert_events([event("a", 1)], beside=[beside(3)])
    with pytest.raises(IntegrityError):
        recorder.insert_events([event("c", 1)], beside=[beside(4, 1)])
    with pytest.raises(OperationalError):
        recorder.insert_events([event("c", 1)], beside=[nowhere(1)])
    recorder.insert_events([], beside=[beside(5)])
    assert rows(engine) == [1, 2, 5]
    assert read(recorder, "a", "b", "c") == [event("a", 1), event("b", 1)]


def test_streams_come_in_the_order_of_each(recorder: BookRecorder) -> None:
    recorder.insert_events([event("b", 1), event("a", 1), event("b", 2), event("a", 2), event("c", 1)])
    assert read(recorder, "a", "b") == [event("a", 1), event("a", 2), event("b", 1), event("b", 2)]
    assert read(recorder) == []
    assert recorder.select_placed("b") == [(1, event("b", 1)), (3, event("b", 2))]
    assert recorder.select_begun(["a", "b", "x"], 3) == [
        (2, event("a", 1)),
        (1, event("b", 1)),
        (3, event("b", 2)),
    ]


def test_a_name_of_a_stream_is_a_value_and_no_sql(recorder: BookRecorder) -> None:
    odd = "x'); DROP TABLE stored_events; -- %s %(a)s Łódź 🎁"
    recorder.insert_events([event("a", 1), event(odd, 1)])
    assert read(recorder, odd) == [event(odd, 1)]


def test_the_whole_book_is_read_in_its_order(recorder: BookRecorder) -> None:
    assert recorder.max_notification_id() is None
    recorder.insert_events([event("b", 1), event("a", 1), event("b", 2, "u"), event("c", 1)])

    def between(*asked: int) -> list[tuple[int, str]]:
        return [(position, str(e.originator_id)) for position, e in recorder.select_between(*asked)]

    assert between(0, 99, 99) == [(1, "b"), (2, "a"), (3, "b"), (4, "c")]
    assert between(1, 3, 99) == [(2, "a"), (3, "b")]
    assert between(1, 99, 1) == [(2, "a")]
    assert between(0, 2**63 - 1, 0) == between(4, 2**63 - 1, 9) == []
    assert recorder.max_notification_id() == 4
    assert recorder.select_notifications(2, 9) == [
        Notification("a", 1, "t", b"{}", 2),
        Notification("b", 2, "u", b"{}", 3),
        Notification("c", 1, "t", b"{}", 4),
    ]
    assert [n.id for n in recorder.select_notifications(2, 9, 3, inclusive_of_start=False)] == [3]
    assert [n.id for n in recorder.select_notifications(None, 9, topics=["u"])] == [3]


def test_one_stream_is_read_between_two_versions(recorder: BookRecorder) -> None:
    recorder.insert_events([event("a", n) for n in range(1, 6)] + [event("b", 1)])

    def versions(**asked: int | bool) -> list[int]:
        return [e.originator_version for e in recorder.select_events("a", **asked)]  # type: ignore[arg-type]

    assert versions() == [1, 2, 3, 4, 5]
    assert versions(gt=2, lte=4) == [3, 4]
    assert versions(desc=True, limit=2) == [5, 4]


def test_who_follows_misses_nothing_that_many_append_at_once(
    engine: PostgresqlEngine, recorder: BookRecorder
) -> None:
    writers, batches, seen = 6, 40, 0
    barrier = Barrier(writers + 1)

    def append(writer: int) -> None:
        barrier.wait(30)
        for n in range(batches):
            some = [event(f"{writer}.{n}", version) for version in (1, 2, 3)]
            recorder.insert_events(some)

    threads = [Thread(target=append, args=(writer,)) for writer in range(writers)]
    for thread in threads:
        thread.start()
    barrier.wait(30)
    followed: list[str] = []
    while any(thread.is_alive() for thread in threads) or (recorder.max_notification_id() or 0) > seen:
        for position, found in recorder.select_between(seen, 2**63 - 1, 50):
            assert position > seen
            seen = position
            followed.append(f"{found.originator_id}:{found.originator_version}")
    for thread in threads:
        thread.join(30)
    assert sorted(followed) == sorted(
        f"{writer}.{n}:{version}"
        for writer in range(writers)
        for n in range(batches)
        for version in (1, 2, 3)
    )


def test_a_value_that_is_not_taken_is_no_store_that_is_away(recorder: BookRecorder) -> None:
    for odd in ("a\x00b", "".join(map(chr, range(0x4E00, 0x4E00 + 3_000)))):
        with pytest.raises(ValueError, match=r"failed|not take"):
            recorder.insert_events([event(odd, 1)])
    recorder.insert_events([event("a", 1)])
    assert recorder.max_notification_id() is not None


def test_a_subscription_is_not_to_be_had(recorder: BookRecorder) -> None:
    with pytest.raises(NotImplementedError):
        recorder.subscribe()


def test_a_table_that_is_gone_is_the_librarys_error(engine: PostgresqlEngine, recorder: BookRecorder) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE stored_events")
    with pytest.raises((OperationalError, ProgrammingError)):
        recorder.max_notification_id()


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
