"""The fulfillment queue: where the goods of each payment stand and since when, a row for each event of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.events import Entry
from domain.facts import NOBODY, Address
from domain.fulfillment import fulfillment_of, holding
from domain.quick import quick
from domain.spelling import line, moment, money, objection, person
from domain.standing import describing
from domain.state import Transaction
from domain.vocabulary import Fulfillment

NAME = "fulfillment"
VERSION = 1

# What is shown to whoever asks for no state; goods of money that never came have no row at all.
LISTED = tuple(state for state in Fulfillment if state is not Fulfillment.NONE)
# What somebody has to do something about: goods that left for good, or stay for good, wait for nobody.
WAITING = (Fulfillment.HELD, Fulfillment.READY, Fulfillment.CLAIMED, Fulfillment.RECALL)


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where goods stand at a moment, since when, and in whose hands they are."""

    state: Fulfillment
    since: datetime
    by: str | None  # who holds them, or sent them
    until: datetime | None  # for how long somebody holds them


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What was known of a payment's goods from one event on, and until when nothing else was."""

    txn_id: str
    version: int  # the event's
    recorded: datetime
    stood: Standing  # as it was recorded; a claim may run out with no event to tell it
    superseded: datetime | None = None


def row_of(previous: Row | None, entry: Entry, after: Transaction) -> Row | None:
    """The row that an event makes, after the row before it; None where there are no goods to speak of.

    Once there were some, a row of state none says that there are no more.
    """
    # A clock may have been put back: what is known later is said later.
    at = entry.at if previous is None else max(entry.at, previous.recorded)
    state = fulfillment_of(after, at)
    stood = None if previous is None else standing(previous.stood, at)
    if state is Fulfillment.NONE and (stood is None or stood.state is Fulfillment.NONE):
        return None
    since = stood.since if stood is not None and stood.state is state else at
    return Row(
        txn_id=after.txn_id,
        version=after.version,
        recorded=at,
        stood=_held_by(after, at, state, since),
    )


def _held_by(after: Transaction, at: datetime, state: Fulfillment, since: datetime) -> Standing:
    claim, sent = after.goods.claim_at(at), after.goods.sent
    if sent is not None:
        return Standing(state=state, since=since, by=sent.by, until=None)
    by, until = (claim.by, claim.until) if claim is not None else (None, None)
    return Standing(state=state, since=since, by=by, until=until)


def standing(stood: Standing, at: datetime) -> Standing:
    """Where the goods stand at a moment, when no event came since: a claim that ran out leaves them ready."""
    if stood.until is None or at < stood.until:
        return stood
    if stood.state is Fulfillment.CLAIMED:
        return Standing(state=Fulfillment.READY, since=stood.until, by=None, until=None)
    return Standing(state=stood.state, since=stood.since, by=None, until=None)


def shown(txn_id: str, version: int, stood: Standing, said: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the queue as the contract's JSON has it."""
    return {
        "txn_id": txn_id,
        "state": stood.state,
        "since": moment(stood.since),
        "by": stood.by,
        "until": moment(stood.until),
        **said,
        "version": version,
    }


def told(transaction: Transaction) -> dict[str, Any]:
    """What whoever sends the goods must know; nothing of it depends on the hour."""
    top = describing(transaction)
    report = top.report if top else None
    gross = report.gross if report else None
    sent = transaction.goods.sent
    return {
        "gross": money(gross),
        "currency": gross.currency if gross else None,
        "invoice": report.invoice if report else None,
        "items": [line(item, gross) for item in (report.items if report else ())],
        "payer": person(report.payer if report else NOBODY),
        "address": _address(report.address if report else None),
        "doubts": [objection(doubt) for doubt in holding(transaction)],
        "note": sent.note if sent else None,
    }


def _address(address: Address | None) -> dict[str, Any] | None:
    if address is None:
        return None
    return {
        "name": address.name,
        "street": address.street,
        "city": address.city,
        "state": address.state,
        "zip": address.zip,
        "country": address.country,
        "confirmed": address.confirmed,
    }
