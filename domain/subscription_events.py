"""What can happen to a subscription, profile or agreement: facts in the past tense, kept for ever."""

from dataclasses import dataclass

from domain.subscription_facts import Cycle, SubscriptionReport


@dataclass(frozen=True, slots=True)
class SubscriptionHeard:
    """PayPal told of a subscription, profile or agreement."""

    report: SubscriptionReport


class SubscriptionStarted(SubscriptionHeard):
    """It was signed up for, or made."""


class SubscriptionModified(SubscriptionHeard):
    """Its terms changed, or will."""


class CycleFailed(SubscriptionHeard):
    """A charge failed."""


class CycleSkipped(SubscriptionHeard):
    """A charge failed and will be tried again."""


class SubscriptionSuspended(SubscriptionHeard):
    """PayPal charges nothing until it goes on."""


class SubscriptionCancelled(SubscriptionHeard):
    """It will not be charged again; what was paid for still runs."""


class SubscriptionExpired(SubscriptionHeard):
    """All its cycles are done."""


class SubscriptionEnded(SubscriptionHeard):
    """Its term is over."""


@dataclass(frozen=True, slots=True)
class CycleHeard:
    """A payment that names the subscription was told of."""

    cycle: Cycle


SubscriptionEvent = SubscriptionHeard | CycleHeard
