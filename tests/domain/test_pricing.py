"""Prices in words: what was agreed, or what the list says today."""

from decimal import Decimal

import pytest

from domain.events import PriceAgreed
from domain.facts import Report
from domain.invoice import Invoice
from domain.pricing import price_in_words
from domain.vetting import Price, Shop
from tests.given import fact_of, payment

PRICES = {
    "B": (Price(amount=Decimal("10.00"), currency="USD"), Price(amount=Decimal("9.00"), currency="EUR")),
    "GIFT": (Price(amount=None, currency="USD"),),
    "EURO": (Price(amount=Decimal("9.00"), currency="EUR"),),
}
STRICT, LENIENT = Shop(prices=PRICES), Shop(prices=PRICES, ship_unpriced=True)
WORDS: dict[str, tuple[dict[str, str], Shop, bool, str]] = {
    # name: the payment, the shop, whether it goes without a price, and what is said
    "listed": ({"item_number": "B", "quantity": "2"}, STRICT, False, "2 of item B at 10.00 USD each"),
    "any amount": ({"item_number": "GIFT"}, STRICT, False, "any amount is welcome for item GIFT"),
    "another amount today": (
        {"item_number": "B"},
        STRICT,
        False,
        "item B costs 10.00 USD today: nobody doubted what was paid when it came",
    ),
    "a quantity that is none": (
        {"item_number": "B", "quantity": "\u0662"},
        STRICT,
        False,
        "item B costs 10.00 USD today: nobody doubted what was paid when it came",
    ),
    "another currency today": (
        {"item_number": "EURO"},
        STRICT,
        False,
        "item EURO has no price in USD today: nobody doubted it when it came",
    ),
    "not listed, shipped": (
        {"item_number": "X"},
        LENIENT,
        True,
        "no price was agreed for item X: UNPRICED=ship lets it go",
    ),
    "not listed today": (
        {"item_number": "X"},
        STRICT,
        False,
        "no price was agreed for item X: nobody doubted it when it came",
    ),
    "no item at all": (
        {},
        LENIENT,
        True,
        "no price was agreed for an item without a number: UNPRICED=ship lets it go",
    ),
}


def report(**more: str) -> Report:
    return fact_of(payment(charset="utf-8", **more), Report)


@pytest.mark.parametrize("name", WORDS)
def test_the_list_is_told_in_words(name: str) -> None:
    fields, shop, unpriced, words = WORDS[name]
    assert price_in_words(report(**fields), None, shop) == (unpriced, words)


def test_an_agreed_price_goes_before_the_list() -> None:
    agreed = Invoice(name="i", price=PriceAgreed(Decimal("20.00"), "USD"))
    words = "20.00 USD were agreed for invoice i, and paid"
    assert price_in_words(report(item_number="X"), agreed, LENIENT) == (False, words)
    assert price_in_words(report(item_number="X"), Invoice(name="i"), LENIENT)[0]


def test_a_long_cart_is_told_in_part() -> None:
    lines = {f"item_number{n}": f"X{n}" for n in range(1, 9)} | {f"mc_gross_{n}": "2.50" for n in range(1, 9)}
    unpriced, words = price_in_words(report(**lines), None, LENIENT)
    assert unpriced
    assert words.count(";") == 5
    assert words.endswith("item X5: UNPRICED=ship lets it go; and 3 more")
