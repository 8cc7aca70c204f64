"""What PayPal told of one transaction that cannot all be true, in whatever order it was told."""

from collections.abc import Iterator

from domain.answers import answered_once
from domain.facts import Doubt
from domain.payouts import STREAM_PREFIX
from domain.standing import ON_ITS_WAY, followers, kind_of, paid, reports_of, rung, rung_of, sums
from domain.state import Transaction
from domain.transitions import TRANSITIONS, Move
from domain.vocabulary import FollowerKind, Kind, PaymentStatus, Status

RULE = "contradiction"
_OUT = (Status.PENDING, Status.UNCLAIMED, Status.COMPLETED)


@answered_once
def contradictions(transaction: Transaction) -> tuple[Doubt, ...]:
    """What PayPal told that cannot all be true, in any order; a person must look."""
    # One fact contradicts nothing, and most transactions never have a second.
    if len(transaction.reports) + len(transaction.followers) <= 1:
        return tuple(_without_id(transaction))
    return (*_against(transaction), *_without_id(transaction), *_against_sums(transaction))


def _without_id(transaction: Transaction) -> Iterator[Doubt]:
    if transaction.txn_id.startswith(STREAM_PREFIX) and rung(transaction) in _OUT:
        # Its sender's own id may be used again, and a later message may give the same payout an id.
        yield Doubt(rule=RULE, detail=f"PayPal calls this payout {rung(transaction)} and gave it no id")


def _against(transaction: Transaction) -> Iterator[Doubt]:
    kind, top = kind_of(transaction), rung(transaction)
    ladder = list(TRANSITIONS[kind][Status.AWAITED])
    against = {rung_of(heard, kind) for heard in reports_of(transaction, kind)}
    against = {low for low in against if TRANSITIONS[kind][top][low] is Move.REFUSE}
    if against:
        # Only the highest: lower ones may have been stale to it, and never recorded.
        low = max(against, key=ladder.index)
        yield Doubt(rule=RULE, detail=f"PayPal reported both {top} and {low}")
    yield from _told_differently(transaction, kind, top)


def _against_sums(transaction: Transaction) -> Iterator[Doubt]:
    kind, gross, undone = kind_of(transaction), paid(transaction), sums(transaction)
    if gross is None or undone is None:
        return
    back, pulled = undone
    if kind is Kind.PAYMENT and gross < back:
        yield Doubt(rule=RULE, detail=f"{back} of {gross.spelled()} refunded: more than was paid")
    elif kind is Kind.PAYMENT and gross < back + pulled:
        # A canceled reversal may be missing: the hold is lifted before a lost case is refunded.
        detail = f"{back} refunded and {pulled} pulled back of {gross.spelled()}: more than was paid"
        yield Doubt(rule=RULE, detail=detail)
    yield from _told_twice(transaction)
    for follower in followers(transaction):
        if follower.gross is not None and follower.gross.currency != gross.currency:
            what = f"{follower.kind} {follower.txn_id} of {follower.gross.spelled()}"
            yield Doubt(rule=RULE, detail=f"{what} for a payment in {gross.currency}")
    yield from _moved_nothing(transaction, kind)


def _told_differently(transaction: Transaction, kind: Kind, top: Status) -> Iterator[Doubt]:
    paying = {(Kind.PAYMENT, PaymentStatus.COMPLETED)}
    if kind is Kind.PAYOUT:
        # What is below where it stands may have been stale, and never recorded.
        paying = {(kind, h.report.status) for h in reports_of(transaction, kind) if rung_of(h, kind) is top}
    counted = [h.report for h in transaction.reports if (h.report.kind, h.report.status) in paying]
    grosses = {report.gross.spelled() for report in counted if report.gross}
    if len(grosses) > 1:
        detail = f"PayPal reported more than one amount: {', '.join(sorted(grosses))}"
        yield Doubt(rule=RULE, detail=detail)
    # An auction of several items comes as a message an item, each with the whole amount.
    bought = {tuple((item.number, item.name) for item in report.items) for report in counted} - {()}
    if len(bought) > 1:
        yield Doubt(rule=RULE, detail=f"PayPal reported {len(bought)} different lists of items")


def _told_twice(transaction: Transaction) -> Iterator[Doubt]:
    amounts: dict[tuple[str, FollowerKind], set[str]] = {}
    for heard in transaction.followers:
        told = heard.follower
        amount = told.gross.spelled() if told.gross else "nothing"
        amounts.setdefault((told.txn_id, told.kind), set()).add(amount)
    for (txn_id, kind), told_amounts in sorted(amounts.items()):
        if len(told_amounts) > 1:
            detail = f"{kind} {txn_id} of more than one amount: {', '.join(sorted(told_amounts))}"
            yield Doubt(rule=RULE, detail=detail)


def _moved_nothing(transaction: Transaction, kind: Kind) -> Iterator[Doubt]:
    base = rung(transaction)
    if base is Status.AWAITED or (kind is Kind.PAYMENT and base in ON_ITS_WAY):
        return
    for follower in followers(transaction):
        if follower.kind is not FollowerKind.ADJUSTMENT:
            detail = f"{follower.kind} {follower.txn_id} of a transaction that is {base}"
            yield Doubt(rule=RULE, detail=detail)
