"""A body read into what it says: who it is for, and one fact about one transaction."""

from dataclasses import dataclass

from domain.body import FIELDS_MAX, Fields, glimpse, open_body
from domain.dates import read_date
from domain.facts import Case, Fact, Follower
from domain.reading import Unmodelled, Unreadable, amount, date, identity, optional_identity, text
from domain.report import read_report
from domain.vocabulary import FollowerKind
from domain.words import ADJUSTMENT, CASES, FOLLOWERS, NEW_CASE, PAYMENT_TYPES, STATUSES, spelled

# Fields that decide what is believed. Said twice with two values, they say nothing.
# fmt: off
_DECIDING = frozenset(
    (
        "txn_id", "parent_txn_id", "auth_id", "case_id", "payment_status", "txn_type", "pending_reason",
        "mc_gross", "mc_currency", "mc_fee", "payment_gross", "payment_fee", "receiver_id", "receiver_email",
        "business", "invoice", "test_ipn", "transaction_entity", "charset",
    )
)
# fmt: on


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One message from PayPal, verified or not: reading believes nothing."""

    n: int
    fact: Fact
    receivers: frozenset[str]  # every address and id that the message names as paid, in lower case
    sandbox: bool
    drift: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What a message calls itself, for lists that show it before it is believed."""

    txn_id: str | None
    parent_txn_id: str | None
    txn_type: str | None
    payment_status: str | None


_GLANCED = ("txn_id", "parent_txn_id", "txn_type", "payment_status")


def glance(body: bytes) -> Glance:
    """Read a body's names for itself; anything at all may be in them, and nothing is raised."""
    found = glimpse(body, frozenset(name.encode() for name in _GLANCED))
    return Glance(**{name: found.get(name, "")[:64] or None for name in _GLANCED})


def read(body: bytes, n: int) -> Notification:
    """Read the body of delivery `n`; Unreadable and Unmodelled say what it is that cannot be taken."""
    if body.count(b"&") >= FIELDS_MAX:
        message = f"more than {FIELDS_MAX} fields"
        raise Unreadable(message)
    fields = open_body(body)
    twice = sorted(_DECIDING & fields.repeated)
    if twice:
        message = f"{twice[0]} is said more than once, differently"
        raise Unreadable(message)
    return Notification(
        n=n,
        fact=_fact(fields),
        receivers=frozenset(
            value.casefold()
            for value in map(fields.get, ("receiver_id", "receiver_email", "business"))
            if value
        ),
        sandbox=fields.get("test_ipn") == "1",
        drift=tuple(_drift(fields)),
    )


def _fact(fields: Fields) -> Fact:
    """Dispatch on the status first: refunds carry no type on the wire, and any type in a simulator."""
    txn_type = fields.get("txn_type").lower()
    status = spelled(fields.get("payment_status"))
    if txn_type == NEW_CASE or (not txn_type and not status and fields.get("case_type")):
        return _case(fields)
    if txn_type not in PAYMENT_TYPES | {ADJUSTMENT}:
        message = f"txn_type {txn_type!r}"
        raise Unmodelled(message)
    if status in FOLLOWERS:
        return _follower(fields, FOLLOWERS[status])
    if not status and not txn_type:
        message = "neither txn_type nor payment_status"
        raise Unmodelled(message)
    if status not in STATUSES:
        message = f"payment_status {fields.get('payment_status')!r}"
        raise Unmodelled(message)
    if txn_type == ADJUSTMENT:
        return _follower(fields, FollowerKind.ADJUSTMENT)
    return read_report(fields, STATUSES[status])


def _follower(fields: Fields, kind: FollowerKind) -> Follower:
    txn_id = identity(fields, "txn_id")
    # A reversal after a payment review may come under the payment's own id (reference: guide 2009, p. 60,
    # which does not say): it then follows itself.
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
    return Follower(
        txn_id=txn_id,
        parent_txn_id=parent,
        kind=kind,
        gross=gross,
        fee=fee,
        reason=spelled(fields.get("reason_code")) or None,
        occurred_at=date(fields, "payment_date"),
    )


def _case(fields: Fields) -> Case:
    word = spelled(fields.get("case_type"))
    if word not in CASES:
        message = f"case_type {fields.get('case_type')!r}"
        raise Unmodelled(message)
    return Case(
        case_id=identity(fields, "case_id"),
        txn_id=optional_identity(fields, "parent_txn_id") or identity(fields, "txn_id"),
        type=CASES[word],
        reason=text(fields, "reason_code"),
        # payment_date on a case is the payment's; without a date of its own, its beginning is not known.
        opened_at=date(fields, "case_creation_date"),
    )


_NO_DATE = ("", "N/A")


def _drift(fields: Fields) -> list[tuple[str, str]]:
    drift = [] if fields.charset_known else [("charset", fields.charset[:64])]
    for name in ("payment_date", "case_creation_date", "auth_exp"):
        value = fields.get(name)
        if value not in _NO_DATE and read_date(value) is None:
            drift.append((name, value[:64]))
    return drift
