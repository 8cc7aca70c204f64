"""A body read into what it says: who it is for, and the facts that it tells."""

import re
from dataclasses import dataclass

from domain.body import FIELDS_MAX, Fields, glimpse, open_body
from domain.facts import READING, Case, Fact, Follower, Report
from domain.payouts import read_payouts
from domain.quick import quick
from domain.reading import Unmodelled, Unreadable, amount, date, identity, optional_identity, quoted, text
from domain.report import rate_of, read_report, settled_of
from domain.subscription_facts import SubscriptionReport
from domain.subscription_reading import read_subscription
from domain.txn_types import ADAPTIVE, TXN_TYPES, Reading
from domain.vocabulary import FollowerKind, Kind
from domain.words import CASES, FOLLOWERS, STATUSES, spelled

# Fields that decide what is believed. Said twice with two values, they say nothing.
# fmt: off
_DECIDING = frozenset(
    (
        "txn_id", "parent_txn_id", "auth_id", "case_id", "payment_status", "txn_type", "pending_reason",
        "mc_gross", "mc_currency", "mc_fee", "payment_gross", "payment_fee", "receiver_id", "receiver_email",
        "business", "invoice", "test_ipn", "transaction_entity", "charset", "settle_amount",
        "settle_currency", "subscr_id", "recurring_payment_id", "mp_id", "profile_status", "currency_code",
        "mp_currency", "initial_payment_status", "initial_payment_txn_id", "initial_payment_amount",
        "payer_id", "payer_email", "next_payment_date", "subscr_date",
    )
)
# fmt: on
_DECIDING_OF_A_RECORD = re.compile(
    r"(masspay_txn_id|unique_id|mc_gross|mc_fee|mc_currency|payment_gross|payment_fee|status)_[0-9]+",
    re.ASCII,
)

Told = Fact | SubscriptionReport


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One message from PayPal, verified or not: reading believes nothing."""

    n: int
    facts: tuple[Told, ...]  # more than one of a Mass Pay batch, or of a profile with its initial payment
    receivers: frozenset[str]  # every address and id that the message gives to us, in lower case
    sandbox: bool


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What a message calls itself, for lists that show it before it is believed."""

    txn_id: str | None
    parent_txn_id: str | None
    txn_type: str | None
    payment_status: str | None


_GLANCED = ("txn_id", "parent_txn_id", "txn_type", "payment_status")
_GLIMPSED = frozenset(name.encode() for name in _GLANCED)


def glance(body: bytes) -> Glance:
    """Read a body's names for itself; anything at all may be in them, and nothing is raised."""
    found = glimpse(body, _GLIMPSED)
    return Glance(**{name: found.get(name, "")[:64] or None for name in _GLANCED})


def read(body: bytes, n: int) -> Notification:
    """Read the body of delivery `n`; Unreadable and Unmodelled say what it is that cannot be taken."""
    return read_fields(open_body(body), n)


def read_fields(fields: Fields, n: int) -> Notification:
    """Read the opened body of delivery `n`; raises as `read` does."""
    if fields.too_many:
        message = f"more than {FIELDS_MAX} fields"
        raise Unreadable(message)
    if fields.repeated and (twice := sorted(filter(_decides, fields.repeated))):
        message = f"{twice[0]} is said more than once, differently"
        raise Unreadable(message)
    facts = _facts(fields)
    # Mass Pay is told to who pays; everything else to who is paid.
    payout = any(isinstance(fact, Report) and fact.kind is Kind.PAYOUT for fact in facts)
    ours = _PAYER if payout else _RECEIVER
    return Notification(
        n=n,
        facts=facts,
        receivers=frozenset(value.casefold() for value in map(fields.get, ours) if value),
        sandbox=fields.get("test_ipn") == "1",
    )


_RECEIVER, _PAYER = ("receiver_id", "receiver_email", "business"), ("payer_id", "payer_email")


def _decides(name: str) -> bool:
    return name in _DECIDING or _DECIDING_OF_A_RECORD.fullmatch(name) is not None


