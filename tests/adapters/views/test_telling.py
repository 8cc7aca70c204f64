"""Telling: each target gets what is new to it, and what it stumbles over takes nothing else with it."""

from collections.abc import Sequence

import pytest
from sqlalchemy import Connection, delete, insert, select

from adapters.mapper import Placed
from adapters.slots import FIRST, table
from adapters.tables import heartbeats
from adapters.views.making import read_batch
from adapters.views.places import read_aside
from adapters.views.registry import PROJECTIONS, Projection
from adapters.views.steps import Step, Tables
from adapters.views.telling import Target, tell, tell_again
from domain.events import Entry, FollowerIdentified
from tests.adapters.workshop import Workshop
from tests.given import NOON


class Written:
    """A projection that writes each position that it is told, and cannot be told some."""

    def __init__(self, name: str, *bad: int) -> None:
        self.name, self.bad = name, bad
        self.given: list[Tables] = []

    def __call__(self, connection: Connection, tables: Tables, steps: Sequence[Step]) -> None:
        self.given.append(tables)
        rows = [{"worker": f"{self.name}{s.position}", "beat_us": 0, "detail": ""} for s in steps]
        connection.execute(insert(heartbeats), rows)
        if set(self.bad) & {step.position for step in steps}:
            raise ValueError(self.bad)


def target(written: Written, position: int = 0, slot: str = FIRST, streams: str = "ABC") -> Target:
    return Target(
        Projection(written.name, 1, written, ("todos",), lambda stream: stream in streams), slot, position
    )


def events(workshop: Workshop, streams: str) -> None:
    placed, versions = [], dict.fromkeys(streams, 0)
    for stream in streams:
        versions[stream] += 1
        placed.append(Placed(stream, versions[stream], Entry(event=FollowerIdentified("T0"), at=NOON, n=1)))
    workshop.book.append(placed)


def told(
    workshop: Workshop, *targets: Target, start: int = 0
) -> tuple[set[str], dict[tuple[str, str], set[str]]]:
    with workshop.engine.begin() as connection:
        tell(connection, targets, read_batch(workshop.book, start, 100), 1)
        return set(connection.execute(select(heartbeats.c.worker)).scalars()), read_aside(connection)


def test_each_is_told_what_lies_after_its_place_and_on_its_streams(workshop: Workshop) -> None:
    events(workshop, "ABAC")
    one, two = Written("x"), Written("y")
    assert told(workshop, target(one, 1), target(two, streams="A")) == ({"x2", "x3", "x4", "y1", "y3"}, {})


def test_each_is_given_the_tables_of_its_slot(workshop: Workshop) -> None:
    events(workshop, "A")
    one, two = Written("x"), Written("y")
    told(workshop, target(one, slot="b"), target(two))
    assert (one.given, two.given) == ([{"todos": table("todos", "b")}], [{"todos": table("todos", "a")}])


def test_one_that_has_nothing_to_be_told_is_not_asked(workshop: Workshop) -> None:
    events(workshop, "AB")
    one = Written("x")
    told(workshop, target(one, 2), target(one, streams=""))
    assert one.given == []


def test_one_that_stumbles_keeps_nothing_from_another(workshop: Workshop) -> None:
    events(workshop, "ABAC")
    found, aside = told(workshop, target(Written("x", 1, 4)), target(Written("y")))
    assert found == {"x2", "y1", "y2", "y3", "y4"}
    assert aside == {("x", "a"): {"A", "C"}}


def test_a_stream_that_stands_aside_is_told_no_more(workshop: Workshop) -> None:
    events(workshop, "AB")
    told(workshop, target(Written("x", 1)))
    events_later = Entry(event=FollowerIdentified("T0"), at=NOON, n=2)
    workshop.book.append([Placed("A", 2, events_later), Placed("B", 2, events_later)])
    found, aside = told(workshop, target(Written("x"), 2), start=2)
    assert (found, aside) == ({"x2", "x4"}, {("x", "a"): {"A"}})


def test_the_other_slot_knows_nothing_of_it(workshop: Workshop) -> None:
    events(workshop, "A")
    told(workshop, target(Written("x", 1)))
    found, aside = told(workshop, target(Written("x"), slot="b"))
    assert (found, aside) == ({"x1"}, {("x", "a"): {"A"}})


def test_what_stood_aside_can_be_told_again(workshop: Workshop) -> None:
    events(workshop, "AA")
    steps = read_batch(workshop.book, 0, 100).steps
    with workshop.engine.begin() as connection:
        assert not tell_again(connection, target(Written("x", 2)), steps)
        assert connection.execute(select(heartbeats)).all() == []
        assert tell_again(connection, target(Written("x")), steps)
        assert len(connection.execute(select(heartbeats)).all()) == 2
        connection.execute(delete(heartbeats))


def test_a_store_that_fails_ends_it(workshop: Workshop) -> None:
    events(workshop, "A")

    def fail(_connection: Connection, _tables: Tables, _steps: Sequence[Step]) -> None:
        raise MemoryError

    with pytest.raises(MemoryError):
        told(workshop, Target(Projection("x", 1, fail, ()), FIRST, 0))
    with workshop.engine.connect() as connection:
        assert read_aside(connection) == {}


def test_all_projections_are_told_in_one_go(workshop: Workshop) -> None:
    events(workshop, "ABC")
    targets = [Target(projection, FIRST, 0) for projection in PROJECTIONS.values()]
    assert told(workshop, *targets)[1] == {}
