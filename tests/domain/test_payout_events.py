"""Events of payouts: a Mass Pay record is told of like any transaction, in words of its own."""

import inspect
from typing import get_args

import pytest

from domain import payout_events as p
from domain.events import ReportHeard, TransactionEvent
from domain.transitions import REPORTS
from domain.vocabulary import Kind

CLASSES = [found for _, found in inspect.getmembers(p, inspect.isclass) if found.__module__ == p.__name__]


@pytest.mark.parametrize("event", CLASSES)
def test_every_event_is_a_report_about_a_transaction_in_the_past_tense(event: type) -> None:
    assert issubclass(event, ReportHeard)
    assert issubclass(event, get_args(TransactionEvent))
    assert event.__name__.startswith("Payout")
    assert event.__name__.endswith("ed")
    assert (event.__doc__ or "").endswith(".")


def test_every_word_about_a_payout_has_an_event_of_its_own() -> None:
    events = [event for _, event in REPORTS[Kind.PAYOUT].values()]
    assert len(set(events)) == len(events)
    assert set(events) == set(CLASSES)


def test_no_event_of_a_payout_happens_to_a_payment() -> None:
    others = {event for kind in REPORTS if kind is not Kind.PAYOUT for _, event in REPORTS[kind].values()}
    assert not others & set(CLASSES)
