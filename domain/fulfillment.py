"""Whether goods may leave: money is here, and nothing speaks against it."""

from collections.abc import Iterator

from domain.contradictions import contradictions
from domain.facts import Doubt
from domain.judging import waits_for
from domain.money import Money
from domain.standing import cases, describing, followers, kind_of, paid, status_of, sums
from domain.state import Transaction
from domain.vocabulary import FollowerKind, Fulfillment, Kind, PaymentStatus, Status

_MONEY_LEFT = (Status.REFUNDED, Status.REVERSED)


def fulfillment_of(transaction: Transaction) -> Fulfillment:
    """The queue's state of a transaction, by its facts and our doubts."""
    top = describing(transaction)
    if top is None or kind_of(transaction) is not Kind.PAYMENT:
        return Fulfillment.NONE
    if top.report.status is not PaymentStatus.COMPLETED:
        return Fulfillment.NONE
    if top.report.gross is None or top.report.gross <= Money.zero(top.report.gross.currency):
        return Fulfillment.NONE  # completed, and yet no money came
    if status_of(transaction) in _MONEY_LEFT:
        return Fulfillment.WITHDRAWN
    return Fulfillment.HELD if doubts_of(transaction) else Fulfillment.READY


def doubts_of(transaction: Transaction) -> tuple[Doubt, ...]:
    """All that speaks against letting goods go, not the first of it."""
    top = describing(transaction)
    return (*(top.doubts if top else ()), *contradictions(transaction), *_since(transaction))


def _since(transaction: Transaction) -> Iterator[Doubt]:
    """Doubts that followers and cases raise about a payment that was good."""
    gross, undone = paid(transaction), sums(transaction)
    if gross is None or undone is None or kind_of(transaction) is not Kind.PAYMENT:
        return
    back, pulled = undone
    zero = Money.zero(gross.currency)
    if zero < back:
        yield Doubt(rule="refund", detail=f"{back} of {gross.spelled()} refunded before the goods left")
    if zero < pulled:
        detail = f"{pulled} of {gross.spelled()} pulled back before the goods left"
        yield Doubt(rule="reversal", detail=detail)
    kinds = {follower.kind for follower in followers(transaction)}
    if FollowerKind.REVERSAL in kinds and FollowerKind.CANCELED_REVERSAL not in kinds and pulled <= zero:
        yield Doubt(rule="reversal", detail="PayPal reported a reversal, of an amount that says nothing")
    for follower in sorted((p.follower for p in transaction.parked if p.follower), key=repr):
        detail = f"{follower.kind} {follower.txn_id} waits for {waits_for(transaction, follower)}"
        yield Doubt(rule="parked", detail=detail)
    if FollowerKind.CANCELED_REVERSAL in kinds:
        yield Doubt(rule="canceled_reversal", detail="money came back on trial; a lost case may still follow")
    for case, is_open in cases(transaction):
        if is_open:
            reason = f" ({case.reason})" if case.reason else ""
            yield Doubt(rule="case", detail=f"{case.type} {case.case_id} is open{reason}")
