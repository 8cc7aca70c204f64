"""Transactions as people read them: each stream folded, and the document that the API answers with."""

from decimal import Decimal
from functools import lru_cache
from typing import Any

from domain.facts import Extras, Follower, Party, Report
from domain.fulfillment import fulfillment_of, holding
from domain.goods import Goods
from domain.judging import waits_for
from domain.money import Money
from domain.spelling import in_places, line, moment, money, objection, person
from domain.standing import cases, describing, followers, kind_of, rung, status_of, subscription_of, sums
from domain.state import Parked, Transaction
from domain.ties import Tie
from domain.vocabulary import FollowerKind, Status

NAME = "transactions"
VERSION = 2

_EXTRAS = ("tax", "shipping", "handling", "insurance", "discount")
_WITH_A_REASON = (Status.PENDING, Status.AUTHORIZED, Status.ORDERED)


def is_follower(transaction: Transaction) -> bool:
    """Whether the id is only another's follower, and has no row of its own to show."""
    return transaction.follows is not None and not transaction.reports


def document(transaction: Transaction) -> dict[str, Any]:
    """The transaction as the contract's JSON has it; what has not been heard is null."""
    top = describing(transaction)
    report = top.report if top else None
    gross = report.gross if report else None
    fee = report.fee if report else None
    undone = sums(transaction)
    at_once = transaction.first_heard is transaction.last_changed  # nearly always
    first_heard = moment(transaction.first_heard)
    return {
        "txn_id": transaction.txn_id,
        "kind": kind_of(transaction),
        "status": status_of(transaction),
        "currency": gross.currency if gross else None,
        "gross": money(gross),
        "fee": money(fee),
        "net": money(_net(gross, fee)),
        "refunded": money(undone[0] if undone else None),
        "reversed": money(undone[1] if undone else None),
        "pending_reason": report.pending_reason if report and rung(transaction) in _WITH_A_REASON else None,
        "parent_txn_id": report.parent_txn_id if report else None,
        "invoice": report.invoice if report else None,
        "custom": report.custom if report else None,
        "subscription": subscription_of(transaction),
        "payer": person(report.payer if report else Party()),
        "receiver": _receiver(report.receiver if report else Party()),
        "items": [line(item, gross) for item in (report.items if report else ())],
        "extras": _extras(report.extras if report else Extras(), gross),
        "conversion": _conversion(report),
        "followers": [_follower(follower) for follower in sorted(followers(transaction), key=_when)],
        "cases": [
            {"case_id": case.case_id, "type": case.type, "reason": case.reason, "open": is_open}
            for case, is_open in cases(transaction)
        ],
        "parked": [
            _parked(transaction, parked) for parked in sorted(transaction.parked, key=lambda p: p.n or 0)
        ],
        "fulfillment": fulfillment_of(transaction),
        **_goods(transaction.goods),
        "doubts": [objection(doubt) for doubt in holding(transaction)],
        "version": transaction.version,
        "occurred_at": moment(report.occurred_at if report else None),
        "first_heard": first_heard,
        "last_changed": first_heard if at_once else moment(transaction.last_changed),
    }


def _net(gross: Money | None, fee: Money | None) -> Money | None:
    if gross is None or fee is None or gross.currency != fee.currency:
        return None
    return gross - fee


def _receiver(party: Party) -> dict[str, Any]:
    return {"id": party.id, "email": party.email}


def _extras(extras: Extras, paid: Money | None) -> dict[str, Any]:
    if paid is None:
        return dict.fromkeys(_EXTRAS)
    currency = paid.currency
    return {
        "tax": _in_places(str(extras.tax), currency),
        "shipping": _in_places(str(extras.shipping), currency),
        "handling": _in_places(str(extras.handling), currency),
        "insurance": _in_places(str(extras.insurance), currency),
        "discount": _in_places(str(extras.discount), currency),
    }


# They are the same again and again, and most of all nothing.
@lru_cache(1024)
def _in_places(amount: str, currency: str) -> str | None:
    return in_places(Decimal(amount), currency)


def _conversion(report: Report | None) -> dict[str, Any] | None:
    if report is None or report.settled is None:
        return None
    rate = report.exchange_rate
    return {
        "amount": money(report.settled),
        "currency": report.settled.currency,
        "rate": f"{rate:f}" if rate is not None else None,
    }


def _goods(goods: Goods) -> dict[str, Any]:
    """What people did about the goods, where anybody did anything that still counts."""
    claim, sent = goods.claim, goods.sent
    if sent is not None:
        told = {"sent_by": sent.by, "sent_at": moment(sent.at), "note": sent.note}
    elif claim is not None:
        told = {"claimed_by": claim.by, "claimed_until": moment(claim.until)}
    else:
        return {}
    return {"goods": told}


def _when(follower: Follower) -> tuple[str, str, Tie[Follower]]:
    return moment(follower.occurred_at) or "", follower.txn_id, Tie(repr, follower)


def _follower(follower: Follower) -> dict[str, Any]:
    return {
        "txn_id": follower.txn_id,
        "kind": follower.kind,
        "gross": money(follower.gross),
        "fee": money(follower.fee),
        "reason": follower.reason,
        "occurred_at": moment(follower.occurred_at),
    }


def _parked(transaction: Transaction, parked: Parked) -> dict[str, Any]:
    kind = parked.follower.kind if parked.follower else FollowerKind.CASE
    return {"notification": parked.n, "kind": kind, "waits_for": waits_for(transaction, parked.fact)}
