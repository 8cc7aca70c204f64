"""What messages tell of subscriptions, recurring profiles and billing agreements, as the book keeps it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from domain.facts import NOBODY, Party
from domain.money import Money
from domain.quick import quick
from domain.vocabulary import Change, PaymentStatus, SubscriptionKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A period at a price of its own before the regular ones."""

    amount: Decimal | None = None
    period: str | None = None


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What was agreed: how much, how often, how many times; null where the message does not say."""

    amount: Decimal | None = None
    currency: str | None = None
    period: str | None = None  # PayPal's words: "1 M", "Monthly", "every 2 Months"
    trials: tuple[Trial, ...] = ()
    recurring: bool | None = None
    reattempt: bool | None = None
    times: int | None = None


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionReport:
    """What one message says of a subscription, profile or agreement."""

    subscription_id: str
    kind: SubscriptionKind
    change: Change
    # What the profile says of itself beside the change, where that stops it or ends it.
    also: Change | None = None
    waits: bool = False  # the profile itself is pending
    txn_type: str | None = None
    terms: Terms = Terms()
    outstanding: Money | None = None
    item_number: str | None = None
    item_name: str | None = None
    invoice: str | None = None
    custom: str | None = None
    payer: Party = NOBODY
    receiver: Party = NOBODY
    replaces: str | None = None
    reason: str | None = None
    # subscr_date: when it was signed up for, or on a cancellation when that was; time_created of a profile.
    dated_at: datetime | None = None
    effective_at: datetime | None = None
    retry_at: datetime | None = None
    next_payment_at: datetime | None = None


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """What a subscription is told of a payment that names it."""

    txn_id: str
    status: PaymentStatus
    gross: Money | None = None
    occurred_at: datetime | None = None
    next_payment_at: datetime | None = None
    owed: bool = False  # what was outstanding, collected: no cycle of its own
