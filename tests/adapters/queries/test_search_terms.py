"""What may be asked of deliveries; what the conditions find is told beside the search."""

from decimal import Decimal

import pytest

from adapters.queries.search_terms import (
    Amount,
    Contains,
    Currency,
    Numbers,
    Order,
    Payer,
    Search,
    folded,
    number_of,
)


def test_terms_are_answered_by_the_store_or_by_messages() -> None:
    of_rows = (Numbers(first=1, last=2), Contains(column="reason", text="x"))
    of_bodies = (Payer(text="a"), Amount(order=Order.IS, amount=Decimal(1)), Currency(words=("EUR",)))
    search = Search((of_bodies[0], of_rows[0], of_bodies[1], of_rows[1], of_bodies[2]))
    assert search.of_rows == of_rows
    assert search.of_bodies == of_bodies


def test_letters_are_folded_as_stores_fold_them() -> None:
    assert folded("ÄbC") == "Äbc"


@pytest.mark.parametrize(("text", "number"), [("12", 12), ("", None), ("1a", None), ("²", None), ("٢", None)])
def test_a_number_is_written_in_digits(text: str, number: int | None) -> None:
    assert number_of(text) == number
    assert number_of("9" * 18) == 10**18 - 1
    assert number_of("9" * 19) is None
