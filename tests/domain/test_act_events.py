"""What people decide: facts in the past tense, and shapes that are for ever."""

from dataclasses import fields
from typing import get_args

import pytest

from domain import act_events
from domain.act_events import ActEvent, InvoiceServed

# What each event says, by position: yesterday's book is read by these.
SHAPES = {
    "GoodsClaimed": ["until"],
    "GoodsReleased": ["why"],
    "GoodsFulfilled": ["note"],
    "GoodsApproved": ["doubts", "why"],
    "CaseClosed": ["case_id", "type", "why"],
    "TodoDone": ["id", "note"],
    "InvoiceServed": ["txn_id", "party"],
}


def test_every_act_is_of_this_list() -> None:
    assert {event.__name__ for event in (*get_args(ActEvent), InvoiceServed)} == set(SHAPES)


@pytest.mark.parametrize("name", SHAPES)
def test_an_event_keeps_its_fields(name: str) -> None:
    assert [field.name for field in fields(getattr(act_events, name))] == SHAPES[name]
