"""What is told of a subscription is kept as sets: nothing twice, and nothing decided by order."""

from dataclasses import FrozenInstanceError
from datetime import timedelta

import pytest

from domain.events import PaymentVetted
from domain.subscription import (
    CHANGES,
    HeardCycle,
    HeardSubscription,
    Subscription,
    evolve_subscription,
    hear_cycle,
    hear_report,
    numbers_of_report,
    stream_of,
)
from domain.subscription_events import CycleHeard
from domain.subscription_facts import Cycle, SubscriptionReport
from domain.vocabulary import Change, PaymentStatus, SubscriptionKind, SubscriptionStatus
from tests.given import NOON, entries

NEW = Subscription(subscription_id="S-1")
CYCLE = Cycle(txn_id="T1", status=PaymentStatus.COMPLETED)


def report(change: Change) -> SubscriptionReport:
    return SubscriptionReport(subscription_id="S-1", kind=SubscriptionKind.SUBSCRIPTION, change=change)


def test_of_a_new_subscription_nothing_is_known() -> None:
    assert (NEW.reports, NEW.cycles, NEW.version) == ((), (), 0)
    assert (NEW.first_heard, NEW.last_changed) == (None, None)
    with pytest.raises(FrozenInstanceError):
        NEW.version = 1  # type: ignore[misc]


def test_its_stream_cannot_be_taken_for_a_transactions() -> None:
    assert stream_of("S-1") == "subscription:S-1"


@pytest.mark.parametrize("change", Change)
def test_each_change_is_recorded_by_its_event_and_kept(change: Change) -> None:
    entry = hear_report(report(change), 7, NOON)
    _, event = CHANGES[change]
    assert (type(entry.event), entry.n, entry.at) == (event, 7, NOON)
    assert evolve_subscription(NEW, entry).reports == (HeardSubscription(report(change), 7),)


def test_a_change_makes_of_a_subscription_what_it_says() -> None:
    assert {change: status for change, (status, _) in CHANGES.items()} == {
        Change.START: SubscriptionStatus.ACTIVE,
        Change.MODIFY: SubscriptionStatus.ACTIVE,
        Change.FAIL: SubscriptionStatus.ACTIVE,
        Change.SKIP: SubscriptionStatus.ACTIVE,
        Change.SUSPEND: SubscriptionStatus.SUSPENDED,
        Change.CANCEL: SubscriptionStatus.CANCELLED,
        Change.EXPIRE: SubscriptionStatus.EXPIRED,
        Change.END: SubscriptionStatus.ENDED,
    }


def test_a_payment_is_told_once_whatever_message_it_came_in() -> None:
    (entry,) = hear_cycle(NEW, CYCLE, 7, NOON)
    assert entry.event == CycleHeard(CYCLE)
    told = evolve_subscription(NEW, entry)
    assert told.cycles == (HeardCycle(CYCLE, 7),)
    assert hear_cycle(told, CYCLE, 8, NOON) == ()
    pending = Cycle(txn_id="T1", status=PaymentStatus.PENDING)
    assert len(hear_cycle(told, pending, 8, NOON)) == 1


def test_it_knows_which_messages_told_it_what() -> None:
    told = NEW
    for n, change in ((1, Change.START), (2, Change.CANCEL), (3, Change.START)):
        told = evolve_subscription(told, hear_report(report(change), n, NOON))
    assert numbers_of_report(told, report(Change.START)) == {1, 3}
    assert numbers_of_report(told, report(Change.CANCEL)) == {2}
    assert numbers_of_report(told, report(Change.END)) == set()


def test_each_event_is_a_version_and_the_first_and_last_are_dated() -> None:
    told = NEW
    for entry in entries(*(CHANGES[change][1](report(change)) for change in (Change.START, Change.CANCEL))):
        told = evolve_subscription(told, entry)
    assert told.version == 2
    assert (told.first_heard, told.last_changed) == (NOON + timedelta(seconds=1), NOON + timedelta(seconds=2))


def test_what_happens_to_payments_does_not_happen_to_a_subscription() -> None:
    (entry,) = entries(PaymentVetted(()))
    with pytest.raises(AssertionError, match="PaymentVetted does not happen to a subscription"):
        evolve_subscription(NEW, entry)
