"""The facts that notifications carry, as the book keeps them: reports, followers, cases, captures, doubts."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from domain.erasure import both_readable
from domain.money import Money
from domain.quick import quick
from domain.vocabulary import CaseType, FollowerKind, Kind, PaymentStatus


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A payer or a receiver as PayPal told of them; null where it told nothing."""

    id: str | None = None
    email: str | None = None
    name: str | None = None
    country: str | None = None


NOBODY = Party()


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where the payer wants goods sent, as PayPal told it; null where it told nothing."""

    name: str | None = None
    street: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country: str | None = None
    confirmed: bool | None = None


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of a payment; `gross` is the line's total, its quantity already applied."""

    number: str | None = None
    name: str | None = None
    quantity: str | None = None
    gross: Decimal | None = None
    options: tuple[tuple[str, str], ...] = ()  # what the buyer chose: name and choice


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What a payment's gross contains beside its lines, in the payment's currency; discounts positive."""

    tax: Decimal = Decimal(0)
    shipping: Decimal = Decimal(0)
    handling: Decimal = Decimal(0)
    insurance: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)

    @property
    def sum(self) -> Decimal:
        """What the extras add to the lines."""
        return self.tax + self.shipping + self.handling + self.insurance - self.discount


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What PayPal says of a transaction under its own id: its status, and everything that describes it."""

    txn_id: str
    # None where the message does not say and another report of the same id decides.
    kind: Kind | None
    status: PaymentStatus
    txn_type: str | None = None
    pending_reason: str | None = None
    gross: Money | None = None
    fee: Money | None = None
    settled: Money | None = None
    exchange_rate: Decimal | None = None
    extras: Extras = Extras()
    items: tuple[Item, ...] = ()
    invoice: str | None = None
    custom: str | None = None
    subscription: str | None = None
    payer: Party = Party()
    receiver: Party = Party()
    parent_txn_id: str | None = None
    auth_id: str | None = None
    auth_status: str | None = None
    captures_left: int | None = None
    occurred_at: datetime | None = None
    agreement: str | None = None
    next_payment_at: datetime | None = None
    address: Address | None = None
    expires_at: datetime | None = None  # of an authorization: when it can no longer be captured
    reading: int = 1  # how much was read of the message, see `READING`


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """A refund, reversal, canceled reversal or adjustment; gross is negative where money left."""

    txn_id: str
    parent_txn_id: str
    kind: FollowerKind
    gross: Money | None = None
    fee: Money | None = None
    reason: str | None = None
    occurred_at: datetime | None = None
    # What came back of a payment that had been converted.
    settled: Money | None = None
    exchange_rate: Decimal | None = None
    reading: int = 1


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A dispute, claim or chargeback opened against a payment."""

    case_id: str
    txn_id: str
    type: CaseType
    reason: str | None = None
    opened_at: datetime | None = None


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """What an authorization or order is told of a payment that was captured from it."""

    txn_id: str
    status: PaymentStatus
    gross: Money | None = None
    spent: bool = False  # nothing is left to capture after it


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A check that failed, in words; it holds the goods."""

    rule: str
    detail: str
    about: tuple[str, ...] = ()  # the ids of the facts that raised it: more of them are another doubt


Fact = Report | Follower | Case

# Denied, failed, voided and expired messages carry a gross although no money moves.
MOVES_MONEY = frozenset(
    (
        PaymentStatus.CREATED,
        PaymentStatus.PENDING,
        PaymentStatus.PROCESSED,
        PaymentStatus.COMPLETED,
        PaymentStatus.UNCLAIMED,
    )
)

# Version 2 of reading knows options, agreements and the next payment's date; version 3 addresses, the end of
# authorizations, and what returned money was converted to.
READING = 3


def same(one: Fact, other: Fact) -> bool:
    """Whether two facts are one: all that was read of them is alike.

    No field of IPN is unique to a message (reference: track ids are shared and change, ids are reused from
    status to status), and an id with a status is not enough: a second message that tells another amount,
    parent or payer is no repetition, and which of them came first must not decide what is believed. [?] What
    a resend by hand changes is not known; `resend`, signature and track id are not part of any fact. A
    follower may be told to follow a payment or another of its followers; that alone makes no second fact.
    What an earlier version overlooked in the same message makes none either, nor what was erased since.
    """
    if isinstance(one, Follower) and isinstance(other, Follower):
        if one.txn_id != other.txn_id:
            return False
        reading = min(one.reading, other.reading)
        return _bare(one, reading) == _bare(other, reading)
    if isinstance(one, Report) and isinstance(other, Report):
        if one.status is not other.status:  # nearly always
            return False
        one, other = both_readable(one, other)
        if one.reading != other.reading:
            reading = min(one.reading, other.reading)
            return _as_read_by(one, reading) == _as_read_by(other, reading)
    return one == other


def _bare(follower: Follower, reading: int) -> Follower:
    """A follower without its parent, as that version read it."""
    bare = replace(follower, parent_txn_id="", reading=reading)
    return bare if reading == READING else replace(bare, settled=None, exchange_rate=None)


def _as_read_by(report: Report, reading: int) -> Report:
    """What that version read of the same message."""
    if reading < READING:
        report = replace(report, address=None, expires_at=None)
    if reading == 1:
        items = tuple(replace(item, options=()) for item in report.items)
        # Of an invoice of PayPal's it did not read the number.
        invoice = None if report.txn_type == "invoice_payment" else report.invoice
        report = replace(report, items=items, invoice=invoice, agreement=None, next_payment_at=None)
    return replace(report, reading=reading)
