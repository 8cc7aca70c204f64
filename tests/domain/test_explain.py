"""An explanation: where a transaction stands, every rule that says so, and what would change it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.acting import Acting, ActRefusedError
from domain.explain import Explanation, explain
from domain.fulfillment import doubts_of
from domain.vetting import Shop
from domain.vocabulary import Fulfillment, Status
from tests.given import (
    SELLER,
    SHOP,
    MemoryBook,
    adjustment,
    authorization,
    capture,
    case,
    follower,
    order,
    payment,
    pending,
)
from tests.given_streams import batch, record

STRICT = Shop(receivers=frozenset({SELLER}))


def explained(book: MemoryBook, txn_id: str = "T1") -> Explanation:
    return explain(book.transaction(txn_id), book.invoice("i"), book.shop, book.at)


def test_it_tells_where_the_transaction_stands_and_why_and_what_next() -> None:
    told = explained(MemoryBook(STRICT).deliver(payment(invoice="i", item_number="B")))
    assert (told.status, told.fulfillment) == (Status.COMPLETED, Fulfillment.HELD)
    assert [(one.rule, one.detail) for one in told.because if one.verdict == "failed"] == [
        ("unpriced", "no price was agreed for item B")
    ]
    assert [step.who for step in told.next] == ["merchant"]


def test_a_claim_that_ran_out_leaves_goods_ready() -> None:
    book = MemoryBook().deliver(payment())
    book.acting("ann", lambda acting: acting.claim("T1", 60))
    assert explained(book).fulfillment == "claimed"
    book.at += timedelta(seconds=60)
    told = explained(book)
    assert told.fulfillment == "ready"
    assert told.next[0].what.startswith("send the goods: claim them")


def test_a_transaction_of_which_nothing_was_heard_is_awaited() -> None:
    told = explained(MemoryBook())
    assert (told.status, told.fulfillment) == (Status.AWAITED, Fulfillment.NONE)
    assert [one.rule for one in told.because] == ["money"]


MESSAGES = (
    payment(invoice="i"), payment("T2", invoice="i"), payment(gross="0.00"), pending(),
    payment(status="Denied"),
    follower("Refunded", "R1", gross="-5.00"), follower("Refunded", "R2", gross="-15.00"),
    follower("Reversed", "V1"), follower("Canceled_Reversal", "W1", gross="20.00"), case(), case("PP-2"),
    case(case_type="chargeback"), adjustment("X1"), authorization("T1"), capture("C1", "T1"), order("T1"),
    batch(record(1, masspay_txn_id="T1")), follower("Refunded", "R5", gross="-1.00", mc_currency="EUR"),
)  # fmt: skip
ACTS = {
    "claim": lambda acting: acting.claim("T1", 60),
    "fulfill": lambda acting: acting.fulfill("T1"),
    "approve": lambda acting: acting.approve("T1", "why"),
}


def does(book: MemoryBook, name: str) -> None:
    def act(acting: Acting) -> None:
        ACTS[name](acting)

    try:
        book.acting("ann", act)
    except ActRefusedError:
        return


@given(
    st.lists(st.one_of(st.sampled_from(MESSAGES), st.sampled_from(sorted(ACTS))), max_size=8),
    st.sampled_from([SHOP, STRICT, Shop()]),
)
def test_the_rules_say_what_the_queue_says(steps: list[bytes | str], shop: Shop) -> None:
    book = MemoryBook(shop)
    for step in steps:
        if isinstance(step, bytes):
            book.deliver(step)
        else:
            does(book, step)
    told = explained(book)
    verdicts = [one.verdict for one in told.because]
    money, *_ = told.because
    assert money.rule == "money"
    assert set(verdicts) <= {"passed", "failed", "waived"}
    assert (money.verdict == "passed") == (told.fulfillment != "none") or told.fulfillment == "recall"
    if told.fulfillment in ("ready", "claimed"):
        assert "failed" not in verdicts
    if told.fulfillment in ("held", "withdrawn", "recall"):
        assert "failed" in verdicts
    assert {doubt.rule for doubt in doubts_of(book.transaction("T1"))} <= {one.rule for one in told.because}
    if told.fulfillment not in ("fulfilled", "none"):
        assert told.next


@pytest.mark.parametrize("message", MESSAGES)
def test_every_kind_and_status_is_explained(message: bytes) -> None:
    told = explained(MemoryBook().deliver(message))
    assert told.because
    assert told.next or told.status == "completed"
