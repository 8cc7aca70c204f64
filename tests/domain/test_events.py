"""Events: facts in the past tense, frozen, each known to the tables that record it."""

import dataclasses
import inspect
from typing import get_args

import pytest

from domain import events
from domain.events import Entry, Event, FollowerHeard, InvoiceEvent, ReportHeard, TransactionEvent
from domain.transitions import FOLLOWER_EVENTS, REPORTS
from tests.given import NOON

CLASSES = [
    found
    for _, found in inspect.getmembers(events, inspect.isclass)
    if found.__module__ == events.__name__ and found is not Entry
]


@pytest.mark.parametrize("event", CLASSES)
def test_every_event_happens_to_a_transaction_or_to_an_invoice_and_not_to_both(event: type) -> None:
    transactional = issubclass(event, get_args(TransactionEvent))
    assert transactional is not issubclass(event, get_args(InvoiceEvent))
    assert issubclass(event, get_args(Event))


@pytest.mark.parametrize("event", [*CLASSES, Entry])
def test_what_happened_cannot_be_changed(event: type) -> None:
    parameters = event.__dataclass_params__  # type: ignore[attr-defined]
    assert dataclasses.is_dataclass(event)
    assert parameters.frozen
    assert parameters.eq


@pytest.mark.parametrize("event", CLASSES)
def test_an_event_is_named_in_the_past_tense_and_says_what_happened(event: type) -> None:
    assert event.__name__.endswith(("ed", "Heard", "Spent", "Paid"))
    assert event.__doc__
    assert event.__doc__.endswith(".")


def test_every_kind_of_report_is_recorded_by_some_row_of_the_table() -> None:
    rows = {event for row in REPORTS.values() for _, event in row.values()}
    assert rows == set(ReportHeard.__subclasses__())


def test_every_kind_of_follower_is_recorded_by_some_row_of_the_table() -> None:
    assert set(FOLLOWER_EVENTS.values()) == set(FollowerHeard.__subclasses__())


def test_an_entry_comes_from_a_notification_or_a_person_or_neither() -> None:
    entry = Entry(event=events.PaymentVetted(()), at=NOON)
    assert (entry.n, entry.by) == (None, None)
