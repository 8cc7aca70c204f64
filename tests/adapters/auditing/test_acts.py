"""What people did is done again, and comes to the same or is refused."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

import pytest

from adapters.auditing.acts import derive_act, is_act
from domain import todo
from domain.act_events import (
    CaseClosed,
    GoodsApproved,
    GoodsClaimed,
    GoodsFulfilled,
    GoodsReleased,
    InvoiceServed,
    TodoDone,
)
from domain.acting import Acting, ActRefusedError
from domain.events import Entry, Event, PriceAgreed
from domain.vocabulary import CaseType
from tests.given import MemoryBook, case, follower, payment


def derived(book: MemoryBook, stream: str, event: Event, by: str = "ann") -> list[tuple[str, Event]]:
    at = book.at + timedelta(seconds=1)
    acting = Acting(book, book.shop, at, by)

    def history(name: str) -> Sequence[Entry]:
        return book.streams.get(name, [])

    derive_act(acting, stream, Entry(event=event, at=at, by=by), history)
    return [(name, entry.event) for name, entry in acting.appended]


def test_a_claim_runs_as_long_as_it_says() -> None:
    book = MemoryBook().deliver(payment())
    until = book.at + timedelta(seconds=601)
    assert derived(book, "T1", GoodsClaimed(until)) == [("T1", GoodsClaimed(until))]
    book.acting("ann", lambda acting: acting.claim("T1", 900))
    (told,) = derived(book, "T1", GoodsClaimed(until))
    assert told[1] != GoodsClaimed(until), "one that runs longer is not cut short"
    with pytest.raises(ActRefusedError):
        derived(book, "T1", GoodsClaimed(until), by="bob")


def test_a_claim_is_given_back_by_whoever_may() -> None:
    book = MemoryBook().deliver(payment())
    with pytest.raises(ActRefusedError):
        derived(book, "T1", GoodsReleased())
    book.acting("ann", lambda acting: acting.claim("T1", 900))
    assert derived(book, "T1", GoodsReleased("why"), by="bob") == [("T1", GoodsReleased("why"))]


def test_goods_that_leave_are_told_to_the_invoice() -> None:
    book = MemoryBook().deliver(payment(invoice="I-1"))
    assert derived(book, "T1", GoodsFulfilled("note")) == [
        ("T1", GoodsFulfilled("note")),
        ("invoice:I-1", InvoiceServed("T1", "T1")),
    ]


def test_an_approval_is_of_the_doubts_that_hold_the_goods() -> None:
    book = MemoryBook().deliver(payment(), follower("Refunded", "R1", gross="-5.00"))
    (told,) = derived(book, "T1", GoodsApproved((), "why"))
    assert isinstance(told[1], GoodsApproved)
    assert told[1].doubts


def test_a_case_is_closed_as_far_as_it_went() -> None:
    book = MemoryBook().deliver(payment(), case(case_type="complaint"))
    assert derived(book, "T1", CaseClosed("PP-1", CaseType.DISPUTE, "why")) == [
        ("T1", CaseClosed("PP-1", CaseType.COMPLAINT, "why"))
    ]


def test_a_price_is_agreed_once() -> None:
    book = MemoryBook()
    price = PriceAgreed(Decimal("5.00"), "USD")
    assert derived(book, "invoice:I-1", price) == [("invoice:I-1", price)]
    book.agree("I-1", price)
    assert derived(book, "invoice:I-1", price) == []


def test_only_a_todo_that_is_open_is_done() -> None:
    book = MemoryBook().deliver(payment(status="Denied"), payment())
    with pytest.raises(ActRefusedError):
        derived(book, "T1", TodoDone("no_such:T1"))
    assert derived(book, "T1", TodoDone("contradiction:T1")) == [("T1", TodoDone("contradiction:T1"))]
    stream = todo.stream_of("refused:7")
    assert derived(book, stream, TodoDone("refused:7")) == [(stream, TodoDone("refused:7"))]
    with pytest.raises(ActRefusedError):
        derived(book, stream, TodoDone("refused:8"))


def test_what_follows_from_an_act_is_none_by_itself() -> None:
    assert is_act(GoodsReleased())
    assert not is_act(InvoiceServed("T1", "T1"))
