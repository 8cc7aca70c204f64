"""Rules: written down once, named by what was decided under them, and read back as a shop."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from adapters.rules import Rules, RulesBook, document_of
from adapters.tables import rules
from domain.vetting import DECISIONS, Price, Shop
from tests.adapters.workshop import Workshop
from tests.given import SHOP, payment

PRICED = Shop(
    receivers=frozenset({"zoë@example.com", "S8XGHLYDW9T3S"}),
    live=True,
    prices={
        "BOOK-1": (
            Price(amount=Decimal("19.95"), currency="USD"),
            Price(amount=Decimal(1800), currency="JPY"),
        ),
        "GIFT": (Price(amount=None, currency="EUR"),),
    },
    ship_unpriced=True,
)


def book_of(workshop: Workshop) -> RulesBook:
    return RulesBook(workshop.parts.book, workshop.clock)


def test_rules_are_numbered_as_they_come_and_known_again(workshop: Workshop) -> None:
    book = book_of(workshop)
    assert [book.number_of(shop) for shop in (SHOP, PRICED, SHOP, PRICED)] == [1, 2, 1, 2]
    assert book_of(workshop).number_of(replace(PRICED)) == 2
    assert sorted(book.all()) == [1, 2]


def test_what_is_written_down_is_the_shop(workshop: Workshop) -> None:
    book = book_of(workshop)
    written = book.all().get(book.number_of(PRICED)) or book.all()[1]
    assert document_of(written.shop()) == document_of(PRICED) == written.document
    assert (written.shop().receivers, written.shop().live) == (PRICED.receivers, True)
    assert set(written.shop().prices["BOOK-1"]) == set(PRICED.prices["BOOK-1"])
    assert written.decisions == DECISIONS


def test_the_order_in_which_a_shop_is_told_makes_no_other_rules() -> None:
    prices = PRICED.prices
    turned = replace(PRICED, prices={item: prices[item][::-1] for item in reversed(list(prices))})
    assert document_of(turned) == document_of(PRICED)
    assert document_of(replace(PRICED, live=False)) != document_of(PRICED)


def test_a_document_that_is_none_is_said() -> None:
    with pytest.raises(ValueError, match="rules 3 cannot be read"):
        Rules(3, 0, b"", "{}").shop()


def test_many_that_adopt_at_once_agree(workshop: Workshop) -> None:
    shops = [replace(SHOP, receivers=frozenset({f"{n % 3}@example.com"})) for n in range(12)]
    with ThreadPoolExecutor(6) as pool:
        numbers = list(pool.map(lambda shop: book_of(workshop).number_of(shop), shops))
    assert sorted(set(numbers)) == [1, 2, 3]
    assert all(numbers[n] == numbers[n % 3] for n in range(12))


def test_a_store_that_was_put_in_this_ones_place_is_noticed(workshop: Workshop) -> None:
    book = book_of(workshop)
    assert book.number_of(PRICED) == 1
    with workshop.parts.book.begin() as connection:
        connection.execute(rules.delete())
    assert book.number_of(PRICED) == 1
    assert book.all() == {}
    workshop.at += timedelta(minutes=1)
    assert book.number_of(PRICED) == 1
    assert sorted(book.all()) == [1]


def test_each_event_names_the_rules_that_it_was_decided_by(workshop: Workshop) -> None:
    book = book_of(workshop)
    book.number_of(PRICED)
    processor = workshop.processor(rules=book)
    processor.settle(workshop.answer(workshop.claim(payment())))
    assert [placed.rules for _, placed in workshop.book.after(0, 9)] == [2]
