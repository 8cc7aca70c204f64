"""Why goods may leave or not: each rule that applies, its verdict, and the figures in words."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from domain.arrival import arrival
from domain.facts import Doubt, Report
from domain.fulfillment import doubts_of
from domain.invoice import Invoice
from domain.meanings import CASES, reason_meaning
from domain.pricing import price_in_words
from domain.spelling import moment
from domain.standing import cases, describing, followers, paid, sums
from domain.state import Transaction
from domain.vetting import INVOICE, SERVED, Shop
from domain.vocabulary import FollowerKind, Fulfillment

PASSED, FAILED, WAIVED = "passed", "failed", "waived"
_BEFORE = " before the goods left"


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule, whether it lets the goods go, and why."""

    rule: str
    verdict: str
    detail: str


@dataclass(frozen=True, slots=True)
class Question:
    """A transaction and what its checks rest on: its invoice if it names one, and today's settings."""

    transaction: Transaction
    invoice: Invoice | None
    shop: Shop

    @property
    def report(self) -> Report | None:
        """What stands for the transaction."""
        top = describing(self.transaction)
        return top.report if top else None


def reasons(question: Question, fulfillment: Fulfillment) -> Iterator[Reason]:
    """Every rule that applies. What was doubted decides, not what today's settings would say."""
    yield _money(question)
    doubts = doubts_of(question.transaction)
    arrived = fulfillment is not Fulfillment.NONE
    for rules, said in _RULES:
        against = [doubt for doubt in doubts if doubt.rule in rules]
        yield from (_doubted(question, doubt) for doubt in against)
        if arrived and not against:
            yield from said(question)
    yield from _cases(question, doubts)
    yield from _adjustments(question)
    known = {rule for rules, _ in _RULES for rule in rules} | {"case"}
    yield from (_doubted(question, doubt) for doubt in doubts if doubt.rule not in known)
    yield from _goods(question, fulfillment)


def _doubted(question: Question, doubt: Doubt, more: str = "") -> Reason:
    goods = question.transaction.goods
    # What a doubt says of the goods is said before anybody knows when they leave.
    detail = doubt.detail.removesuffix(_BEFORE) if goods.sent else doubt.detail
    detail += _reasons_given(question, doubt.rule) + more
    approval = goods.approval(doubt)
    if approval is None:
        return Reason(doubt.rule, FAILED, detail)
    waived = f"approved by {approval.by} at {moment(approval.at)}: {approval.why}"
    return Reason(doubt.rule, WAIVED, f"{detail}; {waived}")


def _reasons_given(question: Question, rule: str) -> str:
    """What PayPal gave as the reason of refunds or reversals, and what that means."""
    kinds = {"refund": FollowerKind.REFUND, "reversal": FollowerKind.REVERSAL}
    told = followers(question.transaction)
    given = {follower.reason for follower in told if follower.kind is kinds.get(rule) and follower.reason}
    return "".join(f"; {reason}: {reason_meaning(reason).text}" for reason in sorted(given))


def _money(question: Question) -> Reason:
    here, detail = arrival(question.transaction)
    return Reason("money", PASSED if here else FAILED, detail)


def _adjustments(question: Question) -> Iterator[Reason]:
    """PayPal's corrections after a case: they hold no goods, but say how it ended."""
    for told in followers(question.transaction):
        if told.kind is FollowerKind.ADJUSTMENT:
            amounts = " and ".join(money.spelled() for money in (told.gross, told.fee) if money is not None)
            meaning = f"{told.reason or 'no reason'}: {reason_meaning(told.reason).text}"
            detail = f"{told.txn_id} corrected the account by {amounts} ({meaning})"
            yield Reason("adjustment", PASSED, f"{detail}; it holds no goods, a person must")


def _receiver(question: Question) -> Iterator[Reason]:
    receiver = question.report.receiver if question.report else None
    if receiver is not None and (receiver.email or receiver.id):
        ours = {name.casefold() for name in (receiver.email, receiver.id) if name} & question.shop.receivers
        what = "is one of RECEIVERS" if ours else "was taken for us when the message came"
        yield Reason("receiver", PASSED, f"{receiver.email or receiver.id} was paid, and {what}")


