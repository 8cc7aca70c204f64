"""What would change where a transaction stands, and who must do it."""

from collections.abc import Callable, Iterator
from typing import Final

from domain.because import Question
from domain.facts import Doubt
from domain.fulfillment import fulfillment_of, holding
from domain.meanings import (
    BANK,
    BUYER,
    CASES,
    MERCHANT,
    PAYPAL,
    RECEIVER,
    Step,
    pending_meaning,
    reason_meaning,
)
from domain.spelling import moment
from domain.standing import captures, cases, followers, kind_of, rung, status_of
from domain.vocabulary import FollowerKind, Fulfillment, Kind, PaymentStatus, Status

_RESEND = Step("send its message again from PayPal's IPN history, if it never came", MERCHANT)
_PAY_AGAIN = Step("pay again: under this id no money comes any more", BUYER)
_APPROVE = "approve the goods"

# What a person can do about a doubt, by its rule.
_BY_RULE: Final[dict[str, tuple[Step, ...]]] = {
    rule: tuple(Step(what, who) for who, what in steps)
    for rule, *steps in (
        ("receiver", (MERCHANT, f"set RECEIVERS and retry the payment's notification, or {_APPROVE}")),
        ("arithmetic", (MERCHANT, f"compare the lines with the order; {_APPROVE}, or refund the payment")),
        ("conversion", (MERCHANT, f"compare the conversion in PayPal; {_APPROVE} if it is right")),
        ("amount", (MERCHANT, f"{_APPROVE}, agree another price for the invoice, or refund the payment")),
        ("currency", (MERCHANT, f"{_APPROVE}, agree another price for the invoice, or refund the payment")),
        ("items", (MERCHANT, f"compare the items with the order; {_APPROVE}, or refund the payment")),
        ("unpriced", (MERCHANT, f"agree a price for the invoice, or list one and retry, or {_APPROVE}")),
        ("invoice", (MERCHANT, "approve the one payment that is to be served, and refund the others")),
        ("served", (MERCHANT, "refund the payment, or approve the goods if they are to leave once more")),
        ("refund", (MERCHANT, f"{_APPROVE} if they may leave for what is left, or refund the rest")),
        (
            "canceled_reversal",
            (PAYPAL, "decide the case; if it is lost, a refund or an adjustment follows"),
            (MERCHANT, f"{_APPROVE} once PayPal's Resolution Center says that the case is won"),
        ),
        ("parked", (PAYPAL, "tell of what it waits for"), (MERCHANT, _RESEND.what)),
        ("contradiction", (MERCHANT, f"look at the transaction in PayPal; {_APPROVE}, or refund it")),
    )
}
_UNKNOWN_RULE = (Step(f"look at the transaction in PayPal; {_APPROVE}, or refund it", MERCHANT),)


def remedies(question: Question, fulfillment: Fulfillment) -> tuple[Step, ...]:
    """What would change it, each once, in the order of telling; nothing where nothing is left to do."""
    return tuple(dict.fromkeys(_BY_STATE[fulfillment](question)))


def _held(question: Question) -> Iterator[Step]:
    for doubt in holding(question.transaction):
        if doubt.rule == "case":
            yield from _of_cases(question)
        elif doubt.rule == "reversal":
            yield from _of_reversals(question)
        else:
            yield from _BY_RULE.get(doubt.rule, _UNKNOWN_RULE)
            yield from _agreeing(question, doubt)


def _agreeing(question: Question, doubt: Doubt) -> Iterator[Step]:
    report = question.report
    if doubt.rule == "unpriced" and report is not None and not report.invoice:
        yield Step("give each order an invoice, so that a price can be agreed for it", MERCHANT)


def _of_cases(question: Question) -> Iterator[Step]:
    for case, is_open in cases(question.transaction):
        if is_open:
            yield from reason_meaning(case.reason).steps
            yield from CASES[case.type].steps
            what = f"close case {case.case_id} here if PayPal says that it is over"
            held = fulfillment_of(question.transaction) is Fulfillment.HELD
            yield Step(f"{what}, or {_APPROVE}" if held else what, MERCHANT)


def _of_reversals(question: Question) -> Iterator[Step]:
    told = followers(question.transaction)
    for reason in sorted({f.reason or "" for f in told if f.kind is FollowerKind.REVERSAL}):
        yield from reason_meaning(reason).steps
    approve = "" if question.transaction.goods.sent else "; then a person must approve the goods"
    yield Step(f"give the money back if the case is won{approve}", PAYPAL)


