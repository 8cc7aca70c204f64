"""Folding: a transaction from its events, one after the other. No decisions, only bookkeeping."""

from collections.abc import Iterable
from dataclasses import replace

from domain.act_events import ActEvent, CaseClosed, GoodsApproved, GoodsClaimed, GoodsFulfilled, GoodsReleased
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
    told = _fold(transaction, entry)
    return replace(
        told,
        version=transaction.version + 1,
        first_heard=transaction.first_heard or entry.at,
        last_changed=entry.at,
    )


def fold(txn_id: str, entries: Iterable[Entry]) -> Transaction:
    """A transaction from its whole history."""
    transaction = Transaction(txn_id=txn_id)
    for entry in entries:
        transaction = evolve(transaction, entry)
    return transaction


def _fold(t: Transaction, entry: Entry) -> Transaction:
    match entry.event:
        case ReportHeard(report, doubts=doubts) | ReportRefused(report, doubts=doubts):
            refused = entry.event.why if isinstance(entry.event, ReportRefused) else None
            told = replace(t, reports=(*t.reports, HeardReport(report, entry.n, doubts, refused)))
        case FollowerHeard(follower) | FollowerRefused(follower):
            refused = entry.event.why if isinstance(entry.event, FollowerRefused) else None
            told = _settle(t, HeardFollower(follower, entry.n, refused))
        case FollowerParked(follower, waits_for):
            told = _park(t, Parked(n=entry.n, waits_for=waits_for, follower=follower))
        case CaseOpened(case):
            parked = tuple(p for p in t.parked if p.case is None or not same(p.case, case))
            told = replace(t, cases=(*t.cases, HeardCase(case, entry.n)), parked=parked)
        case CaseParked(case, waits_for):
            told = _park(t, Parked(n=entry.n, waits_for=waits_for, case=case))
        case FollowerIdentified(follows):
            told = replace(t, follows=follows, parked=())
        case CaptureHeard(capture):
            told = replace(t, captures=(*t.captures, HeardCapture(capture, entry.n)))
        case PaymentVetted(doubts):
            top = describing(t)
            told = replace(t, reports=tuple(replace(h, doubts=doubts) if h is top else h for h in t.reports))
        case _ if isinstance(entry.event, ActEvent):
            told = _fold_act(t, entry)
        case _:
            message = f"{type(entry.event).__name__} does not happen to a transaction"
            raise AssertionError(message)
    return told


def _fold_act(t: Transaction, entry: Entry) -> Transaction:
    match entry.event:
        case GoodsClaimed() | GoodsReleased() | GoodsFulfilled() | GoodsApproved():
            return replace(t, goods=handled(t.goods, entry.event, entry.by or "", entry.at))
        case CaseClosed(case_id, stage):
            return replace(t, closed=(*t.closed, (case_id, stage)))
        case _:
            return t  # the list of to-dos is a projection's


def _settle(t: Transaction, heard: HeardFollower) -> Transaction:
    parked = tuple(p for p in t.parked if p.follower is None or not same(p.follower, heard.follower))
    return replace(t, followers=(*t.followers, heard), parked=parked)


def _park(t: Transaction, parked: Parked) -> Transaction:
    return replace(t, parked=(*t.parked, parked))