def _arithmetic(question: Question) -> Iterator[Reason]:
    report = question.report
    if report is not None and report.items and report.gross is not None:
        lines = f"{len(report.items)} line{'s'[: len(report.items) > 1]}"
        detail = f"{lines} with tax, shipping and discount make the {report.gross.spelled()} that were paid"
        yield Reason("arithmetic", PASSED, detail)


def _conversion(question: Question) -> Iterator[Reason]:
    report = question.report
    if report is not None and report.settled is not None:
        rate = f" at {report.exchange_rate:f}" if report.exchange_rate is not None else ""
        yield Reason("conversion", PASSED, f"what arrived{rate} is the {report.settled.spelled()} settled")


def _price(question: Question) -> Iterator[Reason]:
    if question.report is not None:
        unpriced, detail = price_in_words(question.report, question.invoice, question.shop)
        yield Reason("unpriced", WAIVED, detail) if unpriced else Reason("price", PASSED, detail)


def _invoice(question: Question) -> Iterator[Reason]:
    if question.report is not None and question.report.invoice:
        # Payments of one subscription or authorization may share an invoice, as `vetting.party_of` says.
        family = "subscription" if question.report.subscription else "authorization"
        is_alone = not (question.report.subscription or question.report.auth_id)
        others = "other transaction" if is_alone else f"payment but those of its {family}"
        yield Reason(INVOICE, PASSED, f"no {others} paid invoice {question.report.invoice}")


def _served(question: Question) -> Iterator[Reason]:
    if question.report is not None and question.report.invoice:
        detail = f"the goods of invoice {question.report.invoice} left with no other payment"
        yield Reason(SERVED, PASSED, detail)


def _refund(question: Question) -> Iterator[Reason]:
    gross, undone = paid(question.transaction), sums(question.transaction)
    if gross is not None and undone is not None:
        yield Reason("refund", PASSED, f"nothing of {gross.spelled()} was refunded")


def _reversal(question: Question) -> Iterator[Reason]:
    gross = paid(question.transaction)
    if gross is not None:
        heard = {follower.kind for follower in followers(question.transaction)}
        came_back = FollowerKind.REVERSAL in heard
        what = (
            "what was pulled back came back" if came_back else f"nothing of {gross.spelled()} was pulled back"
        )
        yield Reason("reversal", PASSED, what)


def _nothing(_: Question) -> Iterator[Reason]:
    return iter(())


# In the order of telling: the rules that a check may doubt by, and what is said where it does not.
_RULES: Final[tuple[tuple[tuple[str, ...], Callable[[Question], Iterator[Reason]]], ...]] = (
    (("receiver",), _receiver),
    (("arithmetic",), _arithmetic),
    (("conversion",), _conversion),
    (("amount", "currency", "items", "unpriced"), _price),
    ((INVOICE,), _invoice),
    ((SERVED,), _served),
    (("contradiction",), _nothing),
    (("refund",), _refund),
    (("reversal",), _reversal),
    (("parked",), _nothing),
    (("canceled_reversal",), _nothing),
)


def _cases(question: Question, doubts: tuple[Doubt, ...]) -> Iterator[Reason]:
    """Each case: the open ones are doubts, in the order of the cases."""
    against = iter(doubt for doubt in doubts if doubt.rule == "case")
    for case, is_open in cases(question.transaction):
        meaning = f"{CASES[case.type].text}; {case.reason or 'no reason'}: {reason_meaning(case.reason).text}"
        if is_open and (doubt := next(against, None)) is not None:
            yield _doubted(question, doubt, f": {meaning}")
        else:
            verdict, state = (FAILED, "open") if is_open else (PASSED, "over")
            yield Reason("case", verdict, f"{case.type} {case.case_id} is {state}: {meaning}")


def _goods(question: Question, fulfillment: Fulfillment) -> Iterator[Reason]:
    sent = question.transaction.goods.sent
    if sent is not None:
        note = f": {sent.note}" if sent.note else ""
        left = fulfillment is Fulfillment.RECALL
        verdict, since = (FAILED, ", and the money has left since") if left else (PASSED, "")
        yield Reason("goods", verdict, f"{sent.by} sent them at {moment(sent.at)}{note}{since}")
