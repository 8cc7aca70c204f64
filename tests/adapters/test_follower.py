"""The follower: rows and their position together, whatever happens between, and nothing twice."""

import threading
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select

from adapters.book import Book
from adapters.engines import SqliteEngine, StoreError
from adapters.follower import Follower
from adapters.mapper import Placed
from adapters.tables import heartbeats, notification_events, positions, transactions
from adapters.times import to_us
from adapters.views import PROJECTIONS, Batch, Save, save_origins
from domain.events import Entry, FollowerIdentified
from tests.adapters.workshop import BOOK_FILE, Workshop, open_workshop
from tests.given import NOON, payment, pending


def places(engine: SqliteEngine) -> dict[str, int]:
    with engine.connect() as connection:
        return {row.projection: row.position for row in connection.execute(select(positions))}


def write(book: Book, count: int, start: int = 1) -> None:
    event = FollowerIdentified("T0")
    book.append([Placed(f"R{n}", 1, Entry(event=event, at=NOON, n=n)) for n in range(start, start + count)])


class Recorded:
    """A projection that only remembers what it was given, in the database itself."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def __call__(self, connection: Connection, batch: Batch) -> None:
        self.sizes.append(len(batch))
        rows = [{"worker": str(position), "beat_us": 0, "detail": ""} for position, _ in batch]
        if rows:
            # A plain insert: the same event twice is an error.
            connection.execute(insert(heartbeats), rows)


def seen(engine: SqliteEngine) -> list[int]:
    with engine.connect() as connection:
        return sorted(map(int, connection.execute(select(heartbeats.c.worker)).scalars()))


def following(workshop: Workshop, **projections: Save) -> Follower:
    return Follower(workshop.book, workshop.engine, workshop.clock, projections or PROJECTIONS)


def test_an_empty_book_is_followed_to_its_end(workshop: Workshop) -> None:
    assert workshop.follower.follow() == 0
    assert sum(places(workshop.engine).values()) == 0


def test_every_projection_stands_at_the_end_of_the_book(workshop: Workshop) -> None:
    workshop.deliver(pending(), payment(invoice="i"))
    follower = workshop.follower
    assert follower.follow() == 3
    assert places(workshop.engine) == dict.fromkeys(PROJECTIONS, 3)
    with workshop.engine.connect() as connection:
        moved_us = connection.execute(select(positions.c.moved_us)).scalars().all()
    assert all(us > to_us(NOON) for us in moved_us)
    assert follower.follow() == 0
    workshop.deliver(payment("T2"))
    assert follower.follow() == 1


def test_many_events_come_in_batches(workshop: Workshop) -> None:
    write(workshop.book, 2_345)
    recorded = Recorded()
    assert following(workshop, recorded=recorded).follow() == 2_345
    assert recorded.sizes == [1_000, 1_000, 345]
    assert seen(workshop.engine) == list(range(1, 2_346))


def test_another_process_goes_on_where_the_last_one_stopped(workshop: Workshop) -> None:
    recorded = Recorded()
    write(workshop.book, 5)
    following(workshop, recorded=recorded).follow()
    write(workshop.book, 5, start=6)
    assert following(workshop, recorded=recorded).follow() == 5
    assert recorded.sizes == [5, 5]


def test_rows_and_position_are_one_transaction(workshop: Workshop) -> None:
    recorded = Recorded()
    write(workshop.book, 1_500)
    broken = True

    def stumble(_connection: Connection, batch: Batch) -> None:
        if broken and batch[-1][0] > 1_000:
            raise RuntimeError("died between the rows and the position")

    follower = following(workshop, first=recorded, second=stumble)
    with pytest.raises(RuntimeError):
        follower.follow()
    assert places(workshop.engine) == {"first": 1_000, "second": 1_000}
    assert seen(workshop.engine) == list(range(1, 1_001))
    broken = False
    assert follower.follow() == 500
    assert seen(workshop.engine) == list(range(1, 1_501))
    assert places(workshop.engine) == {"first": 1_500, "second": 1_500}


def test_a_position_that_cannot_be_written_takes_the_rows_with_it(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: object) -> int:
        raise KeyError("gone")

    recorded = Recorded()
    write(workshop.book, 3)
    follower = following(workshop, recorded=recorded)
    with monkeypatch.context() as patched:
        patched.setattr("adapters.follower.to_us", away)
        with pytest.raises(KeyError):
            follower.follow()
    assert (seen(workshop.engine), places(workshop.engine)) == ([], {})
    assert follower.follow() == 3
    assert seen(workshop.engine) == [1, 2, 3]


def test_a_new_projection_catches_up_and_the_others_see_nothing_twice(workshop: Workshop) -> None:
    old = Recorded()
    new: list[int] = []

    def follow_too(_connection: Connection, batch: Batch) -> None:
        new.extend(position for position, _ in batch)

    write(workshop.book, 1_200)
    following(workshop, old=old).follow()
    write(workshop.book, 10, start=1_201)
    following(workshop, old=old, new=follow_too).follow()
    assert new == list(range(1, 1_211))
    assert seen(workshop.engine) == list(range(1, 1_211))
    assert places(workshop.engine) == {"old": 1_210, "new": 1_210}


def test_two_followers_at_once_do_not_double(tmp_path: Path) -> None:
    with ExitStack() as stack:
        houses = [stack.enter_context(open_workshop(tmp_path)) for _ in range(3)]
        write(houses[0].book, 3_000)
        ready = threading.Barrier(3)
        failures: list[Exception] = []

        def follow(house: Workshop) -> None:
            ready.wait(30)
            try:
                following(house, recorded=Recorded()).follow()
            except Exception as error:  # noqa: BLE001 - told to the test
                failures.append(error)

        threads = [threading.Thread(target=follow, args=[house]) for house in houses]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert failures == []
        assert seen(houses[0].engine) == list(range(1, 3_001))
        assert places(houses[0].engine) == {"recorded": 3_000}


def test_one_that_was_overtaken_goes_on_from_where_the_other_came_to(workshop: Workshop) -> None:
    recorded = Recorded()
    slow, quick = (following(workshop, recorded=recorded) for _ in range(2))
    write(workshop.book, 2)
    slow.follow()
    write(workshop.book, 2, start=3)
    quick.follow()
    assert slow.follow() == 0
    write(workshop.book, 1, start=5)
    assert slow.follow() == 1
    assert recorded.sizes == [2, 2, 0, 1]


def test_nothing_new_takes_no_lock_from_anybody(workshop: Workshop) -> None:
    workshop.deliver(payment())
    follower = workshop.follower
    follower.follow()
    with workshop.engine.begin():
        assert follower.follow() == 0


def test_a_locked_store_is_said_and_followed_later(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop.deliver(payment())
    begin = SqliteEngine.begin
    monkeypatch.setattr(SqliteEngine, "begin", lambda engine, **_: begin(engine, busy_seconds=0.1))
    with open_workshop(workshop.folder) as other:
        with other.engine.begin(), pytest.raises(StoreError) as caught:
            workshop.follower.follow()
        assert caught.value.locked
        assert BOOK_FILE in str(caught.value)
    assert workshop.follower.follow() == 1


def test_every_event_of_a_notification_is_found_by_its_number(workshop: Workshop) -> None:
    workshop.deliver(*[payment(f"T{i}", invoice=f"i{i}") for i in range(600)])
    following(workshop, origins=save_origins).follow()
    with workshop.engine.connect() as connection:
        found = Counter(connection.execute(select(notification_events.c.n)).scalars())
        assert connection.execute(select(transactions)).first() is None
    assert found == dict.fromkeys(range(1, 601), 2)
