"""Folding: a transaction is all that happened to it, one event after the other."""

from datetime import timedelta
from typing import get_args

import pytest

from domain.act_events import CaseClosed, GoodsApproved, GoodsClaimed, GoodsFulfilled, GoodsReleased, TodoDone
from domain.events import Entry, Event, InvoicePaid, TransactionEvent
from domain.facts import Doubt
from domain.folding import evolve, fold
from domain.goods import Approval, Claim, Sending
from domain.state import Transaction
from domain.vocabulary import CaseType
from tests.given import NOON, MemoryBook, adjustment, authorization, capture, case, entries, follower, payment

LATER = NOON + timedelta(hours=1)
DOUBT = Doubt(rule="case", detail="dispute PP-1 is open")
HISTORY = (
    payment(), case(), follower("Refunded", "R1", gross="-5.00"), follower("Canceled_Reversal", "W1"),
    adjustment("X1", "V9"), follower("Reversed", "V9", "T9"), authorization(), capture("C1"),
)  # fmt: skip


def acted(event: Event, by: str = "ann") -> Transaction:
    return evolve(Transaction(txn_id="T1"), Entry(event=event, by=by, at=NOON))


def test_a_transaction_of_which_nothing_was_heard() -> None:
    assert fold("T1", ()) == Transaction(txn_id="T1")


def test_every_event_counts_and_tells_when() -> None:
    book = MemoryBook().deliver(*HISTORY)
    for stream, told in book.streams.items():
        transaction = fold(stream, told)
        assert transaction.version == len(told)
        assert transaction.first_heard == told[0].at
        assert transaction.last_changed == told[-1].at


def test_what_people_did_about_goods_is_folded_with_who_and_when() -> None:
    assert acted(GoodsClaimed(LATER)).goods.claim == Claim("ann", LATER)
    assert acted(GoodsFulfilled("DHL")).goods.sent == Sending("ann", NOON, "DHL")
    assert acted(GoodsApproved((DOUBT,), "why")).goods.approvals == (Approval("ann", NOON, "why", (DOUBT,)),)
    claimed = acted(GoodsClaimed(LATER))
    assert evolve(claimed, Entry(event=GoodsReleased(), by="ann", at=LATER)).goods.claim is None


def test_cases_that_people_closed_are_remembered_by_their_stage() -> None:
    assert acted(CaseClosed("PP-1", CaseType.COMPLAINT, "over")).closed == (("PP-1", CaseType.COMPLAINT),)


def test_a_to_do_that_was_done_changes_nothing_of_the_transaction() -> None:
    done = acted(TodoDone("ship:T1"))
    assert (done.goods, done.closed, done.version) == (Transaction(txn_id="T1").goods, (), 1)


def test_an_act_of_nobody_is_an_act_all_the_same() -> None:
    (entry,) = entries(GoodsClaimed(LATER))
    assert evolve(Transaction(txn_id="T1"), entry).goods.claim == Claim("", LATER)


def test_what_happens_to_invoices_does_not_happen_to_transactions() -> None:
    with pytest.raises(AssertionError, match="InvoicePaid does not happen to a transaction"):
        acted(InvoicePaid("T1", "T1"))


def test_every_kind_of_act_is_among_what_can_happen() -> None:
    known = {kind.__name__ for kind in get_args(TransactionEvent)}
    acts = {GoodsClaimed, GoodsReleased, GoodsFulfilled, GoodsApproved, CaseClosed, TodoDone}
    assert {act.__name__ for act in acts} <= known