def _ready(_: Question) -> Iterator[Step]:
    yield Step("send the goods: claim them in the queue first, and say there when they have left", MERCHANT)


def _claimed(question: Question) -> Iterator[Step]:
    claim = question.transaction.goods.claim
    assert claim is not None, "claimed by nobody"
    what = f"send the goods and say so: {claim.by} has claimed them until {moment(claim.until)}"
    yield Step(what, MERCHANT)


def _fulfilled(question: Question) -> Iterator[Step]:
    yield from _of_cases(question)


def _withdrawn(question: Question) -> Iterator[Step]:
    if status_of(question.transaction) is Status.REVERSED:
        yield from _of_reversals(question)
        yield from _of_cases(question)
    else:
        yield Step("pay again: this money went back, and the goods stay", BUYER)


def _recall(question: Question) -> Iterator[Step]:
    yield Step("call the goods back, or come to terms with the buyer", MERCHANT)
    if status_of(question.transaction) is Status.REVERSED:
        yield from _of_reversals(question)
        yield from _of_cases(question)


def _none(question: Question) -> Iterator[Step]:
    kind = kind_of(question.transaction)
    yield from _BY_KIND[kind](question)


def _payment(question: Question) -> Iterator[Step]:
    base, report = rung(question.transaction), question.report
    if base is Status.AWAITED:
        yield Step("tell of the payment itself", PAYPAL)
        yield _RESEND
    elif status_of(question.transaction) in (Status.REFUNDED, Status.REVERSED):
        yield _PAY_AGAIN
    elif base is Status.PENDING:
        yield from pending_meaning(report.pending_reason if report else None).steps
    elif base in (Status.CREATED, Status.PROCESSED):
        yield Step("pay; it takes some working days", BANK)
    elif base is Status.COMPLETED:
        yield Step("look at the payment in PayPal: it was completed, and its amount is nothing", MERCHANT)
    else:
        yield _PAY_AGAIN


def _promise(question: Question) -> Iterator[Step]:
    """Of an authorization or order: the goods go with the payments that are captured from it."""
    status, kind = status_of(question.transaction), kind_of(question.transaction)
    told = captures(question.transaction)
    # An order is told of its authorizations, too, once they are used up: of those nothing is sent.
    taken = [c.txn_id for c in told if c.status is PaymentStatus.COMPLETED and c.gross is not None]
    if taken:
        yield Step(f"send the goods with the payments captured from it: {', '.join(taken)}", MERCHANT)
    if status in (Status.AUTHORIZED, Status.PARTIALLY_CAPTURED, Status.ORDERED):
        yield Step(f"capture the {kind} in PayPal{_before(question)}, or void it", MERCHANT)
    elif not taken and status is not Status.CAPTURED:
        yield Step(f"agree to pay again: the {kind} is {status}", BUYER)
    elif not taken:
        yield _RESEND


def _before(question: Question) -> str:
    ends = question.report.expires_at if question.report else None
    return f" before {moment(ends)}" if ends else ""


def _payout(question: Question) -> Iterator[Step]:
    status = status_of(question.transaction)
    if status is Status.UNCLAIMED:
        yield Step("claim the money; after 30 days it comes back", RECEIVER)
    elif status is Status.PENDING:
        yield Step("pay it out", PAYPAL)
    elif status is not Status.COMPLETED:
        yield Step(f"pay again: the payout is {status}", MERCHANT)


_BY_KIND: Final[dict[Kind, Callable[[Question], Iterator[Step]]]] = {
    Kind.PAYMENT: _payment,
    Kind.AUTHORIZATION: _promise,
    Kind.ORDER: _promise,
    Kind.PAYOUT: _payout,
}
_BY_STATE: Final[dict[Fulfillment, Callable[[Question], Iterator[Step]]]] = {
    Fulfillment.NONE: _none,
    Fulfillment.HELD: _held,
    Fulfillment.READY: _ready,
    Fulfillment.CLAIMED: _claimed,
    Fulfillment.FULFILLED: _fulfilled,
    Fulfillment.WITHDRAWN: _withdrawn,
    Fulfillment.RECALL: _recall,
}
