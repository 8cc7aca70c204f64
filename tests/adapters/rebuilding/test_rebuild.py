"""A rebuild at once: told anew, compared where both stand, switched; or only compared."""

import errno
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import inspect, select, update

from adapters.rebuilding import indexes
from adapters.rebuilding import lease as lease_module
from adapters.rebuilding import rebuild as rebuild_module
from adapters.rebuilding import shadow as shadow_module
from adapters.rebuilding.helping import Task, half
from adapters.rebuilding.lease import RebuildBusyError
from adapters.rebuilding.rebuild import Rebuild, build_all
from adapters.rebuilding.shadow import Shadow
from adapters.slots import SLOTS, is_empty, table
from adapters.tables import positions, rebuilds, set_aside
from adapters.view_tables import VIEWS
from adapters.views.registry import PROJECTIONS
from tests import engines
from tests.adapters.workshop import Workshop
from tests.given import follower, payment


@pytest.fixture(autouse=True)
def nothing_held() -> Iterator[None]:
    yield
    lease_module._HELD.clear()


def rebuild(
    workshop: Workshop, *names: str, meanwhile: Callable[[int, int], None] = lambda _at, _of: None
) -> Rebuild:
    wanted = [projection for name, projection in PROJECTIONS.items() if not names or name in names]
    shadow = Shadow(workshop.book, workshop.engine, workshop.clock, wanted)
    return Rebuild(shadow, workshop.book.last_position, meanwhile, lambda _seconds: None)


def stored(workshop: Workshop, count: int = 30) -> None:
    workshop.deliver(*[payment(f"T{n}") for n in range(count)])
    workshop.deliver(*[follower("Refunded", f"R{n}", f"T{n}", gross="-5.00") for n in range(count)])
    workshop.follower.follow()


def slots_read(workshop: Workshop) -> set[str]:
    with workshop.engine.connect() as connection:
        return set(connection.execute(select(positions.c.slot)).scalars())


def rows(workshop: Workshop) -> dict[str, list[tuple[Any, ...]]]:
    with workshop.engine.connect() as connection:
        return {
            name: [tuple(row) for row in connection.execute(select(view).order_by(*view.primary_key))]
            for name, view in VIEWS.tables.items()
        }


def indexes_there(workshop: Workshop) -> set[str]:
    found = inspect(workshop.engine)
    names = [table(name, slot).name for name in VIEWS.tables for slot in SLOTS]
    return {str(index["name"]) for name in names for index in found.get_indexes(name)}


def nothing_is_left(workshop: Workshop, slot: str) -> None:
    with workshop.engine.connect() as connection:
        assert is_empty(connection, VIEWS.tables, slot)
        assert connection.execute(select(rebuilds)).all() == []


def test_the_same_rows_come_of_the_same_book(workshop: Workshop) -> None:
    stored(workshop)
    before = rows(workshop)
    told: list[tuple[int, int]] = []
    done = rebuild(workshop, meanwhile=lambda at, of: told.append((at, of))).run()
    assert (done.events, done.differences, done.switched) == (90, 0, True)
    assert [(one.projection, one.position) for one in done.comparisons] == [
        (name, 90) for name in PROJECTIONS
    ]
    assert (told[-1], rows(workshop), slots_read(workshop)) == ((90, 90), before, {"b"})
    nothing_is_left(workshop, "a")


def test_an_empty_house_can_be_rebuilt_too(workshop: Workshop) -> None:
    done = rebuild(workshop).run()
    assert (done.events, done.differences, done.switched, slots_read(workshop)) == (0, 0, True, {"b"})


def spoil(workshop: Workshop) -> None:
    """Rows as other code, or a fault, may have left them."""
    with workshop.engine.begin() as connection:
        live = table("transactions", "a")
        connection.execute(update(live).where(live.c.txn_id == "T3").values(status="?", invoice="x"))
        connection.execute(live.delete().where(live.c.txn_id == "T4"))


def test_differences_are_told_and_mended(workshop: Workshop) -> None:
    stored(workshop)
    before = rows(workshop)
    spoil(workshop)
    done = rebuild(workshop).run()
    assert done.differences == 2
    found = {(one.key[0], one.what, one.columns) for one in done.comparisons[0].first}
    assert found == {("T3", "changed", ("status", "invoice")), ("T4", "added", ())}
    assert rows(workshop) == before


