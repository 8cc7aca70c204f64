"""The document of a transaction: the contract's keys, exact figures, and null for what was not heard."""

import json
from decimal import Decimal
from typing import Any

import pytest

from domain.state import Transaction
from domain.vetting import Price, Shop
from projections import transactions
from projections.transactions import document
from tests.given import (
    NOON,
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
from tests.given_streams import batch, paid, record

KEYS = (
    "txn_id kind status currency gross fee net refunded reversed pending_reason parent_txn_id "
    "invoice custom subscription payer receiver items extras conversion followers cases parked "
    "fulfillment doubts version occurred_at first_heard last_changed"
)
EXTRAS = ("tax", "shipping", "handling", "insurance", "discount")
PRICE = Price(amount=Decimal("19.95"), currency="USD")
LISTED = Shop(receivers=frozenset({SELLER}), prices={"BOOK-1": (PRICE,)})
BOUGHT = payment(
    "61E67681CH3238416",
    gross="19.95",
    invoice="abc-1",
    custom="xyz123",
    payer_id="LPLWNMTBWMFAY",
    payer_email="buyer@example.com",
    first_name="Test",
    last_name="User",
    residence_country="US",
    receiver_id="S8XGHLYDW9T3S",
    item_number="BOOK-1",
    item_name="A book",
    quantity="1",
    payment_date="13:22:05 Nov 20, 2026 PST",
)
REFUND = follower("Refunded", "1AB23456CD7890123", "61E67681CH3238416", gross="-5.00", mc_fee="-0.22")


def shown(*bodies: bytes, txn_id: str = "T1", shop: Shop = SHOP) -> dict[str, Any]:
    """The document as a program reads it, through JSON."""
    book = MemoryBook(shop).deliver(*bodies)
    told: dict[str, Any] = json.loads(json.dumps(document(book.transaction(txn_id))))
    return told


def test_a_refunded_book_reads_as_the_contract_has_it() -> None:
    told = shown(BOUGHT, REFUND, txn_id="61E67681CH3238416", shop=LISTED)
    assert told == {
        "txn_id": "61E67681CH3238416",
        "kind": "payment",
        "status": "partially_refunded",
        "currency": "USD",
        "gross": "19.95",
        "fee": "0.88",
        "net": "19.07",
        "refunded": "5.00",
        "reversed": "0.00",
        "pending_reason": None,
        "parent_txn_id": None,
        "invoice": "abc-1",
        "custom": "xyz123",
        "subscription": None,
        "payer": {"id": "LPLWNMTBWMFAY", "email": "buyer@example.com", "name": "Test User", "country": "US"},
        "receiver": {"id": "S8XGHLYDW9T3S", "email": "seller@example.com"},
        "items": [{"number": "BOOK-1", "name": "A book", "quantity": "1", "gross": "19.95"}],
        "extras": dict.fromkeys(EXTRAS, "0.00"),
        "conversion": None,
        "followers": [
            {
                "txn_id": "1AB23456CD7890123",
                "kind": "refund",
                "gross": "-5.00",
                "fee": "-0.22",
                "reason": "refund",
                "occurred_at": "2026-11-22T18:00:00Z",
            }
        ],
        "cases": [],
        "parked": [],
        "fulfillment": "held",
        "doubts": [{"rule": "refund", "detail": "5.00 of 19.95 USD refunded before the goods left"}],
        "version": 2,
        "occurred_at": "2026-11-20T21:22:05Z",
        "first_heard": "2026-11-20T12:00:01Z",
        "last_changed": "2026-11-20T12:00:02Z",
    }


EVERY = {
    "nothing": (),
    "a payment": (payment(),),
    "an authorization": (authorization("T1"),),
    "an order": (order("T1"),),
    "a refund that waits": (follower("Refunded", "R1"),),
    "a void": (payment(status="Voided", gross=""),),
    "a capture of it": (capture("C1", "T1"),),
    "a payout": (batch(record(1, masspay_txn_id="T1")),),
}


@pytest.mark.parametrize("name", EVERY)
def test_a_document_always_has_the_same_keys_in_the_same_order(name: str) -> None:
    told = shown(*EVERY[name])
    assert list(told) == KEYS.split(" ")
    assert list(told["payer"]) == ["id", "email", "name", "country"]
    assert list(told["receiver"]) == ["id", "email"]
    assert list(told["extras"]) == list(EXTRAS)


def test_what_has_not_been_heard_is_null() -> None:
    told = document(Transaction(txn_id="T1"))
    heard = {name: value for name, value in told.items() if value is not None}
    nobody = {"id": None, "email": None}
    assert heard == {
        "txn_id": "T1",
        "kind": "payment",
        "status": "awaited",
        "payer": nobody | {"name": None, "country": None},
        "receiver": nobody,
        "items": [],
        "extras": dict.fromkeys(EXTRAS),
        "followers": [],
        "cases": [],
        "parked": [],
        "fulfillment": "none",
        "doubts": [],
        "version": 0,
    }


@pytest.mark.parametrize(
    ("currency", "gross", "fee", "net", "back"),
    [
        ("JPY", "150", "43", "107", "50"),
        ("HUF", "5000", "0", "5000", "1"),
        ("TWD", "300", "12", "288", "300"),
        ("EUR", "20.00", "0.88", "19.12", "5.00"),
        ("USD", "0.01", "0.01", "0.00", "0.01"),
    ],
)
def test_amounts_are_decimal_strings_in_their_currencys_places(
    currency: str, gross: str, fee: str, net: str, back: str
) -> None:
    paid = payment(gross=gross, mc_fee=fee, mc_currency=currency, item_name1="Tea", mc_gross_1=gross)
    told = shown(paid, follower("Refunded", "R1", gross=f"-{back}", mc_currency=currency))
    assert (told["currency"], told["gross"], told["fee"], told["net"]) == (currency, gross, fee, net)
    nothing = "0" if currency in ("JPY", "HUF", "TWD") else "0.00"
    assert (told["refunded"], told["reversed"]) == (back, nothing)
    assert (told["items"][0]["gross"], told["followers"][0]["gross"]) == (gross, f"-{back}")


def test_no_fee_heard_means_no_net_known() -> None:
    told = shown(pending())
    assert (told["gross"], told["fee"], told["net"]) == ("20.00", None, None)


def test_followers_undo_the_payment_and_leave_its_own_amounts_alone() -> None:
    told = shown(payment(), follower("Refunded", "R1"), adjustment("X1", gross="-3.00"))
    assert (told["gross"], told["fee"], told["net"], told["refunded"]) == ("20.00", "0.88", "19.12", "20.00")


def test_both_conventions_of_a_reversal_show_in_gross_terms() -> None:
    hold = shown(payment(), follower("Reversed", "V1", gross="-19.12", mc_fee="-0.88"))
    final = shown(payment(), follower("Reversed", "V1", gross="-20.00", mc_fee="-0.88"))
    assert hold["reversed"] == final["reversed"] == "20.00"
    assert hold["followers"][0]["gross"] == "-19.12"


@pytest.mark.parametrize(
    ("bodies", "reason"),
    [
        ([pending()], "echeck"),
        ([pending(reason="PaymentReview")], "payment_review"),
        ([authorization("T1")], "authorization"),
        ([order("T1")], "order"),
        ([pending(), payment()], None),
        ([payment(pending_reason="echeck")], None),
        ([pending(), payment(status="Denied")], None),
    ],
)
def test_a_pending_reason_shows_only_while_it_holds(bodies: list[bytes], reason: str | None) -> None:
    assert shown(*bodies)["pending_reason"] == reason


def test_followers_are_listed_by_when_they_happened() -> None:
    late = follower("Refunded", "A-LATE", gross="-5.00", payment_date="10:00:00 Nov 30, 2026 PST")
    undated = follower("Refunded", "Z-UNDATED", gross="-1.00", payment_date="")
    told = shown(late, undated, payment(), follower("Refunded", "M", gross="-2.00"))
    assert [one["txn_id"] for one in told["followers"]] == ["Z-UNDATED", "M", "A-LATE"]
    assert [one["occurred_at"] for one in told["followers"]] == [
        None,
        "2026-11-22T18:00:00Z",
        "2026-11-30T18:00:00Z",
    ]


def test_each_kind_of_follower_is_called_by_its_name() -> None:
    told = shown(
        payment(),
        follower("Refunded", "R1", gross="-1.00"),
        follower("Reversed", "V1", gross="-2.00"),
        follower("Canceled_Reversal", "W1", gross="2.00"),
        adjustment("X1", gross="", payment_fee="-20.00"),
    )
    kinds = {one["txn_id"]: (one["kind"], one["gross"], one["fee"]) for one in told["followers"]}
    assert kinds == {
        "R1": ("refund", "-1.00", None),
        "V1": ("reversal", "-2.00", None),
        "W1": ("canceled_reversal", "2.00", None),
        "X1": ("adjustment", None, "-20.00"),
    }


def test_a_case_shows_its_stage_its_reason_and_whether_it_is_open() -> None:
    told = shown(payment(), case(), case(case_type="chargeback", reason_code="unauthorized"))
    assert told["cases"] == [
        {"case_id": "PP-1", "type": "chargeback", "reason": "unauthorized", "open": True}
    ]
    assert shown(payment(), case(reason_code=""), follower("Refunded", "R1"))["cases"] == [
        {"case_id": "PP-1", "type": "dispute", "reason": None, "open": False}
    ]


def test_what_came_too_early_shows_with_its_number_and_what_it_waits_for() -> None:
    told = shown(case(), follower("Refunded", "R1"))
    assert told["parked"] == [
        {"notification": 1, "kind": "case", "waits_for": "T1"},
        {"notification": 2, "kind": "refund", "waits_for": "T1"},
    ]
    early = shown(payment(), follower("Canceled_Reversal", "W1", gross="20.00"))
    assert early["parked"] == [
        {"notification": 2, "kind": "canceled_reversal", "waits_for": "reversal of T1"}
    ]


def test_a_cart_shows_its_lines_its_options_and_what_was_added_to_them() -> None:
    told = shown(
        payment(
            txn_type="cart", num_cart_items="2", gross="30.00", tax="2.00", mc_shipping="4.00",
            mc_handling="1.00", discount="3.00", insurance_amount="0.50",
            item_name1="A shirt", item_number1="SHIRT", quantity1="2", mc_gross_1="20.00",
            option_name1_1="Size", option_selection1_1="L",
            option_name2_1="Colour", option_selection2_1="red",
            item_name2="A pin", item_number2="PIN", quantity2="1", mc_gross_2="5.50",
        )
    )  # fmt: skip
    options = [{"name": "Size", "selection": "L"}, {"name": "Colour", "selection": "red"}]
    assert told["items"] == [
        {"number": "SHIRT", "name": "A shirt", "quantity": "2", "gross": "20.00", "options": options},
        {"number": "PIN", "name": "A pin", "quantity": "1", "gross": "5.50"},
    ]
    assert told["extras"] == {
        "tax": "2.00",
        "shipping": "4.00",
        "handling": "1.00",
        "insurance": "0.50",
        "discount": "3.00",
    }
    assert told["doubts"] == []


def test_extras_are_in_the_places_of_the_payments_currency() -> None:
    told = shown(payment(gross="150", mc_currency="JPY", mc_fee="0", tax="10", mc_shipping="40"))
    assert told["extras"] == dict.fromkeys(EXTRAS, "0") | {"tax": "10", "shipping": "40"}


@pytest.mark.parametrize(
    ("settled", "conversion"),
    [
        (
            {"settle_amount": "21.50", "settle_currency": "EUR", "exchange_rate": "1.125"},
            {"amount": "21.50", "currency": "EUR", "rate": "1.125"},
        ),
        (
            {"settle_amount": "2150", "settle_currency": "JPY", "exchange_rate": "112.500000"},
            {"amount": "2150", "currency": "JPY", "rate": "112.500000"},
        ),
        (
            {"settle_amount": "21.50", "settle_currency": "EUR"},
            {"amount": "21.50", "currency": "EUR", "rate": None},
        ),
        ({}, None),
    ],
)
def test_a_conversion_shows_what_was_settled_and_at_which_rate(
    settled: dict[str, str], conversion: dict[str, Any] | None
) -> None:
    assert shown(payment(**settled))["conversion"] == conversion


def test_a_payout_shows_what_we_paid_and_to_whom() -> None:
    told = shown(batch(record(1, "Unclaimed"), record(2)), txn_id="M1")
    assert (told["kind"], told["status"], told["fulfillment"]) == ("payout", "unclaimed", "none")
    assert (told["gross"], told["fee"], told["net"], told["custom"]) == ("5.00", "0.10", "4.90", "u-1")
    assert (told["payer"]["email"], told["receiver"]["email"]) == (SELLER, "payee1@example.com")
    unnamed = shown(batch(record(1, "Returned", masspay_txn_id="")), txn_id="payout:u-1")
    assert (unnamed["txn_id"], unnamed["status"]) == ("payout:u-1", "returned")


def test_a_charge_names_its_subscription() -> None:
    assert shown(paid("T1", "08:00:00 Feb 05, 2026 PST"))["subscription"] == "S-1"


def test_text_from_a_message_is_shown_as_it_came() -> None:
    told = shown(payment(custom="<script>", item_name="=cmd|' /C calc'!A0", first_name='"; --'))
    assert told["custom"] == "<script>"
    assert told["items"][0]["name"] == "=cmd|' /C calc'!A0"
    assert told["payer"]["name"] == '"; --'


def test_the_first_and_the_last_event_date_it() -> None:
    told = MemoryBook().deliver(follower("Refunded", "R1", gross="-5.00"), payment(), case()).shown()
    assert (told["first_heard"], told["last_changed"]) == ("2026-11-20T12:00:01Z", "2026-11-20T12:00:03Z")


def test_a_followers_id_has_no_row_of_its_own_unless_it_is_money_too() -> None:
    book = MemoryBook().deliver(payment(), follower("Refunded", "R1"))
    assert not transactions.is_follower(book.transaction("T1"))
    assert transactions.is_follower(book.transaction("R1"))
    book.deliver(payment("R1"))
    assert not transactions.is_follower(book.transaction("R1"))


def test_reading_a_document_changes_nothing() -> None:
    book = MemoryBook().deliver(payment(), case(), follower("Refunded", "R1"))
    assert document(book.transaction("T1")) == document(book.transaction("T1"))
    assert book.at > NOON
    assert (transactions.NAME, transactions.VERSION) == ("transactions", 2)
