"""Folding: a transaction from its events, one after the other. No decisions, only bookkeeping."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from domain.act_events import CaseClosed, GoodsApproved, GoodsClaimed, GoodsFulfilled, GoodsReleased, TodoDone
from domain.events import (
    CaptureHeard,
    CaseOpened,
    CaseParked,
    Entry,
    FollowerHeard,
    FollowerIdentified,
    FollowerParked,
    FollowerRefused,
    PaymentVetted,
    ReportHeard,
    ReportRefused,
)
from domain.facts import same
from domain.goods import handled
from domain.standing import describing
from domain.state import HeardCapture, HeardCase, HeardFollower, HeardReport, Parked, Transaction


def evolve(transaction: Transaction, entry: Entry) -> Transaction:
    """Fold one event in."""
    t = transaction
    now = _changes(t, entry).get
    # Made at once and not by `replace`, which costs twice as much: every event of the book is folded in.
    return Transaction(
        txn_id=t.txn_id,
        reports=now("reports", t.reports),
        followers=now("followers", t.followers),
        cases=now("cases", t.cases),
        captures=now("captures", t.captures),
        parked=now("parked", t.parked),
        goods=now("goods", t.goods),
        closed=now("closed", t.closed),
        follows=now("follows", t.follows),
        version=t.version + 1,
        first_heard=t.first_heard or entry.at,
        last_changed=entry.at,
    )


def fold(txn_id: str, entries: Iterable[Entry]) -> Transaction:
    """A transaction from its whole history."""
    transaction = Transaction(txn_id=txn_id)
    for entry in entries:
        transaction = evolve(transaction, entry)
    return transaction


def _changes(t: Transaction, entry: Entry) -> dict[str, Any]:
    """What is known otherwise, or besides, after an event."""
    told: dict[str, Any]
    match entry.event:
        case ReportHeard(report, doubts):
            told = {"reports": (*t.reports, HeardReport(report, entry.n, doubts))}
        case ReportRefused(report, why, doubts):
            told = {"reports": (*t.reports, HeardReport(report, entry.n, doubts, why))}
        case FollowerHeard(follower) | FollowerRefused(follower):
            refused = entry.event.why if isinstance(entry.event, FollowerRefused) else None
            told = _settled(t, HeardFollower(follower, entry.n, refused))
        case FollowerParked(follower, waits_for):
            told = _parked(t, Parked(n=entry.n, waits_for=waits_for, follower=follower))
        case CaseOpened(case):
            parked = tuple(p for p in t.parked if p.case is None or not same(p.case, case))
            told = {"cases": (*t.cases, HeardCase(case, entry.n)), "parked": parked}
        case CaseParked(case, waits_for):
            told = _parked(t, Parked(n=entry.n, waits_for=waits_for, case=case))
        case FollowerIdentified(follows):
            told = {"follows": follows, "parked": ()}
        case CaptureHeard(capture):
            told = {"captures": (*t.captures, HeardCapture(capture, entry.n))}
        case PaymentVetted(doubts):
            top = describing(t)
            told = {"reports": tuple(replace(h, doubts=doubts) if h is top else h for h in t.reports)}
        case _:
            told = _acted(t, entry)
    return told


def _acted(t: Transaction, entry: Entry) -> dict[str, Any]:
    match entry.event:
        case GoodsClaimed() | GoodsReleased() | GoodsFulfilled() | GoodsApproved():
            return {"goods": handled(t.goods, entry.event, entry.by or "", entry.at)}
        case CaseClosed(case_id, stage):
            return {"closed": (*t.closed, (case_id, stage))}
        case TodoDone():
            return {}  # the list of to-dos is a projection's
        case _:
            message = f"{type(entry.event).__name__} does not happen to a transaction"
            raise AssertionError(message)


def _settled(t: Transaction, heard: HeardFollower) -> dict[str, Any]:
    parked = tuple(p for p in t.parked if p.follower is None or not same(p.follower, heard.follower))
    return {"followers": (*t.followers, heard), "parked": parked}


def _parked(t: Transaction, parked: Parked) -> dict[str, Any]:
    return {"parked": (*t.parked, parked)}