def test_a_dry_run_only_compares(workshop: Workshop) -> None:
    stored(workshop)
    spoil(workshop)
    before = rows(workshop)
    done = rebuild(workshop).run(dry_run=True)
    assert (done.differences, done.switched) == (2, False)
    assert (rows(workshop), slots_read(workshop)) == (before, {"a"})
    nothing_is_left(workshop, "b")


def test_it_is_compared_at_one_position_while_messages_come(workshop: Workshop) -> None:
    stored(workshop)
    following, came = workshop.follower, 0

    def come(_at: int, _of: int) -> None:
        nonlocal came
        came += 1
        workshop.deliver(payment(f"N{came}"))
        following.follow()

    done = rebuild(workshop, meanwhile=come).run()
    assert came > 0
    assert done.differences == 0
    assert workshop.queries.transaction(f"N{came}") is not None
    assert slots_read(workshop) == {"b"}


def is_begun(connection: Any) -> bool:
    driver = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        return bool(driver.in_transaction)
    return bool(driver.info.transaction_status)


def test_live_rows_that_never_stand_still_are_held_for_a_moment(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(workshop)
    following, came = workshop.follower, 0
    compare_those_beside = Rebuild._compare_those_beside

    def come_first(doing: Rebuild, connection: Any, done: Any) -> None:
        nonlocal came
        if not is_begun(connection) or came < rebuild_module._TRIES_MAX:
            came += 1
            connection.rollback()
            workshop.deliver(payment(f"N{came}"))
            following.follow()
        compare_those_beside(doing, connection, done)

    monkeypatch.setattr(Rebuild, "_compare_those_beside", come_first)
    done = rebuild(workshop).run()
    assert came == rebuild_module._TRIES_MAX
    assert (done.differences, done.switched) == (0, True)
    assert {one.position for one in done.comparisons} == {90 + came}


def test_each_is_compared_where_its_own_rows_stand(workshop: Workshop) -> None:
    stored(workshop)
    with workshop.engine.begin() as connection:
        connection.execute(positions.delete().where(positions.c.projection == "origins"))
        for slot in ("a", "b"):
            connection.execute(table("notification_events", slot).delete())
    done = rebuild(workshop).run()
    assert {one.projection: one.position for one in done.comparisons} == dict.fromkeys(PROJECTIONS, 90) | {
        "origins": 0
    }
    assert done.differences == 0
    assert len(rows(workshop)["notification_events"]) == 90


def test_what_a_dead_one_left_is_cleared_away_first(workshop: Workshop) -> None:
    stored(workshop)
    before = rows(workshop)
    dead = Shadow(workshop.book, workshop.engine, workshop.clock, tuple(PROJECTIONS.values()))
    dead.begin()
    dead.build(40, 100)
    with workshop.engine.begin() as connection:
        connection.execute(update(table("transactions", "b")).values(status="half told"))
    lease_module._HELD.clear()
    done = rebuild(workshop).run()
    assert (done.differences, rows(workshop)) == (0, before)
    nothing_is_left(workshop, "a")


def test_a_second_one_is_sent_away_and_disturbs_nothing(workshop: Workshop) -> None:
    stored(workshop)
    refused: list[str] = []

    def try_too(_at: int, _of: int) -> None:
        with pytest.raises(RebuildBusyError) as caught:
            rebuild(workshop, "transactions").run()
        refused.append(str(caught.value))

    done = rebuild(workshop, meanwhile=try_too).run()
    assert refused
    assert (done.differences, done.switched) == (0, True)


@pytest.mark.parametrize("at", [0, 1])
def test_one_that_is_interrupted_gives_the_slots_back(workshop: Workshop, at: int) -> None:
    stored(workshop, 300)
    before = rows(workshop)
    seen: list[int] = []

    def interrupt(position: int, _of: int) -> None:
        seen.append(position)
        if len(seen) > at:
            raise KeyboardInterrupt

    doing = rebuild(workshop, meanwhile=interrupt)
    with pytest.raises(KeyboardInterrupt):
        doing.run()
    assert not doing.switched
    assert (rows(workshop), slots_read(workshop)) == (before, {"a"})
    with workshop.engine.connect() as connection:
        assert connection.execute(select(rebuilds)).all() == []
    assert rebuild(workshop).run().differences == 0


def test_a_poisoned_event_keeps_no_rebuild_from_its_end(workshop: Workshop) -> None:
    stored(workshop)
    with workshop.engine.begin() as connection:
        engines.spoil(connection, 3)
    done = rebuild(workshop).run()
    assert done.switched
    assert {one.projection for one in done.comparisons if one.set_aside} == {
        name for name, it in PROJECTIONS.items() if it.wants("T2")
    }
    lost = next(one for one in done.comparisons if one.projection == "transactions")
    assert [(one.key, one.what) for one in lost.first] == [(("T2",), "missing")]
    with workshop.engine.connect() as connection:
        assert set(connection.execute(select(set_aside.c.stream, set_aside.c.slot)).all()) == {("T2", "b")}
    workshop.deliver(payment("T99"))
    workshop.follower.follow()
    assert workshop.queries.transaction("T99") is not None


class Beside:
    """The second half, told in this process when it is waited for; it comes up after so many questions."""

    def __init__(self, workshop: Workshop, shadow: Shadow, comes_up: int) -> None:
        self._shadow = Shadow(workshop.book, workshop.engine, workshop.clock, shadow.projections)
        self._comes_up = comes_up
        self._until = 0
        self.after: int | None = None
        self.ended = False

    @property
    def is_ready(self) -> bool:
        self._comes_up -= 1
        return self._comes_up < 0

    def begin(self, task: Task) -> None:
        assert self.after is None
        self._shadow.join(task)
        self._until, self.after = task.until, task.after

    def check(self) -> None: ...

    def wait(self) -> None:
        for _ in build_all(self._shadow, self._until, half(1)):
            pass

    def end(self) -> None:
        self.ended = True


def test_two_that_tell_half_of_the_streams_each_tell_the_same(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild_module, "_HELPED_EVENTS_MIN", 1)
    monkeypatch.setattr(rebuild_module, "FIRST_EVENTS_MAX", 2)
    monkeypatch.setattr(rebuild_module, "BATCH_EVENTS_MAX", 2)
    stored(workshop)
    before, helpers = rows(workshop), list[Beside]()

    def ask_help() -> Beside:
        # The first is there at its second batch, the second one never.
        helpers.append(Beside(workshop, shadow, 999 if helpers else 1))
        return helpers[-1]

    def more(_at: int, _of: int) -> None:
        # What comes meanwhile is told by two again, from there on.
        if len(helpers) == 1 and not workshop.queries.transaction("T99"):
            workshop.deliver(payment("T99"), follower("Refunded", "R99", "T1", gross="-1.00"))
            workshop.follower.follow()
            before.update(rows(workshop))

    shadow = Shadow(workshop.book, workshop.engine, workshop.clock, list(PROJECTIONS.values()))
    done = Rebuild(shadow, workshop.book.last_position, more, lambda _seconds: None, ask_help).run()
    assert done.differences == 0
    assert rows(workshop) == before
    assert [(one.after, one.ended) for one in helpers] == [(4, True), (None, True)]
    nothing_is_left(workshop, "a")


def test_where_nobody_can_be_asked_for_help_one_tells_all(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask_nobody() -> Beside:
        raise OSError(errno.EAGAIN, "no more processes")

    monkeypatch.setattr(rebuild_module, "_HELPED_EVENTS_MIN", 1)
    stored(workshop)
    before = rows(workshop)
    shadow = Shadow(workshop.book, workshop.engine, workshop.clock, list(PROJECTIONS.values()))
    done = Rebuild(shadow, workshop.book.last_position, lambda _at, _of: None, ask_help=ask_nobody).run()
    assert (done.differences, done.events) == (0, workshop.book.last_position())
    assert rows(workshop) == before


@pytest.mark.parametrize("dry_run", [False, True])
def test_afterwards_all_indexes_are_there_in_both_slots(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, *, dry_run: bool
) -> None:
    for module in (shadow_module, indexes):
        monkeypatch.setattr(module, "MANY_ROWS", 10)
    stored(workshop)
    before, shown, there = rows(workshop), slots_read(workshop), indexes_there(workshop)
    seen: list[set[str]] = []
    done = rebuild(workshop, meanwhile=lambda _at, _of: seen.append(indexes_there(workshop))).run(
        dry_run=dry_run
    )
    assert done.differences == 0
    assert seen[0] < there, "they were away while it was told"
    assert indexes_there(workshop) == there
    assert rows(workshop) == before
    assert (slots_read(workshop) == shown) == dry_run
    nothing_is_left(workshop, "b" if dry_run else "a")
