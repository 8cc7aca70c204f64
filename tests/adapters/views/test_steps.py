"""A step: an event with what its stream was before and is after."""

import dataclasses

import pytest

from adapters.views.steps import Step
from domain.events import Entry, FollowerIdentified
from domain.streams import grown, new
from tests.given import NOON


def test_a_step_is_told_and_not_changed() -> None:
    entry = Entry(event=FollowerIdentified("T0"), at=NOON, n=1)
    step = Step(1, "R1", 1, entry, new("R1"), grown(new("R1"), entry))
    with pytest.raises(dataclasses.FrozenInstanceError):
        step.position = 2  # type: ignore[misc]
    assert (step.before, step.after) == (new("R1"), grown(step.before, step.entry))
