"""Amounts as tables hold them and as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.units import currency_of, spelled, to_units
from domain.money import PLACES, Money

UNITS = {
    ("19.95", "USD"): 1995,
    ("-0.05", "EUR"): -5,
    ("150", "JPY"): 150,
    ("0.00", "USD"): 0,
    ("0", "HUF"): 0,
}


@pytest.mark.parametrize(("money", "units"), UNITS.items())
def test_an_amount_in_minor_units_and_back(money: tuple[str, str], units: int) -> None:
    text, currency = money
    assert to_units(Money.of(text, currency)) == units
    assert spelled(units, currency) == text


@given(st.integers(-(10**15), 10**15), st.sampled_from(sorted(PLACES)))
def test_nothing_is_lost_on_the_way(units: int, currency: str) -> None:
    text = spelled(units, currency)
    assert len(text.partition(".")[2]) == PLACES[currency]
    assert int(text.replace(".", "")) == units
    assert "E" not in text


def test_an_account_ends_in_its_currency() -> None:
    assert currency_of("Assets:PayPal:USD") == "USD"
