"""Which rules the past was decided by, and in what they are others than today's."""

from dataclasses import replace
from decimal import Decimal

from adapters.replaying.ruling import Ruling, rulings
from adapters.rules import Rules, document_of
from adapters.times import rfc3339, to_us
from domain.vetting import Price, Shop
from tests.given import NOON, SHOP

PRICED = replace(SHOP, prices={"BOOK-1": (Price(amount=Decimal("19.95"), currency="USD"),)})
AT = rfc3339(to_us(NOON))


def rules(number: int, shop: Shop) -> Rules:
    return Rules(number, to_us(NOON), b"", document_of(shop))


def test_rules_are_told_with_what_differs() -> None:
    known = {1: rules(1, PRICED), 2: rules(2, replace(SHOP, live=True, ship_unpriced=False))}
    assert rulings({None: 4, 1: 10, 2: 3, 9: 1}, known, PRICED) == [
        Ruling(None, None, 4, None),
        Ruling(1, AT, 10, []),
        Ruling(2, AT, 3, ["PAYPAL", "UNPRICED", "the price of BOOK-1"]),
        Ruling(9, None, 1, None),
    ]


def test_many_prices_are_counted() -> None:
    dearer = {name: (Price(amount=Decimal(n), currency="USD"),) for n, name in enumerate("ABC")}
    (ruling,) = rulings({1: 1}, {1: rules(1, PRICED)}, replace(PRICED, prices={**PRICED.prices, **dearer}))
    assert ruling.differs == ["the prices of 3 items"]
    mine = replace(PRICED, receivers=frozenset({"another@example.com"}))
    assert rulings({1: 1}, {1: rules(1, PRICED)}, mine)[0].differs == ["RECEIVERS"]
