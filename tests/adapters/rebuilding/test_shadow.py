"""The shadow: told beside the live rows, and in their place from one moment to the next."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, Table, inspect, select, text, update

from adapters.engines import StoreError
from adapters.follower import Follower
from adapters.rebuilding import indexes
from adapters.rebuilding import lease as lease_module
from adapters.rebuilding import shadow as shadow_module
from adapters.rebuilding.helping import half
from adapters.rebuilding.lease import RebuildLostError
from adapters.rebuilding.shadow import EMPTIED_ROWS_MAX, Shadow
from adapters.slots import count_rows, is_empty, table
from adapters.tables import positions, rebuilds, set_aside
from adapters.view_tables import VIEWS, identities, transactions
from adapters.views.places import read_places
from adapters.views.registry import PROJECTIONS, Projection
from domain.streams import is_transaction
from tests.adapters.workshop import Workshop
from tests.given import follower, payment, pending

ALL = tuple(PROJECTIONS.values())


@pytest.fixture(autouse=True)
def nothing_held() -> Iterator[None]:
    yield
    lease_module._HELD.clear()


def begun(workshop: Workshop, *projections: Projection) -> Shadow:
    shadow = Shadow(workshop.book, workshop.engine, workshop.clock, projections or ALL)
    shadow.begin()
    return shadow


def emptied(shadow: Shadow) -> int:
    times = 1
    while not shadow.empty():
        times += 1
    return times


def rows(workshop: Workshop) -> dict[str, list[tuple[Any, ...]]]:
    with workshop.engine.connect() as connection:
        return {
            name: [tuple(row) for row in connection.execute(select(view).order_by(*view.primary_key))]
            for name, view in VIEWS.tables.items()
        }


def slots_read(workshop: Workshop) -> dict[str, str]:
    with workshop.engine.connect() as connection:
        return {name: place.slot for name, place in read_places(connection).items()}


def stored(workshop: Workshop) -> None:
    workshop.deliver(pending("T1"), payment("T1"), payment("T2"), follower("Refunded", "R1", gross="-5.00"))
    workshop.follower.follow()


def test_what_is_told_beside_is_not_read_until_it_is_switched(workshop: Workshop) -> None:
    stored(workshop)
    before = rows(workshop)
    shadow = begun(workshop)
    assert shadow.build(100, 3) == 3
    assert (shadow.position, shadow.build(100, 100)) == (3, 2)
    assert (shadow.position, shadow.build(100, 100)) == (100, 0)
    assert rows(workshop) == before
    assert set(slots_read(workshop).values()) == {"a"}
    with workshop.engine.connect() as connection:
        for name, found in before.items():
            assert count_rows(connection, [name], "b") == len(found)
            assert count_rows(connection, [name], "a") == len(found)


def test_a_switch_reads_the_new_rows_and_the_old_ones_can_be_cleared_away(workshop: Workshop) -> None:
    stored(workshop)
    before = rows(workshop)
    with workshop.engine.begin() as connection:
        connection.execute(update(table("transactions", "b")).values(status="x"))
        connection.execute(update(table("transactions", "a")).values(status="made by other code"))
        connection.execute(update(positions).values(version=0, digest="other"))
    shadow = begun(workshop)
    shadow.build(5, 100)
    shadow.switch()
    assert rows(workshop) == before
    assert set(slots_read(workshop).values()) == {"b"}
    with workshop.engine.connect() as connection:
        places = read_places(connection)
    assert {name: (place.version, place.position) for name, place in places.items()} == {
        name: (it.version, 5) for name, it in PROJECTIONS.items()
    }
    assert "other" not in {place.digest for place in places.values()}
    emptied(shadow)
    shadow.end()
    with workshop.engine.connect() as connection:
        assert is_empty(connection, VIEWS.tables, "a")
        assert connection.execute(select(rebuilds)).all() == []
    assert rows(workshop) == before
    # And back again, another time.
    again = begun(workshop)
    again.switch()
    assert set(slots_read(workshop).values()) == {"a"}
    assert rows(workshop) == before


def test_the_follower_goes_on_with_the_rows_that_are_read(workshop: Workshop) -> None:
    stored(workshop)
    following = workshop.follower
    shadow = begun(workshop)
    shadow.build(5, 100)
    workshop.deliver(payment("T3"))
    assert following.follow() == 1
    shadow.switch()
    workshop.deliver(payment("T4"))
    assert following.follow() == 1
    with workshop.engine.connect() as connection:
        assert len(connection.execute(select(transactions.c.txn_id)).all()) == 4
        assert count_rows(connection, ["transactions"], "a") == 3


def test_none_goes_back_in_time_however_far_the_live_ones_got_meanwhile(workshop: Workshop) -> None:
    stored(workshop)
    shadow = begun(workshop)
    shadow.build(2, 100)
    workshop.deliver(*[payment(f"N{n}") for n in range(30)])
    workshop.follower.follow()
    before = rows(workshop)
    shadow.switch()
    assert rows(workshop) == before
    assert shadow.position == workshop.book.last_position()


def test_a_shadow_that_is_further_stays_so(workshop: Workshop) -> None:
    stored(workshop)
    workshop.deliver(payment("T3"))
    shadow = begun(workshop)
    shadow.build(workshop.book.last_position(), 100)
    shadow.switch()
    with workshop.engine.connect() as connection:
        assert {place.position for place in read_places(connection).values()} == {6}
    assert workshop.queries.transaction("T3") is not None
    assert workshop.follower.follow() == 0


def test_projections_at_different_places_are_switched_together(workshop: Workshop) -> None:
    stored(workshop)
    with workshop.engine.begin() as connection:
        connection.execute(positions.delete().where(positions.c.projection == "origins"))
        connection.execute(update(positions).where(positions.c.projection == "identities").values(position=2))
    shadow = begun(workshop)
    shadow.switch()
    with workshop.engine.connect() as connection:
        assert {place.position for place in read_places(connection).values()} == {5}
        assert connection.execute(select(identities)).all() == [("R1", "T1")]


def test_one_alone_leaves_the_others_as_they_are(workshop: Workshop) -> None:
    stored(workshop)
    before = rows(workshop)
    shadow = begun(workshop, PROJECTIONS["origins"])
    shadow.switch()
    emptied(shadow)
    assert slots_read(workshop) == dict.fromkeys(PROJECTIONS, "a") | {"origins": "b"}
    assert rows(workshop) == before


def test_many_rows_are_cleared_away_bit_by_bit(workshop: Workshop) -> None:
    workshop.deliver(*[payment(f"T{n}") for n in range(700)])
    shadow = begun(workshop, PROJECTIONS["origins"], PROJECTIONS["transactions"])
    shadow.build(700, 1_000)
    assert emptied(shadow) == 1 + 1_400 // EMPTIED_ROWS_MAX
    with workshop.engine.connect() as connection:
        assert is_empty(connection, VIEWS.tables, "b")


def indexes_there(workshop: Workshop, slot: str) -> set[str]:
    found = inspect(workshop.engine)
    names = [table(name, slot).name for name in VIEWS.tables]
    return {str(index["name"]) for name in names for index in found.get_indexes(name)}


@pytest.fixture
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (shadow_module, indexes):
        monkeypatch.setattr(module, "MANY_ROWS", 10)


@pytest.mark.usefixtures("few_are_many")
def test_for_many_events_there_are_no_indexes_until_they_are_made(workshop: Workshop) -> None:
    workshop.deliver(*[payment(f"T{n}") for n in range(40)])
    before = indexes_there(workshop, "b")
    shadow = begun(workshop)
    shadow.expect(10)
    bare = indexes_there(workshop, "b")
    assert len(bare) < len(before) / 2
    shadow.build(40, 100)
    assert indexes_there(workshop, "b") == bare
    made = 1
    while shadow.index():
        made += 1
    assert indexes_there(workshop, "b") == before
    assert made == 1 + len(before - bare)


@pytest.mark.usefixtures("few_are_many")
@pytest.mark.parametrize("events", [9, 10**9])
def test_for_few_events_and_for_very_many_they_stay(workshop: Workshop, events: int) -> None:
    before = indexes_there(workshop, "b")
    shadow = begun(workshop)
    shadow.expect(events)
    assert indexes_there(workshop, "b") == before
    assert not shadow.index()


@pytest.mark.usefixtures("few_are_many")
def test_one_that_was_broken_off_leaves_indexes_to_be_made_by_whoever_comes_next(workshop: Workshop) -> None:
    workshop.deliver(*[payment(f"T{n}") for n in range(40)])
    before = indexes_there(workshop, "b")
    broken = begun(workshop)
    broken.expect(40)
    broken.build(40, 100)
    broken.end()
    emptied(begun(workshop))
    assert indexes_there(workshop, "b") == before
    with workshop.engine.connect() as connection:
        assert is_empty(connection, VIEWS.tables, "b")


@pytest.mark.usefixtures("few_are_many")
def test_rows_that_somebody_dumps_are_cleared_away_all_the_same_and_that_is_not_tried_at_each_step(
    workshop: Workshop, on_postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop.deliver(*[payment(f"T{n}") for n in range(60)])
    monkeypatch.setattr(shadow_module, "EMPTIED_ROWS_MAX", 50)
    shadow, tried = begun(workshop), []
    shadow.build(60, 100)

    def lighten(connection: Connection, some: Collection[Table]) -> bool:
        tried.append(len(some))
        return indexes.lighten(connection, some)

    monkeypatch.setattr(shadow_module, "lighten", lighten)
    with workshop.engine.connect() as dump:
        dump.execute(text("LOCK TABLE transactions_b IN ACCESS SHARE MODE"))
        shadow._emptied_rows_max = 50
        assert emptied(shadow) > 2
    assert len(tried) == 1
    with workshop.engine.connect() as connection:
        assert is_empty(connection, VIEWS.tables, "b")


def test_the_more_quickly_rows_go_the_more_go_at_once(
    workshop: Workshop, on_sqlite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shadow_module, "next_size", lambda size, _seconds, **_limits: size * 2)
    workshop.deliver(*[payment(f"T{n}") for n in range(60)])
    shadow = begun(workshop)
    shadow.build(60, 100)
    shadow._emptied_rows_max = 10
    assert emptied(shadow) < 10


@pytest.mark.usefixtures("few_are_many")
@pytest.mark.parametrize("step", [Shadow.index, lambda shadow: shadow.expect(40)])
def test_who_lost_the_lease_touches_no_index(workshop: Workshop, step: Callable[[Shadow], object]) -> None:
    before, shadow = indexes_there(workshop, "b"), begun(workshop)
    with workshop.engine.begin() as connection:
        connection.execute(rebuilds.delete())
    with pytest.raises(RebuildLostError):
        step(shadow)
    assert indexes_there(workshop, "b") == before


class BadError(Exception):
    """What the poisoned projection raises."""


def poisoned(name: str, stream: str) -> Projection:
    it = PROJECTIONS[name]

    def save(connection: Any, tables: Any, steps: Any) -> None:
        if any(step.stream == stream for step in steps):
            raise BadError
        it.save(connection, tables, steps)

    return replace(it, save=save)


def test_streams_set_aside_are_those_of_the_rows_that_are_read(workshop: Workshop) -> None:
    stored(workshop)
    bad = {name: poisoned(name, "T2") if name == "origins" else it for name, it in PROJECTIONS.items()}
    shadow = begun(workshop, bad["origins"])
    shadow.build(5, 100)
    shadow.switch()
    with workshop.engine.connect() as connection:
        row = set_aside.c
        assert connection.execute(select(row.slot, row.stream)).all() == [("b", "T2")]
    workshop.deliver(follower("Refunded", "R2", "T2"))
    Follower(workshop.book, workshop.engine, workshop.clock, bad).follow()
    emptied(shadow)
    shadow.end()
    # Told anew by code that knows how, nothing stands aside any more.
    again = begun(workshop, PROJECTIONS["origins"])
    again.build(7, 100)
    again.switch()
    emptied(again)
    with workshop.engine.connect() as connection:
        assert connection.execute(select(set_aside)).all() == []
    events = (workshop.queries.notification(5) or {})["events"]
    assert {event["stream"] for event in events} == {"T2", "R2"}


def test_whoever_lost_the_lease_writes_nothing_more(workshop: Workshop) -> None:
    stored(workshop)
    shadow = begun(workshop)
    with workshop.engine.begin() as connection:
        connection.execute(update(rebuilds).values(by="h/1/x"))
    for call in (lambda: shadow.build(5, 100), shadow.empty, shadow.switch):
        with pytest.raises(RebuildLostError):
            call()
    with workshop.engine.connect() as connection:
        assert is_empty(connection, VIEWS.tables, "b")
        assert len(connection.execute(select(rebuilds)).all()) == len(ALL)
    assert (shadow.position, set(slots_read(workshop).values())) == (0, {"a"})


def test_a_switch_that_fails_can_be_made_again(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    stored(workshop)
    before = rows(workshop)
    shadow = begun(workshop)

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr("adapters.rebuilding.shadow.read_from", fail)
        with pytest.raises(ZeroDivisionError):
            shadow.switch()
    assert (shadow.position, set(slots_read(workshop).values())) == (0, {"a"})
    shadow.switch()
    assert rows(workshop) == before
    assert set(slots_read(workshop).values()) == {"b"}


def test_a_stream_that_the_other_half_set_aside_is_told_no_more(workshop: Workshop) -> None:
    ours, others = (next(f"T{n}" for n in range(99) if half(number)(f"T{n}")) for number in (0, 1))
    workshop.deliver(payment(ours), payment(others), follower("Refunded", "R1", others))
    it = PROJECTIONS["origins"]

    def save(connection: Any, tables: Any, steps: Any) -> None:
        if any((step.stream, step.version) == (others, 2) for step in steps):
            raise BadError
        it.save(connection, tables, steps)

    shadow = begun(workshop, replace(it, save=save))
    beside = Shadow(workshop.book, workshop.engine, workshop.clock, shadow.projections)
    end = workshop.book.last_position()
    beside.join(shadow.task(end))
    shadow.build(end, 100, half(0))
    beside.build(end, 100, half(1))
    workshop.deliver(follower("Refunded", "R2", others))
    shadow.build(workshop.book.last_position(), 100)
    with workshop.engine.connect() as connection:
        row = set_aside.c
        assert connection.execute(select(row.stream, row.version)).all() == [(others, 2)]
        told = table("notification_events", "b").c
        assert connection.execute(select(told.version).where(told.stream == others)).scalars().all() == [1]


def test_what_came_of_a_commit_without_an_answer_nobody_counts_on(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(workshop)
    shadow, begin = begun(workshop), type(workshop.engine).begin

    @contextmanager
    def cut_off(engine: Any, **options: Any) -> Iterator[Any]:
        with begin(engine, **options) as connection:
            yield connection
        raise StoreError("the connection was lost", away=True)

    with monkeypatch.context() as patched:
        patched.setattr(type(workshop.engine), "begin", cut_off)
        with pytest.raises(StoreError, match="lost"):
            shadow.build(5, 100)
    # What is added to sums must not be added twice.
    with pytest.raises(RebuildLostError):
        shadow.build(5, 100)
    shadow.end()
    shadow = begun(workshop)
    emptied(shadow)
    before = rows(workshop)
    shadow.build(5, 100)
    shadow.switch()
    assert rows(workshop) == before


def test_streams_that_none_of_the_projections_wants_are_not_read(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop.deliver(payment("T1", invoice="A-1"))
    read: set[str] = set()
    entry = type(workshop.book).entry

    def watched(book: Any, event: Any) -> Any:
        read.add(str(event.originator_id))
        return entry(book, event)

    monkeypatch.setattr(type(workshop.book), "entry", watched)
    for name, others in (("transactions", False), ("origins", True)):
        read.clear()
        shadow = begun(workshop, PROJECTIONS[name])
        shadow.build(workshop.book.last_position(), 1_000)
        shadow.end()
        assert "T1" in read
        assert any(not is_transaction(stream) for stream in read) == others
