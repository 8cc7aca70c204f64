from decimal import Decimal

import pytest

from adapters.simulator import checkouts
from adapters.simulator.lifecycles import Lifecycle
from tests.adapters.simulator.stage import column, number, told, values


@pytest.mark.parametrize(
    ("lifecycle", "txn_type"),
    [
        (checkouts.express_checkout, "express_checkout"),
        (checkouts.pro_hosted, "pro_hosted"),
        (checkouts.send_money, "send_money"),
        (checkouts.invoice_payment, "invoice_payment"),
        (checkouts.auction_item, "web_accept"),
        (checkouts.cart_with_extras, "cart"),
        (checkouts.cart_converted, "cart"),
    ],
)
def test_a_payment_says_which_way_it_came(lifecycle: Lifecycle, txn_type: str) -> None:
    (message,) = told(lifecycle)
    assert values(message, "txn_type", "payment_status") == [txn_type, "Completed"]
    assert number(message, "mc_fee") > 0


def test_a_card_at_the_terminal_is_nobodys() -> None:
    for seed in range(10):
        for message in told(checkouts.virtual_terminal, seed):
            assert values(message, "first_name", "last_name", "item_name", "custom") == ["", "", "", ""]
            for absent in ("payer_email", "address_street", "address_status", "invoice"):
                assert message.value(absent) is None
            assert message.value("fraud_management_pending_filters_2") == "Unconfirmed Address"


def test_money_that_was_sent_is_for_nothing_and_from_nowhere() -> None:
    for seed in range(10):
        (message,) = told(checkouts.send_money, seed)
        for absent in ("item_name", "quantity", "invoice", "custom", "shipping", "address_street"):
            assert message.value(absent) is None
        assert message.value("payer_email")


def test_an_invoice_has_two_names_besides_the_shops() -> None:
    (message,) = told(checkouts.invoice_payment)
    assert (message.value("invoice_id") or "").startswith("INV2-")
    assert len(message.value("invoice_number") or "") == 4
    assert (message.value("invoice") or "").startswith("abc-")


def test_an_auction_closed_before_it_was_paid() -> None:
    (message,) = told(checkouts.auction_item)
    assert values(message, "for_auction", "auction_multi_item") == ["true", None]
    assert message.value("auction_closing_date") == "13:05:09 Nov 18, 2026 PST"


def test_of_two_auctions_each_is_told_with_the_amount_of_both() -> None:
    messages = told(checkouts.auction_two_items)
    assert column(messages, "mc_gross") == column(messages, "payment_gross") == ["59.85", "59.85"]
    assert column(messages, "quantity") == ["1", "2"]
    assert column(messages, "auction_multi_item") == ["2", "2"]
    assert len(set(column(messages, "txn_id"))) == 1
    assert len(set(column(messages, "item_name"))) == 2


def test_a_cart_has_options_tax_shipping_and_a_discount() -> None:
    (message,) = told(checkouts.cart_with_extras)
    extras = sum(number(message, name) for name in ("mc_gross_1", "mc_gross_2", "tax", "mc_shipping"))
    assert extras - number(message, "discount") == number(message, "mc_gross") == Decimal("65.05")
    assert values(message, "option_name1_1", "option_selection2_2") == ["Binding", "red & gold"]


def test_a_cart_may_be_converted_at_once() -> None:
    (message,) = told(checkouts.cart_converted)
    assert values(message, "mc_currency", "settle_currency") == ["EUR", "USD"]
