from datetime import UTC, datetime
from decimal import Decimal
from random import Random

from adapters.simulator.sales import fee_on, new_sale
from adapters.simulator.scene import Scene
from adapters.simulator.shop import two_lines

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
