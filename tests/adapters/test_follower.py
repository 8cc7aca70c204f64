"""The follower: rows and their position together, whatever happens between, and nothing twice."""

import sqlite3
import threading
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

from adapters.book import Book
from adapters.engines import StoreEngine, StoreError
from adapters.follower import Follower
from adapters.mapper import Placed
from adapters.personal.keyring import DESTROYED_LAST
from adapters.tables import heartbeats, payer_keys, positions, set_aside
from adapters.times import to_us
from adapters.view_tables import identities, notification_events, transactions
from adapters.views.code import digest_of
from adapters.views.making import read_batch
from adapters.views.registry import PROJECTIONS, Projection
from adapters.views.steps import Save, Step, Tables
from domain.events import Entry, FollowerIdentified, InvoicePaid
from tests import engines
from tests.adapters.workshop import Workshop, open_workshop
from tests.given import NOON, follower, payment, pending


def places(engine: StoreEngine) -> dict[str, int]:
    with engine.connect() as connection:
        return {row.projection: row.position for row in connection.execute(select(positions))}


def write(book: Book, count: int, start: int = 1) -> None:
    event = FollowerIdentified("T0")
    book.append([Placed(f"R{n}", 1, Entry(event=event, at=NOON, n=n)) for n in range(start, start + count)])


