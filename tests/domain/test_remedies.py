"""What would change where a transaction stands, and who must do it."""

import pytest

from domain.because import Question
from domain.fulfillment import fulfillment_of
from domain.remedies import remedies
from domain.vetting import Shop
from domain.vocabulary import PaymentStatus
from tests.given import (
    SELLER,
    SHOP,
    MemoryBook,
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
REVERSED = follower("Reversed", "V1", reason_code="unauthorized_claim")
RETURN = follower("Canceled_Reversal", "W1", gross="20.00")
ALL = follower("Refunded", "R1")


def steps(book: MemoryBook, txn_id: str = "T1") -> list[tuple[str, str]]:
    transaction = book.transaction(txn_id)
    question = Question(transaction, None, book.shop)
    return [(step.who, step.what) for step in remedies(question, fulfillment_of(transaction, book.at))]


NEXT: dict[str, tuple[list[bytes], list[tuple[str, str]]]] = {
    # name: heard, and who must do something, with the words that it begins with
    "ready": ([payment()], [("merchant", "send the goods: claim them")]),
    "awaited": ([ALL], [("PayPal", "tell of the payment"), ("merchant", "send its message again")]),
    "an eCheck": ([pending()], [("bank", "clear the eCheck")]),
    "another currency": ([pending(reason="multi_currency")], [("merchant", "accept or deny")]),
    "an unconfirmed address": ([pending(reason="unilateral")], [("merchant", "confirm that e-mail")]),
    "a review": ([pending(reason="paymentreview")], [("PayPal", "finish its review")]),
    "an unknown reason": ([pending(reason="moon")], [("merchant", "look at the payment in PayPal")]),
    "begun": ([payment(status="Created")], [("bank", "pay")]),
    "on its way": ([payment(status="Processed")], [("bank", "pay")]),
    "nothing": ([payment(gross="0.00")], [("merchant", "look at the payment in PayPal")]),
    "refunded": ([payment(), ALL], [("buyer", "pay again: this money went back")]),
    "refunded in part": (
        [payment(), follower("Refunded", "R1", gross="-5.00")],
        [("merchant", "approve the goods if they may leave")],
    ),
    "reversed": (
        [payment(), REVERSED],
        [
            ("merchant", "answer the case"),
            ("PayPal", "decide the case"),
            ("PayPal", "give the money back if the case is won; then a person must approve"),
        ],
    ),
    "pulled back in part": (
        [payment(), follower("Reversed", "V1", gross="-5.00", reason_code="regulatory_block")],
        [("merchant", "ask PayPal's customer service"), ("PayPal", "give the money back")],
    ),
    "returned on trial": (
        [payment(), REVERSED, RETURN],
        [("PayPal", "decide the case; if it is lost"), ("merchant", "approve the goods once")],
    ),
    "a return that waits": (
        [payment(), RETURN],
        [("PayPal", "tell of what it waits for"), ("merchant", "send its message again")],
    ),
    "a dispute": (
        [payment(), case()],
        [
            ("merchant", "send PayPal the tracking number"),
            ("PayPal", "decide the case"),
            ("merchant", "come to terms with the buyer"),
            ("buyer", "close the dispute, or escalate"),
            ("merchant", "close case PP-1 here if PayPal says that it is over, or approve"),
        ],
    ),
    "a chargeback": (
        [payment(), case(case_type="chargeback", reason_code="billing")],
        [
            ("merchant", "answer the case"),
            ("bank", "decide the chargeback"),
            ("merchant", "close case PP-1 here"),
        ],
    ),
    "a bank's return": (
        [payment(), case(case_type="bank_return", reason_code="")],
        [("buyer", "pay again, by other means"), ("merchant", "ask the buyer"), ("merchant", "close case")],
    ),
    "a contradiction": (
        [payment(), payment(status="Denied")],
        [("merchant", "look at the transaction in PayPal; approve")],
    ),
    "lines that do not add up": (
        [payment(item_name1="Tea", mc_gross_1="1.00")],
        [("merchant", "compare the lines with the order")],
    ),
    "paid twice": (
        [payment(invoice="i"), payment("T2", invoice="i")],
        [("merchant", "approve the one payment")],
    ),
    "an authorization": (
        [authorization("T1", auth_exp="08:12:59 Dec 20, 2026 PST")],
        [("merchant", "capture the authorization in PayPal before 2026-12-20T16:12:59Z, or void it")],
    ),
    "an authorization captured in part": (
        [authorization("T1"), capture("C1", "T1", gross="5.00")],
        [
            ("merchant", "send the goods with the payments captured from it: C1"),
            ("merchant", "capture the authorization in PayPal, or void it"),
        ],
    ),
    "a captured authorization": (
        [authorization("T1"), capture("C1", "T1")],
        [("merchant", "send the goods with the payments captured from it: C1")],
    ),
    "a captured authorization of which no capture was heard": (
        [authorization("T1", "Completed")],
        [("merchant", "send its message again")],
    ),
    "a void authorization": ([authorization("T1", "Voided")], [("buyer", "agree to pay again")]),
    "an order": ([order("T1")], [("merchant", "capture the order in PayPal, or void it")]),
    "an order that ran out": ([order("T1", "Expired")], [("buyer", "agree to pay again: the order is")]),
}


@pytest.mark.parametrize("name", NEXT)
def test_whoever_must_do_something_is_told_what(name: str) -> None:
    bodies, expected = NEXT[name]
    found = steps(MemoryBook().deliver(*bodies))
    assert [who for who, _ in found] == [who for who, _ in expected]
    for (_, what), (_, begin) in zip(found, expected, strict=True):
        assert what.startswith(begin)


@pytest.mark.parametrize("status", ["Denied", "Declined", "Failed", "Expired", "Voided"])
def test_a_payment_that_is_over_is_made_anew(status: str) -> None:
    ((who, what),) = steps(MemoryBook().deliver(payment(status=status)))
    assert (who, what) == ("buyer", "pay again: under this id no money comes any more")


@pytest.mark.parametrize(
    ("status", "who"),
    [
        (PaymentStatus.UNCLAIMED, ["receiver"]),
        (PaymentStatus.PENDING, ["PayPal"]),
        (PaymentStatus.COMPLETED, []),
        (PaymentStatus.RETURNED, ["merchant"]),
        (PaymentStatus.FAILED, ["merchant"]),
    ],
)
def test_a_payout_is_its_receivers_paypals_or_ours(status: PaymentStatus, who: list[str]) -> None:
    found = steps(MemoryBook().deliver(batch(record(1, status.capitalize()))), "M1")
    assert [each for each, _ in found] == who


@pytest.mark.parametrize(
    ("shop", "more", "begin"),
    [
        (Shop(ship_unpriced=True), {}, "set RECEIVERS"),
        (STRICT, {"invoice": "i"}, "agree a price for the invoice"),
    ],
)
def test_a_doubt_of_ours_is_ours_to_clear(shop: Shop, more: dict[str, str], begin: str) -> None:
    ((who, what),) = steps(MemoryBook(shop).deliver(payment(**more)))
    assert who == "merchant"
    assert what.startswith(begin)


def test_an_order_without_an_invoice_wants_one() -> None:
    assert [what for _, what in steps(MemoryBook(STRICT).deliver(payment()))][1:] == [
        "give each order an invoice, so that a price can be agreed for it"
    ]


def test_claimed_goods_are_in_somebodys_hands() -> None:
    book = MemoryBook().deliver(payment())
    book.acting("ann", lambda acting: acting.claim("T1", 60))
    assert steps(book) == [
        ("merchant", "send the goods and say so: ann has claimed them until 2026-11-20T12:01:02Z")
    ]


def test_goods_that_left_want_nothing_but_their_cases_answered() -> None:
    book = MemoryBook().deliver(payment())
    book.acting("ann", lambda acting: acting.fulfill("T1"))
    assert steps(book) == []
    book.deliver(case())
    assert steps(book)[-1] == ("merchant", "close case PP-1 here if PayPal says that it is over")


def test_goods_to_be_called_back_are_the_merchants_first() -> None:
    book = MemoryBook().deliver(payment())
    book.acting("ann", lambda acting: acting.fulfill("T1"))
    book.deliver(ALL)
    assert steps(book) == [("merchant", "call the goods back, or come to terms with the buyer")]
    book = MemoryBook().deliver(payment())
    book.acting("ann", lambda acting: acting.fulfill("T1"))
    book.deliver(REVERSED)
    assert steps(book)[-1] == ("PayPal", "give the money back if the case is won")


def test_the_same_step_is_told_once() -> None:
    found = steps(MemoryBook(SHOP).deliver(payment(), case(), case("PP-2")))
    assert len(found) == len(set(found)) == 6
