"""Trouble at PayPal: cases that must be answered in time, and messages that contradict each other."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from domain.contradictions import contradictions
from domain.facts import Case
from domain.meanings import CASES, MERCHANT, reason_meaning
from domain.standing import cases, kind_of
from domain.state import Transaction
from domain.vocabulary import CaseType, Kind
from projections.todos.kinds import Todo, TodoKind
from projections.todos.words import harmless

# [?] What PayPal gives a seller to answer a claim; its e-mails about a case name that case's own date.
DAYS_TO_ANSWER: Final = 10
_DETAILS_MAX = 5

_NO_PROOF: Final = (CaseType.DISPUTE, CaseType.BANK_RETURN)
_CALLED: Final = {
    CaseType.DISPUTE: "Answer the dispute",
    CaseType.COMPLAINT: "Answer the claim",
    CaseType.CHARGEBACK: "Answer the chargeback",
    CaseType.BANK_RETURN: "Look at the bank return",
}


def trouble(transaction: Transaction) -> Iterator[Todo]:
    """What stands against the transaction at PayPal: each open case, and all contradictions as one."""
    if transaction.cases:
        for case, is_open in cases(transaction):
            if is_open:
                yield _to_answer(case)
    # One fact contradicts nothing, and most transactions never have a second.
    if len(transaction.reports) + len(transaction.followers) > 1:
        yield from _contradicting(transaction)


def _to_answer(case: Case) -> Todo:
    claim, stage = reason_meaning(case.reason), CASES[case.type]
    # Of a dispute PayPal is not asked yet; later it wants what speaks against the buyer's reason.
    told = (stage, claim) if case.type in _NO_PROOF else (claim, stage)
    step = next(step.what for meaning in told for step in meaning.steps if step.who == MERCHANT)
    code = f" ({harmless(case.reason)})" if case.reason else ""
    what = (
        f"{_CALLED[case.type]} {harmless(case.case_id)} in PayPal's Resolution Center: {stage.text}. The"
        f" reason: {claim.text}{code}. What helps: {step}. Goods that have not left are held."
    )
    due = case.opened_at + timedelta(days=DAYS_TO_ANSWER) if case.opened_at is not None else None
    return Todo(kind=TodoKind.ANSWER_CASE, part=case.case_id, what=what, due=due)


def _contradicting(transaction: Transaction) -> Iterator[Todo]:
    """What PayPal told that cannot all be true."""
    found = contradictions(transaction)
    details = [harmless(doubt.detail) for doubt in found[:_DETAILS_MAX]]
    if not details:
        return
    more = len(found) - len(details)
    said = "; ".join(details) + (f"; and {more} more" if more else "")
    yield Todo(kind=TodoKind.CONTRADICTION, what=f"{_looked_at(transaction)}: {said}.")


def _looked_at(transaction: Transaction) -> str:
    if kind_of(transaction) is Kind.PAYOUT:
        return "Look at the payout in PayPal; what it moved is taken from its furthest status"
    return "Look at the transaction in PayPal; nothing is shipped by itself meanwhile"
