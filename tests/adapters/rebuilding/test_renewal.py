"""The renewal: a worker tells anew what other code told, in bits, while its old rows serve."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, update
from structlog.testing import capture_logs

from adapters.engines import StoreError
from adapters.follower import Follower
from adapters.rebuilding import lease as lease_module
from adapters.rebuilding import renewal as renewal_module
from adapters.rebuilding import shadow as shadow_module
from adapters.rebuilding.renewal import Renewal
from adapters.rebuilding.shadow import Shadow
from adapters.slots import is_empty, table
from adapters.tables import positions, rebuilds, set_aside
from adapters.view_tables import VIEWS, transactions
from adapters.views.code import digest_of
from adapters.views.registry import PROJECTIONS, Projection
from adapters.views.steps import Step, Tables
from tests.adapters.workshop import Workshop
from tests.given import NOON, payment


@pytest.fixture(autouse=True)
def nothing_held() -> Iterator[None]:
    yield
    lease_module._HELD.clear()


def renewal(workshop: Workshop, projections: dict[str, Projection] | None = None) -> Renewal:
    return Renewal(workshop.book, workshop.engine, workshop.clock, projections or PROJECTIONS)


def stored(workshop: Workshop, count: int = 5) -> None:
    workshop.deliver(*[payment(f"T{n}") for n in range(count)])
    workshop.follower.follow()


def told_by_other_code(workshop: Workshop, *names: str) -> None:
    with workshop.engine.begin() as connection:
        row = positions.c
        connection.execute(update(positions).where(row.projection.in_(names)).values(digest="other"))


def done(workshop: Workshop) -> dict[str, tuple[str, bool]]:
    """Which slot is read of each, and whether today's code told it."""
    with workshop.engine.connect() as connection:
        row = positions.c
        found = connection.execute(select(row.projection, row.slot, row.digest))
        return {name: (slot, digest == digest_of(PROJECTIONS[name])) for name, slot, digest in found}


def rows(workshop: Workshop) -> dict[str, list[tuple[Any, ...]]]:
    with workshop.engine.connect() as connection:
        return {
            name: [tuple(row) for row in connection.execute(select(view).order_by(*view.primary_key))]
            for name, view in VIEWS.tables.items()
        }


def steps_to_the_end(one: Renewal) -> int:
    count = 1
    while one.step():
        count += 1
        assert count < 1_000
    return count


TODAY = dict.fromkeys(PROJECTIONS, ("a", True))


def test_where_todays_code_told_all_there_is_nothing_to_do(workshop: Workshop) -> None:
    stored(workshop)
    one = renewal(workshop)
    assert steps_to_the_end(one) == 2
    assert done(workshop) == TODAY
    assert not one.step()


def test_a_house_without_views_has_none_to_renew(workshop: Workshop) -> None:
    assert steps_to_the_end(renewal(workshop)) == 2
    assert done(workshop) == {}


def test_what_other_code_told_is_told_anew_and_switched(workshop: Workshop) -> None:
    stored(workshop)
    told_by_other_code(workshop, "transactions", "origins")
    with workshop.engine.begin() as connection:
        live = table("transactions", "a")
        connection.execute(update(live).values(status="as other code said"))
    with capture_logs() as logs:
        steps_to_the_end(renewal(workshop))
    assert done(workshop) == TODAY | dict.fromkeys(("transactions", "origins"), ("b", True))
    with workshop.engine.connect() as connection:
        assert set(connection.execute(select(transactions.c.status)).scalars()) == {"completed"}
        assert is_empty(connection, ["transactions", "notification_events"], "a")
        assert connection.execute(select(rebuilds)).all() == []
    assert [(line["event"], line["projections"]) for line in logs] == [
        ("rebuild_begun", ["transactions", "origins"]),
        ("rebuild_done", ["transactions", "origins"]),
    ]


def test_a_projection_of_another_version_too(workshop: Workshop) -> None:
    stored(workshop)
    later = PROJECTIONS | {"origins": replace(PROJECTIONS["origins"], version=9)}
    steps_to_the_end(renewal(workshop, later))
    with workshop.engine.connect() as connection:
        wanted = select(positions.c.slot, positions.c.version).where(positions.c.projection == "origins")
        assert connection.execute(wanted).one() == ("b", 9)


