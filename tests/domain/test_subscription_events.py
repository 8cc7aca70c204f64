"""Events of subscriptions: facts in the past tense, each the recording of one change."""

import dataclasses
import inspect
from typing import get_args

import pytest

from domain import subscription_events as e
from domain.events import Event, InvoiceEvent, TransactionEvent
from domain.subscription import CHANGES
from domain.vocabulary import Change

CLASSES = [found for _, found in inspect.getmembers(e, inspect.isclass) if found.__module__ == e.__name__]


@pytest.mark.parametrize("event", CLASSES)
def test_every_event_happens_to_a_subscription_and_to_nothing_else(event: type) -> None:
    assert issubclass(event, get_args(e.SubscriptionEvent))
    assert issubclass(event, get_args(Event))
    assert not issubclass(event, get_args(TransactionEvent))
    assert not issubclass(event, get_args(InvoiceEvent))


@pytest.mark.parametrize("event", CLASSES)
def test_an_event_is_a_frozen_fact_in_the_past_tense(event: type) -> None:
    parameters = event.__dataclass_params__  # type: ignore[attr-defined]
    assert dataclasses.is_dataclass(event)
    assert (parameters.frozen, parameters.eq) == (True, True)
    assert event.__name__.endswith(("ed", "Heard"))
    assert (event.__doc__ or "").endswith(".")


def test_every_change_has_an_event_of_its_own() -> None:
    assert set(CHANGES) == set(Change)
    events = [event for _, event in CHANGES.values()]
    assert len(set(events)) == len(events)
    assert set(events) == set(e.SubscriptionHeard.__subclasses__())
