"""Acts done again: each as it was, or a reason in words."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal

import pytest

from adapters.replaying.doing_again import do_again
from adapters.replaying.turns import ACTS as TURNS
from domain import invoice, todo
from domain.act_events import CaseClosed, GoodsApproved, GoodsClaimed, GoodsFulfilled, GoodsReleased, TodoDone
from domain.acting import Acting, ActRefusedError
from domain.events import Entry, Event, PriceAgreed
from domain.fulfillment import doubts_of
from domain.vetting import Shop
from domain.vocabulary import CaseType
from tests.given import SHOP, MemoryBook, case, payment

HOLDING = Shop(receivers=SHOP.receivers)


def done(
    book: MemoryBook, event: Event, stream: str = "T1", was: MemoryBook | None = None
) -> Sequence[object]:
    at = book.at + timedelta(seconds=1)
    entry = Entry(event=event, by="ann", at=at)
    acting = Acting(book, book.shop, at, "ann")
    before = book.streams.get(stream, ())
    return [
        one.event for _, one in do_again(acting, (stream, entry), (was or book).aggregate(stream), before)
    ]


def until(book: MemoryBook, seconds: float = 600.5) -> GoodsClaimed:
    return GoodsClaimed(book.at + timedelta(seconds=1 + seconds))


def test_a_claim_is_the_claim_that_it_was() -> None:
    book = MemoryBook().deliver(payment())
    claimed = until(book)
    assert done(book, claimed) == [claimed]
    with pytest.raises(ActRefusedError, match="only ready goods can be claimed"):
        done(MemoryBook(HOLDING).deliver(payment()), claimed)


def test_whoever_gave_back_a_claim_may_do_so_again() -> None:
    book = MemoryBook().deliver(payment())
    book.acting("bob", lambda acting: acting.claim("T1", 600))
    assert done(book, GoodsReleased("in error")) == [GoodsReleased("in error")]
    with pytest.raises(ActRefusedError, match="nobody has claimed"):
        done(MemoryBook().deliver(payment()), GoodsReleased())


def test_goods_leave_again_as_they_left() -> None:
    ready, held = MemoryBook().deliver(payment()), MemoryBook(HOLDING).deliver(payment())
    assert done(ready, GoodsFulfilled("sent")) == [GoodsFulfilled("sent")]
    with pytest.raises(ActRefusedError, match="only goods that are ready or claimed"):
        done(held, GoodsFulfilled(), was=ready)
    # They were held when they left: somebody said that they had left already.
    assert done(held, GoodsFulfilled()) == [GoodsFulfilled()]


def test_an_approval_is_of_the_doubts_that_were_seen() -> None:
    held = MemoryBook(HOLDING).deliver(payment())
    seen = GoodsApproved(doubts_of(held.transaction("T1")), "known")
    dearer = MemoryBook(HOLDING).deliver(payment(), case())
    assert done(dearer, seen) == [seen]
    with pytest.raises(ActRefusedError, match="only held goods can be approved"):
        done(MemoryBook().deliver(payment()), seen)


def test_a_case_is_closed_as_far_as_it_had_gone() -> None:
    closed = CaseClosed("PP-1", CaseType("dispute"), "settled")
    assert done(MemoryBook().deliver(payment(), case(), case(case_type="chargeback")), closed) == [closed]
    with pytest.raises(ActRefusedError, match="nobody has heard of case PP-1 of T1"):
        done(MemoryBook().deliver(payment()), closed)


def test_a_price_is_agreed_once() -> None:
    price, stream = PriceAgreed(Decimal(20), "USD"), invoice.stream_of("i")
    book = MemoryBook().deliver(payment(invoice="i"))
    assert done(book, price, stream) == [price]
    book.agree("i", price)
    assert done(book, price, stream) == []


def test_a_todo_is_closed_where_it_is_open() -> None:
    book = MemoryBook().deliver(payment(), case())
    answered = TodoDone("answer_case:T1:PP-1", "yes")
    assert done(book, answered) == [answered]
    with pytest.raises(ActRefusedError, match="answer_case:T1:PP-2 is not to be done then"):
        done(book, TodoDone("answer_case:T1:PP-2"))
    stream, other = todo.stream_of("refused:1"), TodoDone("refused:1")
    assert done(book, other, stream) == [other]
    book.acting("bob", lambda acting: acting.close_todo(stream, "refused:1", None))
    with pytest.raises(ActRefusedError, match="refused:1 is not to be done then"):
        done(book, other, stream)


ACTS: list[Callable[[Acting], None]] = [
    lambda acting: acting.claim("T1", 60),
    lambda acting: acting.release("T1"),
    lambda acting: acting.fulfill("T1", "sent"),
    lambda acting: acting.agree("i", PriceAgreed(Decimal(25), "USD")),
]


def test_every_act_done_again_adds_what_it_added() -> None:
    book = MemoryBook().deliver(payment(invoice="i"), payment("T2", invoice="i2"))
    again = MemoryBook().deliver(payment(invoice="i"), payment("T2", invoice="i2"))
    for act in ACTS:
        known = {name: len(entries) for name, entries in book.streams.items()}
        book.acting("ann", act)
        added = [(s, e) for s, entries in book.streams.items() for e in entries[known.get(s, 0) :]]
        acting = Acting(again, again.shop, book.at, "ann")
        first = next(one for one in added if isinstance(one[1].event, TURNS))
        found = do_again(acting, first, again.aggregate(first[0]), ())
        assert sorted(found, key=repr) == sorted(added, key=repr)
        for stream, entry in found:
            again.streams.setdefault(stream, []).append(entry)
    assert again.streams == book.streams
