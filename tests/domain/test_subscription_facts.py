"""What is kept of subscriptions: frozen, hashable, and empty where a message is silent."""

from dataclasses import FrozenInstanceError
from decimal import Decimal

import pytest

from domain.facts import NOBODY
from domain.subscription_facts import Cycle, SubscriptionReport, Terms, Trial
from domain.vocabulary import Change, PaymentStatus, SubscriptionKind

REPORT = SubscriptionReport(subscription_id="S-1", kind=SubscriptionKind.SUBSCRIPTION, change=Change.START)
CYCLE = Cycle(txn_id="T1", status=PaymentStatus.PENDING)


def test_what_a_message_does_not_say_is_nothing() -> None:
    assert (REPORT.terms, REPORT.payer, REPORT.receiver) == (Terms(), NOBODY, NOBODY)
    assert (REPORT.waits, REPORT.also, REPORT.outstanding, REPORT.replaces) == (False, None, None, None)
    assert (Terms().amount, Terms().trials, Terms().recurring) == (None, (), None)
    assert (CYCLE.gross, CYCLE.occurred_at, CYCLE.next_payment_at) == (None, None, None)


@pytest.mark.parametrize("fact", [REPORT, CYCLE, Terms(), Trial(amount=Decimal(1), period="1 M")])
def test_a_fact_cannot_be_changed_and_may_stand_in_a_set(fact: object) -> None:
    name = next(iter(type(fact).__dataclass_fields__))  # type: ignore[attr-defined]
    with pytest.raises(FrozenInstanceError):
        setattr(fact, name, None)
    assert len({fact, fact}) == 1


def test_two_messages_that_tell_one_thing_are_one_report() -> None:
    same = SubscriptionReport(subscription_id="S-1", kind=SubscriptionKind.SUBSCRIPTION, change=Change.START)
    assert {REPORT, same} == {REPORT}
