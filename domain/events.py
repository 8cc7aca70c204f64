"""What can happen to a transaction or an invoice: facts in the past tense; names and shapes are for ever."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from domain.act_events import ActEvent, InvoiceServed
from domain.facts import Capture, Case, Doubt, Follower, Item, Report
from domain.quick import quick
from domain.subscription_events import SubscriptionEvent


@dataclass(frozen=True, slots=True)
class ReportHeard:
    """PayPal told where the transaction stands; the doubts are ours, by the rules of that moment."""

    report: Report
    doubts: tuple[Doubt, ...] = ()


class PaymentCreated(ReportHeard):
    """A payment was begun (German bank debits)."""


class PaymentPended(ReportHeard):
    """A payment waits for its pending reason to go away."""


class PaymentProcessed(ReportHeard):
    """A payment was accepted and is on its way."""


class PaymentCompleted(ReportHeard):
    """Money arrived."""


class PaymentDenied(ReportHeard):
    """The merchant or PayPal turned the payment down."""


class PaymentDeclined(ReportHeard):
    """The payment was turned down at once."""


class PaymentFailed(ReportHeard):
    """The buyer's bank did not pay."""


class PaymentExpired(ReportHeard):
    """The payment was not taken in time."""


class PaymentVoided(ReportHeard):
    """The payment was called off."""


class AuthorizationGranted(ReportHeard):
    """An amount was set aside for the merchant to capture."""


class AuthorizationSpent(ReportHeard):
    """An authorization was used up; the money is in its captures."""


class AuthorizationDenied(ReportHeard):
    """An authorization was turned down."""


class AuthorizationExpired(ReportHeard):
    """An authorization ran out."""


class AuthorizationVoided(ReportHeard):
    """The merchant let an authorization go."""


class OrderPlaced(ReportHeard):
    """A buyer agreed to be charged."""


class OrderSpent(ReportHeard):
    """An order was used up."""


class OrderExpired(ReportHeard):
    """An order ran out."""


class OrderVoided(ReportHeard):
    """An order was called off."""


@dataclass(frozen=True, slots=True)
class ReportRefused:
    """PayPal told something of the transaction that contradicts what it told before."""

    report: Report
    why: str
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class FollowerHeard:
    """PayPal told of money that moved because of this transaction."""

    follower: Follower


class PaymentRefunded(FollowerHeard):
    """Money went back to the buyer."""


class PaymentReversed(FollowerHeard):
    """Money was pulled back, for the time of a case or for good."""


class ReversalCanceled(FollowerHeard):
    """Pulled-back money was returned; no proof that the case was won."""


class PaymentAdjusted(FollowerHeard):
    """PayPal corrected its ledger after a case."""


@dataclass(frozen=True, slots=True)
class FollowerRefused:
    """PayPal told of money that cannot have moved because of this transaction."""

    follower: Follower
    why: str


@dataclass(frozen=True, slots=True)
class FollowerParked:
    """A follower came before what it follows."""

    follower: Follower
    waits_for: str


@dataclass(frozen=True, slots=True)
class CaseOpened:
    """A dispute, claim or chargeback was opened, or went a stage further."""

    case: Case


@dataclass(frozen=True, slots=True)
class CaseParked:
    """A case came before the payment that it is about."""

    case: Case
    waits_for: str


@dataclass(frozen=True, slots=True)
class FollowerIdentified:
    """This id turned out to be a follower's: what is said of it is said of what it follows."""

    follows: str


@dataclass(frozen=True, slots=True)
class CaptureHeard:
    """A payment was captured from this authorization or order."""

    capture: Capture


@dataclass(frozen=True, slots=True)
class PaymentVetted:
    """The checks were made again, because what they rest on changed."""

    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True)
class PriceAgreed:
    """The shop said what an invoice costs."""

    amount: Decimal
    currency: str
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class InvoicePaid:
    """A payment of this invoice was completed; `party` is alike for payments that belong together."""

    txn_id: str
    party: str


TransactionEvent = (
    ReportHeard
    | ReportRefused
    | FollowerHeard
    | FollowerRefused
    | FollowerParked
    | CaseOpened
    | CaseParked
    | FollowerIdentified
    | CaptureHeard
    | PaymentVetted
    | ActEvent
)
InvoiceEvent = PriceAgreed | InvoicePaid | InvoiceServed
Event = TransactionEvent | InvoiceEvent | SubscriptionEvent


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An event, where it comes from (a notification's number or a person's name), when it was recorded."""

    event: Event
    at: datetime
    n: int | None = None
    by: str | None = None
