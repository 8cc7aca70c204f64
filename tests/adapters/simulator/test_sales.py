from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from random import Random

from adapters.simulator.manners import Manner
from adapters.simulator.orders import LARGE_CART_ORDER, SMALL_PAYMENT_ORDER
from adapters.simulator.payers import PAYERS
from adapters.simulator.sales import conversion, fee_on, new_sale
from adapters.simulator.scene import Scene
from adapters.simulator.shop import Extras, one_line, two_lines

NOW = datetime(2026, 11, 20, 21, 5, 9, tzinfo=UTC)


def a_scene(seed: int = 1) -> Scene:
    return Scene(Random(seed), NOW)


def test_the_fee_is_rounded_to_the_cent() -> None:
    assert fee_on(Decimal("19.95")) == Decimal("0.88")
    assert fee_on(Decimal("12.50")) == Decimal("0.66")


def test_dollars_are_said_twice_and_euros_leave_the_copy_blank() -> None:
    dollars, euros = (new_sale(a_scene(), currency=currency).completed() for currency in ("USD", "EUR"))
    names = ("mc_gross", "mc_fee", "payment_gross", "payment_fee", "item_number", "quantity", "txn_type")
    assert [dollars.value(n) for n in names] == [
        "19.95",
        "0.88",
        "19.95",
        "0.88",
        "BOOK-1",
        "1",
        "web_accept",
    ]
    assert [euros.value(n) for n in names] == ["12.50", "0.66", "", "", "MUG-1", "1", "web_accept"]


def test_a_cart_names_its_lines_and_adds_up() -> None:
    message = new_sale(a_scene(), currency="USD", lines=two_lines("USD")).completed()
    lines = [message.value("mc_gross_1"), message.value("mc_gross_2")]
    assert (message.value("txn_type"), message.value("num_cart_items")) == ("cart", "2")
    assert sum(Decimal(line or "") for line in lines) == Decimal(message.value("mc_gross") or "")
    assert message.value("quantity") is None
    assert message.value("quantity2") == "2"


def test_pending_and_completed_share_id_and_date_but_no_fee_is_taken_before() -> None:
    sale = new_sale(a_scene(), days_ago=3)
    pending, completed = sale.pending("echeck"), sale.completed()
    for name in ("txn_id", "payment_date", "invoice", "custom", "payer_id"):
        assert pending.value(name) == completed.value(name)
    assert pending.value("mc_fee") is None
    assert pending.value("pending_reason") == "echeck"
    assert pending.value("ipn_track_id") != completed.value("ipn_track_id")


def test_the_receiver_is_the_shop() -> None:
    message = new_sale(a_scene()).completed()
    assert message.value("receiver_email") == message.value("business") == "seller@example.com"
    assert message.value("receiver_id") == "S8XGHLYDW9T3S"


def test_some_buyers_give_an_address_and_some_do_not() -> None:
    messages = [new_sale(a_scene(seed)).completed() for seed in range(40)]
    assert {message.value("address_street") is None for message in messages} == {True, False}
    for message in messages:
        assert (message.value("address_street") is None) == (message.value("address_status") is None)


def test_a_cart_names_its_extras_and_options_and_still_adds_up() -> None:
    extras = Extras(tax=Decimal("1.10"), shipping=Decimal("3.00"), discount=Decimal("4.00"))
    plain, several = two_lines("USD")
    lines = (plain, replace(several, options=(("Ribbon", "red"), ("Binding", "cloth"))))
    manner = Manner(order=LARGE_CART_ORDER)
    sale = new_sale(a_scene(), currency="USD", lines=lines, extras=extras, manner=manner)
    message = sale.completed()
    names = ("tax", "mc_shipping", "discount", "mc_gross", "mc_gross_2", "shipping_method")
    assert [message.value(n) for n in names] == ["1.10", "3.00", "4.00", "59.95", "39.90", "Default"]
    options = ("option_name1_1", "option_name1_2", "option_selection1_2", "option_name2_2")
    assert [message.value(n) for n in options] == [None, "Ribbon", "red", "Binding"]


def test_a_single_item_has_its_extras_without_a_prefix() -> None:
    extras = Extras(shipping=Decimal("3.00"))
    message = new_sale(a_scene(), currency="USD", extras=extras).completed()
    assert [message.value(n) for n in ("mc_gross", "shipping", "mc_shipping")] == ["22.95", "3.00", None]


def test_a_manner_adds_and_leaves_out_also_where_money_goes_back() -> None:
    manner = Manner(
        txn_type="send_money",
        says={"receipt_id": "1-2"},
        lacks=frozenset(("invoice", "shipping", "handling_amount")),
        order=SMALL_PAYMENT_ORDER,
    )
    sale = replace(new_sale(a_scene(), currency="USD", manner=manner), payer=replace(PAYERS[0], street=""))
    for message in (sale.completed(), sale.write(sale.follower_fields("Refunded", -sale.gross, 0))):
        assert [message.value(n) for n in ("receipt_id", "invoice", "shipping")] == ["1-2", None, None]
        assert message.fields[0][0] == "transaction_subject"
    assert sale.completed().value("txn_type") == "send_money"


def test_a_single_line_may_be_written_as_a_cart() -> None:
    sale = new_sale(a_scene(), currency="EUR", lines=one_line("EUR", 3), manner=Manner(numbered=True))
    message = sale.completed()
    names = ("txn_type", "num_cart_items", "quantity1", "mc_gross_1", "item_name", "quantity")
    assert [message.value(n) for n in names] == ["cart", "1", "3", "37.50", None, None]


def test_a_conversion_changes_what_is_left_after_the_fee() -> None:
    sale = new_sale(a_scene(), currency="EUR")
    assert conversion(sale, Decimal("1.25")) == {
        "settle_amount": "14.80",
        "settle_currency": "USD",
        "exchange_rate": "1.25",
    }
