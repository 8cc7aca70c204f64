"""A subscription, recurring profile or billing agreement: what is told of it, and folding that."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain import subscription_events as e
from domain.erasure import both_readable
from domain.events import Entry
from domain.quick import quick
from domain.subscription_facts import Cycle, SubscriptionReport
from domain.vocabulary import Change, SubscriptionStatus

STREAM_PREFIX = "subscription:"  # no id of PayPal's has a colon

# What a change makes of it, and the event that says so. Of all that was told the last in the order of
# SubscriptionStatus shows, so that any order of the same messages ends in the same state. What is told after
# the end is kept like the rest: a signup may come late, and money that comes is the transaction's to book.
CHANGES: dict[Change, tuple[SubscriptionStatus, type[e.SubscriptionHeard]]] = {
    Change.START: (SubscriptionStatus.ACTIVE, e.SubscriptionStarted),
    Change.MODIFY: (SubscriptionStatus.ACTIVE, e.SubscriptionModified),
    Change.FAIL: (SubscriptionStatus.ACTIVE, e.CycleFailed),
    Change.SKIP: (SubscriptionStatus.ACTIVE, e.CycleSkipped),
    Change.SUSPEND: (SubscriptionStatus.SUSPENDED, e.SubscriptionSuspended),
    Change.CANCEL: (SubscriptionStatus.CANCELLED, e.SubscriptionCancelled),
    Change.EXPIRE: (SubscriptionStatus.EXPIRED, e.SubscriptionExpired),
    Change.END: (SubscriptionStatus.ENDED, e.SubscriptionEnded),
}


@dataclass(frozen=True, slots=True)
class HeardSubscription:
    """A report, and the notification it came in."""

    report: SubscriptionReport
    n: int | None


@dataclass(frozen=True, slots=True)
class HeardCycle:
    """A cycle, and the notification it came in."""

    cycle: Cycle
    n: int | None


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """Everything that was told of one, as sets: their order carries no meaning."""

    subscription_id: str
    reports: tuple[HeardSubscription, ...] = ()
    cycles: tuple[HeardCycle, ...] = ()
    version: int = 0
    first_heard: datetime | None = None
    last_changed: datetime | None = None
    # What was asked before, see `domain.answers`: never a part of what is known.
    answers: dict[Any, Any] = field(default_factory=dict, init=False, compare=False, repr=False)


def stream_of(subscription_id: str) -> str:
    """The name of a subscription's stream."""
    return STREAM_PREFIX + subscription_id


# ---- deciding and folding ----


def hear_report(report: SubscriptionReport, n: int | None, at: datetime) -> Entry:
    """The event that a report is."""
    _, event = CHANGES[report.change]
    return Entry(event=event(report), n=n, at=at)


def hear_cycle(subscription: Subscription, cycle: Cycle, n: int | None, at: datetime) -> tuple[Entry, ...]:
    """Tell a subscription of a payment that names it; nothing when it knows."""
    if any(heard.cycle == cycle for heard in subscription.cycles):
        return ()
    return (Entry(event=e.CycleHeard(cycle), n=n, at=at),)


def numbers_of_report(subscription: Subscription, report: SubscriptionReport) -> set[int | None]:
    """The notifications that told this before."""
    return {heard.n for heard in subscription.reports if _alike(heard.report, report)}


def _alike(one: SubscriptionReport, other: SubscriptionReport) -> bool:
    one, other = both_readable(one, other)
    return one == other


def evolve_subscription(subscription: Subscription, entry: Entry) -> Subscription:
    """Fold one event in."""
    reports, cycles = subscription.reports, subscription.cycles
    match entry.event:
        case e.SubscriptionHeard(report):
            reports = (*reports, HeardSubscription(report, entry.n))
        case e.CycleHeard(cycle):
            cycles = (*cycles, HeardCycle(cycle, entry.n))
        case _:
            message = f"{type(entry.event).__name__} does not happen to a subscription"
            raise AssertionError(message)
    return Subscription(
        subscription_id=subscription.subscription_id,
        reports=reports,
        cycles=cycles,
        version=subscription.version + 1,
        first_heard=subscription.first_heard or entry.at,
        last_changed=entry.at,
    )
