"""Differences: a stream told twice, as it was recorded and as it would be, and what is not alike."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

from domain import todo
from domain.changes import changed_fields
from domain.fulfillment import doubts_of
from domain.invoice import Invoice
from domain.money import Money
from domain.movements import movements
from domain.spelling import in_places, objection
from domain.state import Transaction
from domain.streams import Aggregate
from domain.subscription import Subscription
from domain.todo import Todo
from projections import subscriptions, transactions

# How and when it was heard is no decision.
_ABOUT_HEARING: Final = ("version", "first_heard", "last_changed")
# Of what would be there and is not, or the other way round, the rest is what PayPal said of it.
_DECIDED: Final = ("status", "fulfillment", "doubts", "refused", "price", "paid_by", "served", "closed_by")


@dataclass(frozen=True, slots=True)
class Became:
    """What became of a message, or would."""

    outcome: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Message:
    """A message that would be decided otherwise."""

    n: int
    before: Became
    after: Became


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a person did and could not do; `why` says so in words."""

    position: int
    at: datetime
    by: str
    what: str  # the event's name in the book
    stream: str
    why: str


@dataclass(frozen=True, slots=True)
class Stands:
    """A transaction, invoice or subscription that would stand otherwise: which fields, before and after."""

    name: str
    changed: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Balance:
    """An account's sum that would be another; the account's name ends in the currency."""

    account: str
    before: str
    after: str


def told(it: Aggregate) -> dict[str, Any]:
    """What is compared of a stream, as plain data."""
    match it:
        case Transaction():
            document = {k: v for k, v in transactions.document(it).items() if k not in _ABOUT_HEARING}
            # Those that somebody waved through among them, and those of goods that left.
            doubts = [objection(doubt) for doubt in doubts_of(it)]
            document |= {"doubts": doubts, "refused": list(_refused(it))}
        case Invoice():
            document = _invoice(it)
        case Subscription():
            document = {k: v for k, v in subscriptions.document(it).items() if k not in _ABOUT_HEARING}
        case Todo():
            document = {"closed_by": it.closed_by, "note": it.note}
    plain: dict[str, Any] = json.loads(msgspec.json.encode(document))
    return plain


def _refused(it: Transaction) -> Iterator[dict[str, str]]:
    for heard in it.reports:
        if heard.refused is not None:
            yield {"move": f"{heard.report.status} {it.txn_id}", "why": heard.refused}
    for one in it.followers:
        if one.refused is not None:
            yield {"move": f"{one.follower.kind} {one.follower.txn_id}", "why": one.refused}


def _invoice(it: Invoice) -> dict[str, Any]:
    price = it.price
    agreed = None if price is None else f"{in_places(price.amount, price.currency)} {price.currency}"
    return {
        "price": agreed,
        "paid_by": sorted({paid.txn_id for paid in it.payments}),
        "served": sorted(it.served),
    }


def changes(was: Aggregate, would: Aggregate) -> list[dict[str, Any]]:
    """The fields in which two tellings of one stream differ; none when they say the same."""
    changed = changed_fields(told(was), told(would))
    if was.version and would.version:
        return changed
    return [one for one in changed if one["field"] in _DECIDED] or changed


def kind_of(it: Aggregate) -> str:
    """In which list a stream's differences stand."""
    match it:
        case Transaction():
            return "transactions"
        case Invoice():
            return "invoices"
        case Subscription():
            return "subscriptions"
        case Todo():
            return "todos"


def name_of(stream: str, it: Aggregate) -> str:
    """The name that people know a stream by."""
    match it:
        case Invoice():
            return it.name
        case Subscription():
            return it.subscription_id
        case Todo():
            return stream.removeprefix(todo.STREAM_PREFIX)
        case Transaction():
            return it.txn_id


Sums = dict[str, Money]


def add_movements(sums: Sums, some: Iterable[Aggregate], *, negative: bool = False) -> Sums:
    """The sums with all that moved under these transactions added to them, or taken from them."""
    for it in some:
        if isinstance(it, Transaction):
            for movement in movements(it).values():
                for posting in movement.postings:
                    amount = -posting.amount if negative else posting.amount
                    known = sums.get(posting.account)
                    sums[posting.account] = amount if known is None else known + amount
    return sums