def test_rows_of_an_earlier_layout_bear_no_digest_and_are_told_anew(workshop: Workshop) -> None:
    stored(workshop)
    with workshop.engine.begin() as connection:
        connection.execute(update(positions).values(digest=None, version=None))
    steps_to_the_end(renewal(workshop))
    assert done(workshop) == dict.fromkeys(PROJECTIONS, ("b", True))


def test_meanwhile_the_old_rows_serve_and_follow(workshop: Workshop) -> None:
    stored(workshop, 350)
    told_by_other_code(workshop, *PROJECTIONS)
    one, following, came = renewal(workshop), workshop.follower, 0
    while one.step():
        came += 1
        workshop.deliver(payment(f"N{came}"))
        following.follow()
        assert workshop.queries.transaction(f"N{came}") is not None
        assert workshop.queries.transaction("T0") is not None
    assert came > 5
    assert done(workshop) == dict.fromkeys(PROJECTIONS, ("b", True))
    with workshop.engine.connect() as connection:
        assert len(connection.execute(select(transactions.c.txn_id)).all()) == 350 + came


def test_no_step_is_long(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    stored(workshop, 350)
    told_by_other_code(workshop, "origins")
    built: list[int] = []
    build = Shadow.build

    def watched(shadow: Shadow, until: int, events_max: int) -> int:
        built.append(build(shadow, until, events_max))
        return built[-1]

    monkeypatch.setattr(Shadow, "build", watched)
    steps_to_the_end(renewal(workshop))
    assert max(built) <= renewal_module._BATCH_EVENTS_MAX
    assert len(built) >= 2


def test_one_that_stops_in_the_middle_gives_the_slots_back_and_another_begins_anew(
    workshop: Workshop,
) -> None:
    stored(workshop, 350)
    told_by_other_code(workshop, *PROJECTIONS)
    one = renewal(workshop)
    for _ in range(4):
        assert one.step()
    one.end()
    assert not one.step()
    with workshop.engine.connect() as connection:
        assert connection.execute(select(rebuilds)).all() == []
        assert not is_empty(connection, VIEWS.tables, "b")
    assert done(workshop) == dict.fromkeys(PROJECTIONS, ("a", False))
    steps_to_the_end(renewal(workshop))
    assert done(workshop) == dict.fromkeys(PROJECTIONS, ("b", True))
    renewal(workshop).end()  # nothing was begun


def tidied_by(workshop: Workshop, one: Renewal) -> bool:
    """Whether it has the slots of all projections."""
    shadow = one._shadow
    with workshop.engine.connect() as connection:
        holders = set(connection.execute(select(rebuilds.c.by)).scalars())
    return shadow is not None and holders == {shadow._lease.by}


def test_what_a_dead_rebuild_left_is_cleared_away(workshop: Workshop) -> None:
    stored(workshop)
    dead = Shadow(workshop.book, workshop.engine, workshop.clock, tuple(PROJECTIONS.values()))
    dead.begin()
    dead.build(3, 100)
    lease_module._HELD.clear()
    steps_to_the_end(renewal(workshop))
    with workshop.engine.connect() as connection:
        assert is_empty(connection, VIEWS.tables, "b")
        assert connection.execute(select(rebuilds)).all() == []
    assert done(workshop) == TODAY


def test_a_person_who_rebuilds_does_not_wait_until_the_remains_are_cleared_away(workshop: Workshop) -> None:
    stored(workshop)
    dead = Shadow(workshop.book, workshop.engine, workshop.clock, tuple(PROJECTIONS.values()))
    dead.begin()
    dead.build(3, 100)
    lease_module._HELD.clear()
    tidying = renewal(workshop)
    while not tidied_by(workshop, tidying):
        assert tidying.step()
    persons = Shadow(workshop.book, workshop.engine, workshop.clock, tuple(PROJECTIONS.values()))
    persons.begin()
    with capture_logs() as logs:
        steps_to_the_end(tidying)
    assert [line["event"] for line in logs] == ["rebuild_waits"]
    persons.build(3, 100)
    persons.switch()
    persons.end()


def test_while_a_person_rebuilds_it_waits(workshop: Workshop) -> None:
    stored(workshop)
    told_by_other_code(workshop, *PROJECTIONS)
    persons = Shadow(workshop.book, workshop.engine, workshop.clock, tuple(PROJECTIONS.values()))
    persons.begin()
    one = renewal(workshop)
    with capture_logs() as logs:
        steps_to_the_end(one)
        assert not one.step()
    assert [line["event"] for line in logs] == ["rebuild_waits"]
    persons.build(5, 100)
    persons.switch()
    while not persons.empty():
        pass
    persons.end()
    workshop.at += timedelta(minutes=1)
    steps_to_the_end(one)
    assert done(workshop) == dict.fromkeys(PROJECTIONS, ("b", True))


def test_one_whose_lease_was_taken_looks_again(workshop: Workshop) -> None:
    stored(workshop, 350)
    told_by_other_code(workshop, "origins")
    one = renewal(workshop)
    for _ in range(4):
        assert one.step()
    with workshop.engine.begin() as connection:
        connection.execute(rebuilds.delete())
    steps_to_the_end(one)
    assert done(workshop)["origins"] == ("b", True)


def test_a_step_that_the_store_refused_can_be_made_again(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Many small steps, of which some go wrong.
    monkeypatch.setattr(shadow_module, "_EMPTIED_ROWS_LARGEST", shadow_module.EMPTIED_ROWS_MAX)
    stored(workshop, 350)
    told_by_other_code(workshop, *PROJECTIONS)
    one, begin, refused = renewal(workshop), type(workshop.engine).begin, 0
    for _ in range(200):
        with monkeypatch.context() as patched, workshop.engine.begin():
            patched.setattr(
                type(workshop.engine), "begin", lambda engine, **_: begin(engine, busy_seconds=0.01)
            )
            try:
                more = one.step()
            except StoreError:
                refused, more = refused + 1, True
        # Who could not switch looks again a little later.
        workshop.at += timedelta(seconds=3)
        if not (one.step() or more):
            break
    assert refused > 5
    assert done(workshop) == dict.fromkeys(PROJECTIONS, ("b", True))
    with workshop.engine.connect() as connection:
        assert len(connection.execute(select(transactions.c.txn_id)).all()) == 350


def test_what_stood_aside_is_tried_again_first(workshop: Workshop) -> None:
    knows = False

    def save(connection: Connection, tables: Tables, steps: Sequence[Step]) -> None:
        if not knows and any(step.stream == "T3" for step in steps):
            raise ValueError
        PROJECTIONS["transactions"].save(connection, tables, steps)

    learning: dict[str, Any] = PROJECTIONS | {"transactions": replace(PROJECTIONS["transactions"], save=save)}
    workshop.deliver(*[payment(f"T{n}") for n in range(5)])
    Follower(workshop.book, workshop.engine, workshop.clock, learning).follow()
    assert workshop.queries.transaction("T3") is None
    steps_to_the_end(renewal(workshop, learning))
    assert workshop.queries.transaction("T3") is None
    knows = True
    steps_to_the_end(renewal(workshop, learning))
    assert workshop.queries.transaction("T3") is not None
    with workshop.engine.connect() as connection:
        assert connection.execute(select(set_aside)).all() == []
    assert workshop.at > NOON


def test_after_a_commit_without_an_answer_it_begins_anew(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Many small steps, of which some go wrong.
    monkeypatch.setattr(shadow_module, "_EMPTIED_ROWS_LARGEST", shadow_module.EMPTIED_ROWS_MAX)
    stored(workshop, 350)
    told_by_other_code(workshop, *PROJECTIONS)
    before, one, begin = rows(workshop), renewal(workshop), type(workshop.engine).begin

    @contextmanager
    def cut_off(engine: Any, **options: Any) -> Iterator[Any]:
        with begin(engine, **options) as connection:
            yield connection
        raise StoreError("the connection was lost", away=True)

    cut = 0
    for n in range(200):
        with monkeypatch.context() as patched:
            if n in {4, 12}:
                patched.setattr(type(workshop.engine), "begin", cut_off)
            try:
                more = one.step()
            except StoreError:
                cut, more = cut + 1, True
        if not more:
            break
    assert cut == 2
    assert done(workshop) == dict.fromkeys(PROJECTIONS, ("b", True))
    assert rows(workshop) == before
    with workshop.engine.connect() as connection:
        assert connection.execute(select(set_aside)).all() == []
