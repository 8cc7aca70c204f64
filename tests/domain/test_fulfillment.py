"""Goods may leave when money is here and nothing speaks against it."""

import itertools

import pytest

from domain.fulfillment import doubts_of, fulfillment_of
from domain.vetting import Shop
from tests.given import (
    SELLER,
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

RETURN = follower("Canceled_Reversal", "W1", gross="20.00")
QUEUE: dict[str, tuple[list[bytes], str, list[str]]] = {
    # name: heard, the queue's state, the rules of the doubts
    "nothing": ([], "none", []),
    "money": ([payment()], "ready", []),
    "an eCheck on its way": ([pending()], "none", []),
    "a review": ([pending(reason="paymentreview")], "none", []),
    "created": ([payment(status="Created")], "none", []),
    "processed": ([payment(status="Processed")], "none", []),
    "denied": ([payment(status="Denied")], "none", []),
    "voided": ([payment(status="Voided")], "none", []),
    "an authorization": ([authorization("T1")], "none", []),
    "an authorization that is used up": ([authorization("T1", "Completed")], "none", []),
    "an order": ([order("T1")], "none", []),
    "a capture": ([capture("T1")], "ready", []),
    "a part refunded": ([payment(), follower("Refunded", "R1", gross="-5.00")], "held", ["refund"]),
    "all refunded": ([payment(), follower("Refunded", "R1")], "withdrawn", ["refund"]),
    "refunded while on its way": ([pending(), follower("Refunded", "R1")], "none", ["refund"]),
    "reversed": ([payment(), follower("Reversed", "V1")], "withdrawn", ["reversal"]),
    "a part pulled back": ([payment(), follower("Reversed", "V1", gross="-5.00")], "held", ["reversal"]),
    "returned on trial": ([payment(), follower("Reversed", "V1"), RETURN], "held", ["canceled_reversal"]),
    "an open case": ([payment(), case()], "held", ["case"]),
    "two open cases": ([payment(), case(), case("PP-2")], "held", ["case", "case"]),
    "a case that is closed": (
        [payment(), case(), follower("Reversed", "V1"), RETURN],
        "held",
        ["canceled_reversal"],
    ),
    "an adjustment": ([payment(), adjustment("X1")], "ready", []),
    "a fee": ([payment(), adjustment("X1", gross="", payment_fee="-20.00")], "ready", []),
    "completed and denied": ([payment(), payment(status="Denied")], "held", ["contradiction"]),
    "all at once": (
        [payment(), payment(status="Denied"), case(), follower("Refunded", "R1", gross="-5.00")],
        "held",
        ["contradiction", "refund", "case"],
    ),
}


@pytest.mark.parametrize("name", QUEUE)
def test_goods_leave_only_for_money_that_nothing_speaks_against(name: str) -> None:
    bodies, state, rules = QUEUE[name]
    for shuffled in itertools.permutations(bodies):
        transaction = MemoryBook().deliver(*shuffled).transaction("T1")
        assert fulfillment_of(transaction) == state
        assert [doubt.rule for doubt in doubts_of(transaction)] == rules


def test_doubts_are_told_in_words_with_their_figures() -> None:
    book = MemoryBook().deliver(payment(), case(), follower("Refunded", "R1", gross="-5.00"))
    assert [doubt.detail for doubt in doubts_of(book.transaction("T1"))] == [
        "5.00 of 20.00 USD refunded before the goods left",
        "dispute PP-1 is open (non_receipt)",
    ]
    bare = MemoryBook().deliver(payment(), case(reason_code=""))
    assert [doubt.detail for doubt in doubts_of(bare.transaction("T1"))] == ["dispute PP-1 is open"]


def test_our_own_doubts_come_first_and_all_are_told() -> None:
    shop = Shop(receivers=frozenset({SELLER}))
    transaction = MemoryBook(shop).deliver(payment(), case()).transaction("T1")
    assert [doubt.rule for doubt in doubts_of(transaction)] == ["unpriced", "case"]
    assert fulfillment_of(transaction) == "held"


def test_a_doubt_about_a_payment_that_waits_does_not_outlive_a_clean_completion() -> None:
    book = MemoryBook().deliver(pending(item_name1="Tea", mc_gross_1="19.00"), payment())
    assert doubts_of(book.transaction("T1")) == ()
    assert fulfillment_of(book.transaction("T1")) == "ready"


SINCE: dict[str, tuple[list[bytes], str, str]] = {
    # name: heard after the payment, the rule of the doubt, its words
    "a part pulled back": (
        [follower("Reversed", "V1", gross="-5.00")],
        "reversal",
        "5.00 of 20.00 USD pulled back before the goods left",
    ),
    "nothing pulled back": (
        [follower("Reversed", "V1", gross="0.00")],
        "reversal",
        "PayPal reported a reversal, of an amount that says nothing",
    ),
    "a return that waits for its reversal": (
        [RETURN],
        "parked",
        "canceled_reversal W1 waits for reversal of T1",
    ),
    "a return": (
        [follower("Reversed", "V1"), RETURN],
        "canceled_reversal",
        "money came back on trial; a lost case may still follow",
    ),
}


@pytest.mark.parametrize("name", SINCE)
def test_what_came_after_a_good_payment_is_told_in_words(name: str) -> None:
    bodies, rule, detail = SINCE[name]
    doubts = doubts_of(MemoryBook().deliver(payment(), *bodies).transaction("T1"))
    assert [(doubt.rule, doubt.detail) for doubt in doubts] == [(rule, detail)]


def test_those_that_wait_are_told_in_one_order_whichever_came_first() -> None:
    waiting = [follower("Canceled_Reversal", f"W{n}", gross="5.00") for n in (1, 2)]
    for shuffled in itertools.permutations([payment(), *waiting]):
        assert [doubt.detail for doubt in doubts_of(MemoryBook().deliver(*shuffled).transaction("T1"))] == [
            "canceled_reversal W1 waits for reversal of T1",
            "canceled_reversal W2 waits for reversal of T1",
        ]
