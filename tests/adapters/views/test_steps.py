"""A step: an event with what its stream was before and is after."""

import dataclasses
from collections.abc import Sequence
from typing import cast

import pytest
from sqlalchemy import Connection

from adapters.views.steps import Halves, Step, Tables, module_of, saving
from domain.events import Entry, FollowerIdentified
from domain.streams import grown, new
from tests.given import NOON


def test_a_step_is_told_and_not_changed() -> None:
    entry = Entry(event=FollowerIdentified("T0"), at=NOON, n=1)
    step = Step(1, "R1", 1, entry, new("R1"), grown(new("R1"), entry))
    with pytest.raises(dataclasses.FrozenInstanceError):
        step.position = 2
    assert (step.before, step.after) == (new("R1"), grown(step.before, step.entry))


NOTHING = cast("Connection", None)
DONE: list[object] = []


def make(steps: Sequence[Step]) -> list[int]:
    DONE.append("made")
    return [step.position for step in steps]


def write(_connection: Connection, _tables: Tables, rows: list[int]) -> None:
    DONE.append(rows)


def whole(_connection: Connection, _tables: Tables, steps: Sequence[Step]) -> None:
    DONE.append([step.position for step in steps])


def one_step() -> Step:
    entry = Entry(event=FollowerIdentified("T0"), at=NOON, n=1)
    return Step(7, "R1", 1, entry, new("R1"), grown(new("R1"), entry))


def test_what_needs_no_store_is_made_before_it_is_written() -> None:
    DONE.clear()
    save = saving(Halves(make, write), [one_step()])
    assert DONE == ["made"]
    save(NOTHING, {})
    assert DONE == ["made", [7]]


def test_a_save_of_one_piece_is_done_when_it_is_written() -> None:
    DONE.clear()
    save = saving(whole, [one_step()])
    assert DONE == []
    save(NOTHING, {})
    Halves(make, write)(NOTHING, {}, [one_step()])
    assert DONE == [[7], "made", [7]]


def test_the_module_of_a_save_is_where_it_is_written() -> None:
    assert module_of(whole) == module_of(Halves(make, write)) == __name__
