"""What goods wait for: to be sent, to be decided on, to be called back."""

from collections.abc import Callable, Collection, Iterator
from typing import Final

from domain.facts import Doubt, Item, Report
from domain.fulfillment import fulfillment_of, holding
from domain.spelling import moment
from domain.standing import describing, status_of, sums
from domain.state import Transaction
from domain.vetting import INVOICE, SERVED
from domain.vocabulary import Fulfillment
from projections.todos.kinds import Todo, TodoKind
from projections.todos.words import amount_of, harmless

_LISTED_MAX = 5
_PART_MAX = 120
# Doubts by their rule, and the to-do that says more exactly what to do about them while it is there. Money
# that was pulled back while a case is open is that case's.
_SAID_BY: Final = {
    "case": TodoKind.ANSWER_CASE,
    "reversal": TodoKind.ANSWER_CASE,
    "contradiction": TodoKind.CONTRADICTION,
    INVOICE: TodoKind.DUPLICATE_PAYMENT,
}


def about_goods(transaction: Transaction, others: Collection[TodoKind]) -> Iterator[Todo]:
    """What is to be done about the goods, beside the other to-dos that the transaction asks for.

    One thing to do is one to-do. A payment whose goods left with another is to be refunded, and nothing else
    is asked about its goods. Of two payments for one invoice, it is asked which is served. And somebody must
    look where goods are held for a reason that no other to-do names; it says those reasons and no others.
    """
    ask = _ASKS.get(fulfillment_of(transaction))
    top = describing(transaction)
    if ask is not None and top is not None:
        yield from ask(transaction, top.report, others)


def _to_send(_: Transaction, report: Report, __: Collection[TodoKind]) -> Iterator[Todo]:
    what = (
        f"Send the goods of the payment{amount_of(report)}{_invoice(report)}{_items(report)}."
        " Claim them in the queue first, and say there when they have left."
    )
    yield Todo(kind=TodoKind.SHIP, what=what)


def _held(transaction: Transaction, report: Report, others: Collection[TodoKind]) -> Iterator[Todo]:
    doubts = holding(transaction)
    rules = {doubt.rule for doubt in doubts}
    if SERVED in rules:
        yield _to_refund(transaction, report)
        return
    asked = set(others)
    if INVOICE in rules:
        yield _to_choose(report)
        asked.add(TodoKind.DUPLICATE_PAYMENT)
    rest = [doubt for doubt in doubts if _SAID_BY.get(doubt.rule) not in asked]
    if rest:
        yield _to_look(report, rest)


def _to_refund(transaction: Transaction, report: Report) -> Todo:
    undone = sums(transaction)
    left = report.gross - undone[0] - undone[1] if report.gross and undone else None
    part = f"what is left ({left.spelled()}) of " if left is not None and left != report.gross else ""
    what = (
        f"Refund {part}the payment{amount_of(report)} in PayPal: the goods of{_invoice(report)} left with"
        " another payment. If both are to be served, approve this one instead."
    )
    return Todo(kind=TodoKind.REFUND_OWED, what=what)


def _to_choose(report: Report) -> Todo:
    what = (
        f"Decide whether this payment{amount_of(report)} is to be served:{_invoice(report)} was paid by more"
        " than one transaction. Approve the one whose goods are to leave, and refund the others in PayPal."
    )
    return Todo(kind=TodoKind.DUPLICATE_PAYMENT, what=what)


def _to_look(report: Report, doubts: list[Doubt]) -> Todo:
    said = _listed([harmless(doubt.detail) for doubt in doubts], "; ")
    what = (
        f"Look at the payment{amount_of(report)}, whose goods are held: {said}. Approve it in the queue if"
        " they may leave all the same, or else refund it in PayPal."
    )
    return Todo(kind=TodoKind.LOOK, what=what)


def _to_call_back(transaction: Transaction, report: Report, _: Collection[TodoKind]) -> Iterator[Todo]:
    sent = transaction.goods.sent
    assert sent is not None, "only what was sent can be called back"
    what = (
        f"Call back the goods of the payment{amount_of(report)}{_invoice(report)}, or ask the buyer for them:"
        f" they left on {moment(sent.at)}, and the payment is {status_of(transaction)} since."
    )
    yield Todo(kind=TodoKind.RECALL, what=what)


def _invoice(report: Report) -> str:
    return f" invoice {harmless(report.invoice, _PART_MAX)}" if report.invoice else ""


def _items(report: Report) -> str:
    """The lines of a payment in its own order, as far as a sentence can bear them."""
    told = [_item(item) for item in report.items]
    return f": {_listed(told, ', ')}" if told else ""


def _item(item: Item) -> str:
    named = " ".join(filter(None, (item.number, item.name))) or "an item without a name"
    return f"{harmless(item.quantity or '1', 12)} x {harmless(named, _PART_MAX)}"


def _listed(texts: list[str], between: str) -> str:
    more = len(texts) - _LISTED_MAX
    return between.join(texts[:_LISTED_MAX]) + (f"{between}and {more} more" if more > 0 else "")


_ASKS: Final[dict[Fulfillment, Callable[[Transaction, Report, Collection[TodoKind]], Iterator[Todo]]]] = {
    Fulfillment.READY: _to_send,
    Fulfillment.CLAIMED: _to_send,
    Fulfillment.HELD: _held,
    Fulfillment.RECALL: _to_call_back,
}
