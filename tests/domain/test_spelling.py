"""Times and amounts as people and programs read them."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from domain.money import Money
from domain.spelling import in_places, moment, money


def test_a_moment_is_written_in_utc_with_a_z() -> None:
    assert moment(datetime(2026, 11, 20, 21, 22, 5, tzinfo=UTC)) == "2026-11-20T21:22:05Z"
    assert moment(datetime(2026, 1, 2, 3, 4, 5, 600, tzinfo=UTC)) == "2026-01-02T03:04:05.000600Z"


def test_an_amount_is_written_without_its_currency() -> None:
    assert money(Money.of("19.95", "USD")) == "19.95"
    assert money(Money.of("150", "JPY")) == "150"
    assert money(Money.of("-0.50", "EUR")) == "-0.50"


def test_what_has_not_been_heard_stays_null() -> None:
    assert moment(None) is None
    assert money(None) is None
    assert in_places(None, "USD") is None


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("19.95", "USD", "19.95"),
        ("20", "USD", "20.00"),
        ("20", "JPY", "20"),
        ("1E+3", "HUF", "1000"),
        ("0", "EUR", "0.00"),
        ("-5", "EUR", "-5.00"),
        ("5", None, "5.00"),
    ],
)
def test_a_bare_amount_takes_the_places_of_its_currency(
    amount: str, currency: str | None, shown: str
) -> None:
    assert in_places(Decimal(amount), currency) == shown