def _facts(fields: Fields) -> tuple[Told, ...]:
    word = fields.get("txn_type").lower()
    status = spelled(fields.get("payment_status"))
    if not word and not status:
        word = _nameless(fields)
    if word not in TXN_TYPES:
        message = quoted(fields, "txn_type")
        raise Unmodelled(message)
    told = TXN_TYPES[word]
    if told.reading is Reading.SUBSCRIPTION and status:
        # Never seen; what it says of money goes before what it says besides.
        return (_of_a_payment(fields, status if status in FOLLOWERS else "", Reading.PAYMENT),)
    match told.reading:
        case Reading.PAYMENT | Reading.ADJUSTMENT:  # nearly always
            return (_of_a_payment(fields, status, told.reading),)
        case Reading.CASE:
            return (_case(fields),)
        case Reading.PAYOUTS:
            return read_payouts(fields)
        case Reading.SUBSCRIPTION:
            return read_subscription(fields, told)
        case Reading.UNMODELLED:
            message = f"{quoted(fields, 'txn_type')}, by decision"
            raise Unmodelled(message)


def _nameless(fields: Fields) -> str:
    """The type of a message that gives neither type nor status: a case, or nothing that is modelled."""
    if fields.get("case_type"):
        return "new_case"
    if fields.get(ADAPTIVE):
        # By decision, see the table of types.
        message = f"Adaptive Payments: {quoted(fields, ADAPTIVE)}"
        raise Unmodelled(message)
    message = "neither txn_type nor payment_status"
    raise Unmodelled(message)


def _of_a_payment(fields: Fields, status: str, reading: Reading) -> Report | Follower:
    """Dispatch on the status first: refunds carry no type on the wire, and any type in a simulator."""
    if status in FOLLOWERS:
        return _follower(fields, FOLLOWERS[status])
    if status not in STATUSES:
        # [?] Partially_Refunded among them: never seen, and nobody says whether its amount is the whole or
        # the rest. The refunds themselves come under ids of their own.
        message = quoted(fields, "payment_status")
        raise Unmodelled(message)
    if reading is Reading.ADJUSTMENT:
        return _follower(fields, FollowerKind.ADJUSTMENT)
    return read_report(fields, STATUSES[status])


def _follower(fields: Fields, kind: FollowerKind) -> Follower:
    txn_id = identity(fields, "txn_id")
    # [?] A reversal after a payment review may come under the payment's own id (reference: guide 2009, p. 60,
    # which does not say): it then follows itself. Others report Denied, which is a report like any other.
    parent = optional_identity(fields, "parent_txn_id") or txn_id
    if kind is FollowerKind.ADJUSTMENT and parent == txn_id:
        message = "an adjustment that names no parent_txn_id"
        raise Unreadable(message)
    gross = amount(fields, "mc_gross", "payment_gross")
    fee = amount(fields, "mc_fee", "payment_fee")
    if gross is None and (fee is None or kind is not FollowerKind.ADJUSTMENT):
        message = "mc_gross is missing"
        raise Unreadable(message)
    if kind in (FollowerKind.REFUND, FollowerKind.REVERSAL):
        # The simulator writes refunds and reversals with positive amounts; money left all the same.
        gross, fee = gross and -abs(gross), fee and -abs(fee)
    # PayPal tells of conversion where money arrives, so also where it comes back (reference, section 5).
    back = kind is FollowerKind.CANCELED_REVERSAL
    return Follower(
        txn_id=txn_id,
        parent_txn_id=parent,
        kind=kind,
        gross=gross,
        fee=fee,
        reason=spelled(fields.get("reason_code")) or None,
        occurred_at=date(fields, "payment_date"),
        settled=settled_of(fields) if back else None,
        exchange_rate=rate_of(fields.get("exchange_rate")) if back else None,
        reading=READING,
    )


def _case(fields: Fields) -> Case:
    word = spelled(fields.get("case_type"))
    if word not in CASES:
        message = quoted(fields, "case_type")
        raise Unmodelled(message)
    return Case(
        case_id=identity(fields, "case_id"),
        txn_id=optional_identity(fields, "parent_txn_id") or identity(fields, "txn_id"),
        type=CASES[word],
        reason=text(fields, "reason_code"),
        # payment_date on a case is the payment's; without a date of its own, its beginning is not known.
        opened_at=date(fields, "case_creation_date"),
    )
