"""What cannot all be true holds the goods and is told in words, whichever was heard first."""

import itertools

import pytest

from domain.contradictions import contradictions
from tests.given import (
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

TOLD: dict[str, tuple[list[bytes], list[str]]] = {
    "completed and denied": (
        [payment(), payment(status="Denied")],
        ["PayPal reported both completed and denied"],
    ),
    "completed, denied and failed": (
        [payment(), payment(status="Denied"), payment(status="Failed")],
        ["PayPal reported both completed and denied"],
    ),
    "denied and failed": (
        [payment(status="Denied"), payment(status="Failed")],
        ["PayPal reported both denied and failed"],
    ),
    "an authorization used up and voided": (
        [authorization("T1", "Completed"), authorization("T1", "Voided")],
        ["PayPal reported both captured and voided"],
    ),
    "two amounts for one payment": (
        [payment(gross="20.00"), payment(gross="25.00")],
        ["PayPal reported more than one amount: 20.00 USD, 25.00 USD"],
    ),
    "two currencies for one payment": (
        [payment(), payment(mc_currency="EUR")],
        ["PayPal reported more than one amount: 20.00 EUR, 20.00 USD"],
    ),
    "more refunded than paid": (
        [payment(), follower("Refunded", "R1"), follower("Refunded", "R2", gross="-0.01")],
        ["20.01 of 20.00 USD refunded: more than was paid"],
    ),
    "one refund of two amounts": (
        [payment(), follower("Refunded", "R1", gross="-5.00"), follower("Refunded", "R1", gross="-6.00")],
        ["refund R1 of more than one amount: -5.00 USD, -6.00 USD"],
    ),
    "a refund in another currency": (
        [payment(), follower("Refunded", "R1", mc_currency="EUR")],
        ["refund R1 of -20.00 EUR for a payment in USD"],
    ),
    "a refund of what was denied": (
        [payment(status="Denied"), follower("Refunded", "R1")],
        ["refund R1 of a transaction that is denied"],
    ),
    "all of it refunded, and all of it pulled back": (
        [payment(), follower("Refunded", "R1"), follower("Reversed", "V1")],
        ["20.00 refunded and 20.00 pulled back of 20.00 USD: more than was paid"],
    ),
    "a part refunded, and all of it pulled back, net of the fee": (
        [
            payment(),
            follower("Refunded", "R1", gross="-5.00"),
            follower("Reversed", "V1", gross="-19.12", mc_fee="-0.88"),
        ],
        ["5.00 refunded and 20.00 pulled back of 20.00 USD: more than was paid"],
    ),
    "pulled back twice, and returned once": (
        [
            payment(),
            follower("Reversed", "V1"),
            follower("Canceled_Reversal", "W1", gross="20.00"),
            follower("Reversed", "V2"),
            follower("Refunded", "R1", gross="-0.01"),
        ],
        ["0.01 refunded and 20.00 pulled back of 20.00 USD: more than was paid"],
    ),
    "an auction of two items": (
        [
            payment(txn_type="auction", for_auction="true", item_number="A1", item_name="A lamp"),
            payment(txn_type="auction", for_auction="true", item_number="A2", item_name="A vase"),
        ],
        ["PayPal reported 2 different lists of items"],
    ),
    "an auction of three items": (
        [payment(txn_type="auction", item_number=f"A{n}", item_name="A lamp") for n in (1, 2, 3)],
        ["PayPal reported 3 different lists of items"],
    ),
    "a refund of a payout": (
        [batch(record(1, masspay_txn_id="T1", gross="20.00")), follower("Refunded", "R1")],
        ["refund R1 of a transaction that is completed"],
    ),
    "a payout of two amounts": (
        [
            batch(record(1, masspay_txn_id="T1", gross="20.00")),
            batch(record(1, masspay_txn_id="T1", gross="21.00")),
        ],
        ["PayPal reported more than one amount: 20.00 USD, 21.00 USD"],
    ),
    "a payout that arrived and was denied": (
        [batch(record(1, masspay_txn_id="T1")), batch(record(1, masspay_txn_id="T1"), status="Denied")],
        ["PayPal reported both denied and completed"],
    ),
    "a reversal of a promise": (
        [authorization("T1"), follower("Reversed", "V1")],
        ["reversal V1 of a transaction that is authorized"],
    ),
}


@pytest.mark.parametrize("name", TOLD)
def test_a_contradiction_is_told_in_words_and_holds_the_goods(name: str) -> None:
    bodies, details = TOLD[name]
    for shuffled in itertools.permutations(bodies):
        book = MemoryBook().deliver(*shuffled)
        doubts = list(contradictions(book.transaction("T1")))
        assert [doubt.detail for doubt in doubts] == details
        assert {doubt.rule for doubt in doubts} == {"contradiction"}
        assert book.shown()["fulfillment"] != "ready"


AT_PEACE: dict[str, list[bytes]] = {
    "nothing": [],
    "an eCheck that cleared": [pending(), payment()],
    "reviewed, then an eCheck": [pending(reason="paymentreview"), pending(), payment()],
    "pending with one amount, completed with another": [pending(gross="19.00"), payment()],
    "an eCheck that failed": [pending(), payment(status="Failed")],
    "refunded in parts": [
        payment(),
        follower("Refunded", "R1", gross="-5.00"),
        follower("Refunded", "R2", gross="-15.00"),
    ],
    "reversed and returned": [
        payment(),
        follower("Reversed", "V1"),
        follower("Canceled_Reversal", "W1", gross="20.00"),
    ],
    "a part refunded, and the rest pulled back": [
        payment(),
        follower("Refunded", "R1", gross="-5.00"),
        follower("Reversed", "V1", gross="-15.00"),
    ],
    "a case that was lost": [
        payment(),
        follower("Reversed", "V1", gross="-19.12", mc_fee="-0.88"),
        follower("Canceled_Reversal", "W1", gross="19.12"),
        follower("Refunded", "R1"),
    ],
    "a message with its items, and one without": [
        payment(item_number="A1", item_name="A lamp"),
        payment(payer_id="PAYER2"),
    ],
    "an auction of one item, told twice": [
        payment(txn_type="auction", item_number="A1"),
        payment(txn_type="auction", item_number="A1", payer_id="PAYER2"),
    ],
    "other items while it waits": [pending(item_number="A1"), payment(item_number="A2")],
    "an unclaimed payout of another amount": [
        batch(record(1, "Unclaimed", masspay_txn_id="T1", gross="19.00")),
        batch(record(1, masspay_txn_id="T1", gross="20.00")),
    ],
    "a payout that nobody claimed": [
        batch(record(1, "Unclaimed", masspay_txn_id="T1")),
        batch(record(1, "Returned", masspay_txn_id="T1"), status="Completed"),
    ],
    "a reversal and its return under one id": [
        payment(),
        follower("Reversed", "V1"),
        follower("Canceled_Reversal", "V1", gross="20.00"),
    ],
    "a chargeback's fee after a failed payment": [payment(status="Failed"), adjustment("X1")],
    "a case": [payment(), case()],
    "an authorization captured and expired": [
        authorization("T1"),
        capture("C1", "T1"),
        authorization("T1", "Expired"),
    ],
    "an authorization captured in part, the rest voided": [
        authorization("T1"),
        capture("C1", "T1", gross="5.00"),
        authorization("T1", "Voided"),
    ],
    "an order voided": [order("T1"), order("T1", "Voided")],
}


@pytest.mark.parametrize("name", AT_PEACE)
def test_what_can_all_be_true_is_no_contradiction(name: str) -> None:
    for shuffled in itertools.permutations(AT_PEACE[name]):
        assert list(contradictions(MemoryBook().deliver(*shuffled).transaction("T1"))) == []


def test_an_adjustment_with_an_amount_and_without_is_told_too() -> None:
    bare = adjustment("X1", gross="", payment_fee="-20.00")
    for shuffled in itertools.permutations([payment(), adjustment("X1"), bare]):
        (doubt,) = contradictions(MemoryBook().deliver(*shuffled).transaction("T1"))
        assert doubt.detail == "adjustment X1 of more than one amount: -20.00 USD, nothing"
