"""What was set aside is told again when a worker starts, as if it had never been."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Connection, select

from adapters.follower import Follower
from adapters.tables import positions, set_aside
from adapters.view_tables import VIEWS
from adapters.views import retrying
from adapters.views.registry import PROJECTIONS, Projection
from adapters.views.retrying import Retry
from adapters.views.steps import Step, Tables
from tests.adapters.workshop import Workshop, open_workshop
from tests.given import case, follower, payment, pending
from tests.given_streams import paid, signup


class Learner:
    """All projections, which cannot be told some streams until they learn it."""

    def __init__(self, *bad: str) -> None:
        self.bad = set(bad)

    @property
    def projections(self) -> dict[str, Projection]:
        return {name: self._reluctant(projection) for name, projection in PROJECTIONS.items()}

    def _reluctant(self, it: Projection) -> Projection:
        def save(connection: Connection, tables: Tables, steps: Sequence[Step]) -> None:
            if {f"{step.stream}:{step.version}" for step in steps} & self.bad:
                raise ValueError
            it.save(connection, tables, steps)

        return Projection(it.name, it.version, save, it.tables, it.wants)


def aside(workshop: Workshop) -> set[tuple[str, str]]:
    with workshop.engine.connect() as connection:
        wanted = select(set_aside.c.projection, set_aside.c.stream)
        return {(projection, stream) for projection, stream in connection.execute(wanted)}


def rows(workshop: Workshop) -> dict[str, list[tuple[Any, ...]]]:
    with workshop.engine.connect() as connection:
        return {
            name: [tuple(row) for row in connection.execute(select(view).order_by(*view.primary_key))]
            for name, view in VIEWS.tables.items()
        }


def told_again(workshop: Workshop, learner: Learner) -> int:
    retry, times = Retry(workshop.book, workshop.engine, workshop.clock, learner.projections), 1
    while retry.some():
        times += 1
    return times


def test_the_views_are_those_of_one_that_never_stumbled(workshop: Workshop, tmp_path: Any) -> None:
    learner = Learner("T1:2", "R1:1", "subscription:S-1:1", "T3:1")
    following = Follower(workshop.book, workshop.engine, workshop.clock, learner.projections)
    for one in (
        pending("T1"), payment("T2"), signup(), payment("T1"), follower("Refunded", "R1", gross="-5.00"),
        case(), payment("T3", invoice="i"), paid("P1", "08:00:00 Feb 05, 2026 PST"),
        follower("Refunded", "R2", "T3"), payment("T4", invoice="i"),
    ):  # fmt: skip
        workshop.deliver(one)
        following.follow()
    assert {stream for _, stream in aside(workshop)} == {"T1", "R1", "subscription:S-1", "T3"}
    told_again(workshop, learner)
    assert {stream for _, stream in aside(workshop)} == {"T1", "R1", "subscription:S-1", "T3"}
    learner.bad = {"T3:1"}
    told_again(workshop, learner)
    assert {stream for _, stream in aside(workshop)} == {"T3"}
    learner.bad = set()
    told_again(workshop, learner)
    assert aside(workshop) == set()
    found = rows(workshop)
    with workshop.engine.begin() as connection:
        connection.execute(positions.delete())
        for name in VIEWS.tables:
            connection.exec_driver_sql(f"DELETE FROM {name}_a")  # noqa: S608 - our tables
    workshop.follower.follow()
    assert found == rows(workshop)


def test_what_was_told_again_goes_on_like_any_other(workshop: Workshop) -> None:
    learner = Learner("T1:1")
    following = Follower(workshop.book, workshop.engine, workshop.clock, learner.projections)
    workshop.deliver(pending("T1"))
    following.follow()
    learner.bad = set()
    told_again(workshop, learner)
    workshop.deliver(payment("T1"))
    following.follow()
    assert b'"status":"completed"' in (workshop.queries.transaction("T1") or b"")


def test_it_is_told_no_further_than_the_projection_stands(workshop: Workshop) -> None:
    learner = Learner("T1:1")
    following = Follower(workshop.book, workshop.engine, workshop.clock, learner.projections)
    workshop.deliver(pending("T1"))
    following.follow()
    learner.bad = set()
    workshop.deliver(payment("T1"))
    told_again(workshop, learner)
    assert b'"status":"pending"' in (workshop.queries.transaction("T1") or b"")
    following.follow()
    assert b'"version":2' in (workshop.queries.transaction("T1") or b"")


def test_many_are_told_in_several_transactions(workshop: Workshop) -> None:
    learner = Learner(*(f"T{i}:1" for i in range(25)))
    following = Follower(workshop.book, workshop.engine, workshop.clock, learner.projections)
    workshop.deliver(*[pending(f"T{i}") for i in range(25)])
    following.follow()
    waiting, learner.bad = len(aside(workshop)), set()
    assert told_again(workshop, learner) == -(-waiting // retrying._STREAMS_MAX)
    assert aside(workshop) == set()


@pytest.mark.parametrize("slot", ["b", "a"])
def test_rows_that_nobody_reads_are_not_told(workshop: Workshop, slot: str) -> None:
    workshop.deliver(payment())
    workshop.follower.follow()
    with workshop.engine.begin() as connection:
        row = {"slot": slot, "stream": "T1", "position": 1, "version": 1, "why": "", "since_us": 1}
        connection.execute(set_aside.insert(), {"projection": "origins", **row})
        connection.execute(set_aside.insert(), {"projection": "of an earlier version", **row})
    told_again(workshop, Learner())
    assert aside(workshop) == {("of an earlier version", "T1")} | (
        {("origins", "T1")} if slot == "b" else set()
    )


def test_what_another_worker_told_meanwhile_is_left_alone(workshop: Workshop) -> None:
    learner = Learner("T1:1")
    workshop.deliver(pending("T1"))
    Follower(workshop.book, workshop.engine, workshop.clock, learner.projections).follow()
    learner.bad = set()
    slow = Retry(workshop.book, workshop.engine, workshop.clock, learner.projections)
    slow._left = slow._found()
    with open_workshop(workshop.folder) as other:
        told_again(other, learner)
    before = rows(workshop)
    assert not slow.some()
    assert rows(workshop) == before
