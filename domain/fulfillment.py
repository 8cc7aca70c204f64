"""Whether goods may leave: money is here, and nothing speaks against it."""

from collections.abc import Iterator
from datetime import datetime

from domain.answers import answered_once
from domain.contradictions import contradictions
from domain.facts import Doubt
from domain.judging import waits_for
from domain.money import Money
from domain.standing import cases, describing, followers, kind_of, paid, status_of, sums
from domain.state import Transaction
from domain.vocabulary import FollowerKind, Fulfillment, Kind, PaymentStatus, Status

_MONEY_LEFT = (Status.REFUNDED, Status.REVERSED)


def fulfillment_of(transaction: Transaction, at: datetime | None = None) -> Fulfillment:
    """The queue's state of a transaction, by its facts, our doubts, and what people did.

    `at`: by then a claim may have run out; without it a claim is taken as running. Which facts and acts there
    are decides, not their order.
    """
    goods, arrived = transaction.goods, _has_arrived(transaction)
    is_paid = arrived and status_of(transaction) not in _MONEY_LEFT
    if goods.sent is not None:
        # Whatever PayPal says of the payment since: goods that left wait for nobody.
        return Fulfillment.FULFILLED if is_paid else Fulfillment.RECALL
    if not arrived:
        return Fulfillment.NONE
    if not is_paid:
        return Fulfillment.WITHDRAWN
    if holding(transaction):
        return Fulfillment.HELD
    if goods.claim is not None and (at is None or at < goods.claim.until):
        return Fulfillment.CLAIMED
    return Fulfillment.READY


def _has_arrived(transaction: Transaction) -> bool:
    top = describing(transaction)
    if top is None or kind_of(transaction) is not Kind.PAYMENT:
        return False
    if top.report.status is not PaymentStatus.COMPLETED or top.report.gross is None:
        return False
    return Money.zero(top.report.gross.currency) < top.report.gross  # completed, and yet no money may come


@answered_once
def doubts_of(transaction: Transaction) -> tuple[Doubt, ...]:
    """All that speaks against letting goods go, not the first of it."""
    top = describing(transaction)
    return (*(top.doubts if top else ()), *contradictions(transaction), *_since(transaction))


@answered_once
def holding(transaction: Transaction) -> tuple[Doubt, ...]:
    """The doubts that hold the goods: those that no person has waved through.

    A doubt in other words, or about more than the person saw, is another doubt: more was refunded, another
    case was opened, money was pulled back and returned once more. Nothing holds goods that left.
    """
    if transaction.goods.sent is not None:
        return ()
    return tuple(doubt for doubt in doubts_of(transaction) if transaction.goods.approval(doubt) is None)


_UNDOING = (FollowerKind.REFUND, FollowerKind.REVERSAL, FollowerKind.CANCELED_REVERSAL)


def _ids(transaction: Transaction, kind: FollowerKind) -> tuple[str, ...]:
    return tuple(follower.txn_id for follower in followers(transaction) if follower.kind is kind)


def _since(transaction: Transaction) -> Iterator[Doubt]:
    """Doubts that followers and cases raise about a payment that was good."""
    if not (transaction.followers or transaction.parked or transaction.cases):  # nearly always
        return
    gross, undone = paid(transaction), sums(transaction)
    if gross is None or undone is None or kind_of(transaction) is not Kind.PAYMENT:
        return
    back, pulled = undone
    zero = Money.zero(gross.currency)
    refunds, reversals, canceled = (_ids(transaction, kind) for kind in _UNDOING)
    if zero < back:
        detail = f"{back} of {gross.spelled()} refunded before the goods left"
        yield Doubt(rule="refund", detail=detail, about=refunds)
    if zero < pulled:
        detail = f"{pulled} of {gross.spelled()} pulled back before the goods left"
        yield Doubt(rule="reversal", detail=detail, about=reversals + canceled)
    elif reversals and not canceled:
        detail = "PayPal reported a reversal, of an amount that says nothing"
        yield Doubt(rule="reversal", detail=detail, about=reversals)
    for follower in sorted((p.follower for p in transaction.parked if p.follower), key=repr):
        detail = f"{follower.kind} {follower.txn_id} waits for {waits_for(transaction, follower)}"
        yield Doubt(rule="parked", detail=detail)
    if canceled:
        detail = "money came back on trial; a lost case may still follow"
        yield Doubt(rule="canceled_reversal", detail=detail, about=reversals + canceled)
    for case, is_open in cases(transaction):
        if is_open:
            reason = f" ({case.reason})" if case.reason else ""
            yield Doubt(rule="case", detail=f"{case.type} {case.case_id} is open{reason}")