class Recorded:
    """A projection that only remembers what it was given, in the database itself."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def __call__(self, connection: Connection, _tables: Tables, steps: Sequence[Step]) -> None:
        self.sizes.append(len(steps))
        # A plain insert: the same event twice is an error.
        connection.execute(
            insert(heartbeats), [{"worker": s.position, "beat_us": 0, "detail": ""} for s in steps]
        )


def projection(name: str, save: Save, **told: Any) -> Projection:
    return Projection(name, 1, save, (), **told)


def seen(engine: StoreEngine) -> list[int]:
    with engine.connect() as connection:
        return sorted(map(int, connection.execute(select(heartbeats.c.worker)).scalars()))


def following(workshop: Workshop, **saves: Save) -> Follower:
    projections = {name: projection(name, save) for name, save in saves.items()}
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
    assert recorded.sizes == [500, 500, 500, 500, 345]
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

    def die(_connection: Connection, _tables: Tables, steps: Sequence[Step]) -> None:
        if broken and steps[-1].position > 1_000:
            raise KeyboardInterrupt

    follower = following(workshop, first=recorded, second=die)
    with pytest.raises(KeyboardInterrupt):
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
    def away(*_: object) -> None:
        raise KeyError("gone")

    recorded = Recorded()
    write(workshop.book, 3)
    follower = following(workshop, recorded=recorded)
    with monkeypatch.context() as patched:
        patched.setattr("adapters.follower.write_places", away)
        with pytest.raises(KeyError):
            follower.follow()
    assert (seen(workshop.engine), places(workshop.engine)) == ([], {})
    assert follower.follow() == 3
    assert seen(workshop.engine) == [1, 2, 3]


def test_a_new_projection_catches_up_and_the_others_see_nothing_twice(workshop: Workshop) -> None:
    old = Recorded()
    new: list[int] = []

    def follow_too(_connection: Connection, _tables: Tables, steps: Sequence[Step]) -> None:
        new.extend(step.position for step in steps)

    write(workshop.book, 1_200)
    following(workshop, old=old).follow()
    write(workshop.book, 10, start=1_201)
    following(workshop, old=old, new=follow_too).follow()
    assert new == list(range(1, 1_211))
    assert seen(workshop.engine) == list(range(1, 1_211))
    assert places(workshop.engine) == {"old": 1_210, "new": 1_210}


def test_two_followers_at_once_do_not_double(any_engine: str, tmp_path: Path) -> None:
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
    assert recorded.sizes == [2, 2, 1]


def test_nothing_new_takes_no_lock_from_anybody(workshop: Workshop) -> None:
    workshop.deliver(payment())
    follower = workshop.follower
    follower.follow()
    with workshop.engine.begin():
        assert follower.follow() == 0


def test_a_locked_store_is_said_and_followed_later(workshop: Workshop) -> None:
    workshop.deliver(payment())
    with open_workshop(workshop.folder) as other:
        with other.engine.begin(), pytest.raises(StoreError) as caught:
            workshop.follower.follow(busy_seconds=0.1)
        assert caught.value.locked
        assert workshop.engine.place in str(caught.value)
    assert workshop.follower.follow() == 1


def test_who_waits_for_no_other_makes_nothing_while_another_is_at_it(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(workshop.book, 3)
    made: list[int] = []

    def noted(book: Book, start: int, *args: Any, **how: Any) -> Any:
        made.append(start)
        return read_batch(book, start, *args, **how)

    monkeypatch.setattr("adapters.follower.read_batch", noted)
    with workshop.engine.begin(), pytest.raises(StoreError):
        workshop.follower.follow(busy_seconds=0.0)
    assert made == []
    assert workshop.follower.follow(busy_seconds=0.0) == 3
    assert made == [0]


def test_every_event_of_a_notification_is_found_by_its_number(workshop: Workshop) -> None:
    workshop.deliver(*[payment(f"T{i}", invoice=f"i{i}") for i in range(600)])
    origins = PROJECTIONS["origins"]
    Follower(workshop.book, workshop.engine, workshop.clock, {"origins": origins}).follow()
    with workshop.engine.connect() as connection:
        found = Counter(connection.execute(select(notification_events.c.n)).scalars())
        assert connection.execute(select(transactions)).first() is None
    assert found == dict.fromkeys(range(1, 601), 2)


# ---- projections at different places ----


def test_one_that_is_new_holds_up_no_other(workshop: Workshop) -> None:
    old = Recorded()
    seen_by_new: list[int] = []

    def follow_too(_connection: Connection, _tables: Tables, steps: Sequence[Step]) -> None:
        seen_by_new.extend(step.position for step in steps)

    write(workshop.book, 2_000)
    following(workshop, old=old).follow()
    write(workshop.book, 5, start=2_001)
    follower = following(workshop, old=old, new=follow_too)
    assert follower.follow(5) == 5
    assert (places(workshop.engine)["old"], seen_by_new) == (2_005, [])
    assert follower.follow(300) == 300
    write(workshop.book, 1, start=2_006)
    assert follower.follow(301) == 301
    assert places(workshop.engine) == {"old": 2_006, "new": 600}
    assert follower.follow() == 1_406
    assert seen_by_new == list(range(1, 2_007))
    assert seen(workshop.engine) == list(range(1, 2_007))


def test_no_more_is_followed_than_was_asked_for(workshop: Workshop) -> None:
    write(workshop.book, 2_500)
    follower = following(workshop, recorded=Recorded())
    assert [follower.follow(1_200) for _ in range(4)] == [1_200, 1_200, 100, 0]


def test_what_began_a_projections_rows_is_noted_and_what_other_code_began_is_nobodys(
    workshop: Workshop,
) -> None:
    workshop.deliver(payment())
    workshop.follower.follow()
    row = positions.c
    with workshop.engine.begin() as connection:
        found = connection.execute(select(row.projection, row.slot, row.version, row.digest)).all()
        connection.execute(update(positions).values(version=0, digest="earlier"))
    assert sorted(map(tuple, found)) == sorted(
        (name, "a", it.version, digest_of(it)) for name, it in PROJECTIONS.items()
    )
    workshop.deliver(payment("T2"))
    workshop.follower.follow()
    with workshop.engine.connect() as connection:
        assert set(connection.execute(select(row.version, row.digest)).all()) == {(0, None)}


# ---- what cannot be told ----


def aside(workshop: Workshop) -> set[tuple[str, str, int, int]]:
    row = set_aside.c
    with workshop.engine.connect() as connection:
        found = connection.execute(select(row.projection, row.stream, row.position, row.version))
        return {tuple(each) for each in found}


def spoil(workshop: Workshop, position: int, topic: str = "Tomorrow:1", state: bytes | None = None) -> None:
    """Make of an event one that this version cannot read."""
    with workshop.engine.begin() as connection:
        engines.spoil(connection, position, topic, state)


def txn_ids(workshop: Workshop) -> list[str]:
    with workshop.engine.connect() as connection:
        return list(
            connection.execute(select(transactions.c.txn_id).order_by(transactions.c.txn_id)).scalars()
        )


def test_an_event_of_tomorrow_sets_its_stream_aside_and_no_other(workshop: Workshop) -> None:
    workshop.deliver(pending("T1"), pending("T2"), pending("T3"))
    spoil(workshop, 2)
    assert workshop.follower.follow() == 3
    assert txn_ids(workshop) == ["T1", "T3"]
    wanting = {name for name, it in PROJECTIONS.items() if it.wants("T2")}
    assert aside(workshop) == {(name, "T2", 2, 1) for name in wanting}
    assert set(places(workshop.engine).values()) == {3}


def test_whatever_follows_on_a_stream_that_was_set_aside_is_left_out(workshop: Workshop) -> None:
    workshop.deliver(pending("T1"), pending("T2"))
    workshop.deliver(payment("T1"), payment("T2"))
    workshop.deliver(follower("Refunded", "R1", "T1"), follower("Refunded", "R2", "T2"))
    spoil(workshop, 3, state=b"not JSON at all")
    follower_ = workshop.follower
    while follower_.follow(1):
        pass
    with workshop.engine.connect() as connection:
        found = connection.execute(select(transactions.c.txn_id, transactions.c.status)).all()
        followed = connection.execute(select(identities.c.txn_id)).scalars().all()
    assert sorted(map(tuple, found)) == [("T1", "pending"), ("T2", "refunded")]
    assert sorted(followed) == ["R1", "R2"]
    assert {(stream, position) for _, stream, position, _ in aside(workshop)} == {("T1", 3)}


def test_what_cannot_happen_to_a_stream_is_set_aside_too(workshop: Workshop) -> None:
    workshop.deliver(pending("T1"))
    event = InvoicePaid("T1", "T1")
    workshop.book.append([Placed("T1", 2, Entry(event=event, at=NOON, n=None))])
    workshop.deliver(payment("T2"))
    workshop.follower.follow()
    assert txn_ids(workshop) == ["T1", "T2"]
    assert {(stream, position, version) for _, stream, position, version in aside(workshop)} == {("T1", 2, 2)}


class Poisoned:
    """A projection that cannot digest one event, whatever it is told with."""

    def __init__(self, *positions: int, error: Exception | None = None) -> None:
        self.positions = positions
        self.error = error or ValueError("Jörg Payer <script>")
        self.recorded = Recorded()

    def __call__(self, connection: Connection, tables: Tables, steps: Sequence[Step]) -> None:
        self.recorded(connection, tables, steps)
        if {step.position for step in steps} & set(self.positions):
            raise self.error


def write_streams(book: Book, *streams: str) -> None:
    versions: Counter[str] = Counter()
    told = []
    for stream in streams:
        versions[stream] += 1
        told.append(Placed(stream, versions[stream], Entry(event=FollowerIdentified("T0"), at=NOON, n=1)))
    book.append(told)


def test_a_projection_that_stumbles_goes_on_without_that_stream(workshop: Workshop) -> None:
    write_streams(workshop.book, "A", "B", "A", "B", "A", "C")
    poisoned = Poisoned(3)
    well: list[int] = []

    def follow_too(_connection: Connection, _tables: Tables, steps: Sequence[Step]) -> None:
        well.extend(step.position for step in steps)

    follower = following(workshop, poisoned=poisoned, well=follow_too)
    with capture_logs() as logs:
        assert follower.follow() == 6
    assert seen(workshop.engine) == [1, 2, 4, 6]
    assert well[-6:] == [1, 2, 3, 4, 5, 6]
    assert aside(workshop) == {("poisoned", "A", 3, 2)}
    assert places(workshop.engine) == {"poisoned": 6, "well": 6}
    (line,) = (line for line in logs if line["event"] == "stream_set_aside")
    assert line["fault"].startswith("ValueError at test_follower.py:")
    assert "Payer" not in repr(logs)


def test_each_of_several_bad_streams_ends_where_it_is_bad(workshop: Workshop) -> None:
    write_streams(workshop.book, *"ABCABCABC")
    following(workshop, poisoned=Poisoned(1, 5, 9)).follow()
    assert aside(workshop) == {("poisoned", "A", 1, 1), ("poisoned", "B", 5, 2), ("poisoned", "C", 9, 3)}
    assert seen(workshop.engine) == [2, 3, 6]


def test_values_that_the_store_refuses_are_the_events_fault(workshop: Workshop) -> None:
    write_streams(workshop.book, *"AB")

    def refuse(connection: Connection, _tables: Tables, steps: Sequence[Step]) -> None:
        for step in steps:
            beat_us = None if step.stream == "A" else 1
            connection.execute(
                insert(heartbeats), {"worker": step.position, "beat_us": beat_us, "detail": ""}
            )

    following(workshop, refused=refuse).follow()
    assert aside(workshop) == {("refused", "A", 1, 1)}
    assert seen(workshop.engine) == [2]


def test_a_store_that_fails_is_no_bad_event(workshop: Workshop) -> None:
    write_streams(workshop.book, *"AB")
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL
    follower = following(workshop, poisoned=Poisoned(1, error=DBAPIError("INSERT", None, full)))
    with pytest.raises(StoreError, match="disk is full"):
        follower.follow()
    assert (aside(workshop), places(workshop.engine), seen(workshop.engine)) == (set(), {}, [])


def test_a_fault_of_ours_does_not_fill_the_log(workshop: Workshop) -> None:
    write_streams(workshop.book, *(f"S{i}" for i in range(50)))
    with capture_logs() as logs:
        following(workshop, poisoned=Poisoned(*range(1, 51))).follow()
    assert len(aside(workshop)) == 50
    lines = [line for line in logs if line["event"] == "stream_set_aside"]
    assert (len(lines), lines[0]["streams"]) == (5, 50)


# ---- what is made ready before the lock is had ----


def test_what_was_made_ready_is_not_written_when_another_came_first(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = Recorded()
    slow, quick = (following(workshop, recorded=recorded) for _ in range(2))
    write(workshop.book, 3)
    slow.follow()
    write(workshop.book, 3, start=4)

    def overtaken(*given: Any, **more: Any) -> Any:
        monkeypatch.setattr("adapters.follower.read_batch", read_batch)
        batch = read_batch(*given, **more)
        quick.follow()
        return batch

    monkeypatch.setattr("adapters.follower.read_batch", overtaken)
    assert slow.follow() == 0
    assert recorded.sizes == [3, 3]
    assert seen(workshop.engine) == list(range(1, 7))


def test_streams_that_were_told_are_not_read_again(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop.deliver(pending("T1"))
    follower_ = workshop.follower
    follower_.follow()
    asked: list[str] = []
    stored_streams = workshop.book.stored_streams

    def noted(names: Sequence[str], until: int) -> Any:
        asked.extend(names)
        return stored_streams(names, until)

    monkeypatch.setattr(workshop.book, "stored_streams", noted)
    workshop.deliver(payment("T1"))
    follower_.follow()
    assert asked == []
    assert txn_ids(workshop) == ["T1"]


def test_nothing_is_remembered_of_who_was_forgotten(workshop: Workshop) -> None:
    workshop.deliver(pending("T1"))
    follower_ = workshop.follower
    follower_.follow()
    assert follower_._known.at("T1", 1) is not None
    with workshop.engine.begin() as connection:
        told = {"payer": DESTROYED_LAST, "key": None, "made_us": 1, "destroyed_us": 1, "cleaned_us": 1}
        connection.execute(insert(payer_keys), told)
    workshop.deliver(pending("T2"))
    follower_.follow()
    assert follower_._known.at("T1", 1) is None
    assert follower_._known.at("T2", 1) is not None
    assert txn_ids(workshop) == ["T1", "T2"]


def test_who_is_forgotten_while_a_batch_is_made_is_not_shown_by_it(
    workshop: Workshop, on_postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys are destroyed under another lock than the views'; on SQLite there is but one."""
    workshop.deliver(pending("T1"))
    made: list[int] = []

    def overtaken(*given: Any, **more: Any) -> Any:
        batch = read_batch(*given, **more)
        made.append(batch.events)
        if len(made) == 1:
            with workshop.parts.book.begin() as connection:
                told = {"payer": DESTROYED_LAST, "made_us": 1, "destroyed_us": 1, "cleaned_us": 1}
                connection.execute(insert(payer_keys), told)
        return batch

    monkeypatch.setattr("adapters.follower.read_batch", overtaken)
    events = workshop.book.last_position()
    assert workshop.follower.follow(busy_seconds=5.0) == events
    # What was made before counts for nothing: it is made anew.
    assert made == [events, events]
    assert txn_ids(workshop) == ["T1"]
