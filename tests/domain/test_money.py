"""Amounts: exact, in one currency, in its places, or refused with a reason."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import PLACES, Money

EXACT = [
    # as written, currency, as shown
    ("19.95", "USD", "19.95"),
    ("-5.00", "USD", "-5.00"),
    ("20", "USD", "20.00"),
    ("3.8", "USD", "3.80"),  # a store that made a number of it
    ("0.00", "EUR", "0.00"),
    ("-0.00", "EUR", "0.00"),
    ("-0", "JPY", "0"),
    ("150", "JPY", "150"),
    ("-1000", "HUF", "-1000"),
    ("43", "TWD", "43"),
    ("999999999999.99", "USD", "999999999999.99"),
    ("007.50", "GBP", "7.50"),
]


@pytest.mark.parametrize(("text", "currency", "shown"), EXACT)
def test_a_plain_amount_is_shown_in_its_currencys_places(text: str, currency: str, shown: str) -> None:
    assert str(Money.of(text, currency)) == shown
    assert Money.of(text, currency).spelled() == f"{shown} {currency}"


NO_AMOUNTS = [
    "",
    " ",
    "NaN",
    "nan",
    "Infinity",
    "-Infinity",
    "sNaN",
    "1_000",
    "1,000.00",
    "1.000,00",
    "19,95",
    "+5",
    "5.",
    ".5",
    " 5",
    "5 ",
    "5\n",
    "--5",
    "- 5",
    "\u22125",  # a minus sign that is no hyphen
    "(5.00)",
    "$5.00",
    "5.00 USD",
    "USD 5.00",
    "\u0663.\u0660\u0660",  # Arabic digits
    "\uff15",  # a digit of another width
    "1e3",
    "1E3",
    "0x10",
    "1.000",
    "19.955",
    "1.2.3",
    "1234567890123",
    "1234567890123.00",
    "five",
    "5.00\x00",
]


@pytest.mark.parametrize("text", NO_AMOUNTS)
def test_what_is_no_plain_amount_is_refused_and_quoted(text: str) -> None:
    with pytest.raises(ValueError, match="not a plain decimal amount"):
        Money.of(text, "USD")


@pytest.mark.parametrize("currency", ["JPY", "HUF", "TWD"])
@pytest.mark.parametrize("text", ["150.00", "150.0", "0.5"])
def test_yen_forint_and_taiwan_dollars_are_whole(text: str, currency: str) -> None:
    with pytest.raises(ValueError, match=rf"more places than {currency} \(0\)"):
        Money.of(text, currency)


@pytest.mark.parametrize("currency", ["", "usd", "XXX", "BTC", "US", "USD ", "KRW"])
def test_a_currency_that_paypal_does_not_move_is_refused(currency: str) -> None:
    with pytest.raises(ValueError, match="not a currency that PayPal moves"):
        Money.of("5.00", currency)


def test_the_currencies_are_paypals() -> None:
    accepted = (
        "AUD BRL CAD CZK DKK EUR HKD HUF ILS JPY MYR MXN NOK NZD PHP PLN GBP RUB SGD SEK CHF TWD THB USD"
    )
    assert set(accepted.split(" ")) <= set(PLACES)
    assert {currency for currency, places in PLACES.items() if places != 2} == {"HUF", "JPY", "TWD"}


def test_two_currencies_never_meet() -> None:
    dollars, euros = Money.of("1.00", "USD"), Money.of("1.00", "EUR")
    with pytest.raises(AssertionError):
        dollars + euros
    with pytest.raises(AssertionError):
        dollars - euros
    with pytest.raises(AssertionError):
        _ = dollars < euros
    assert dollars != euros


def test_an_amount_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Money.of("1.00", "USD").amount = Decimal(2)  # type: ignore[misc]


def test_ten_cents_ten_times_are_a_dollar() -> None:
    assert sum([Money.of("0.10", "USD")] * 10, start=Money.zero("USD")) == Money.of("1.00", "USD")


def test_nothing_the_other_way_is_still_nothing() -> None:
    assert str(-Money.zero("USD")) == "0.00"
    assert -Money.zero("USD") == Money.zero("USD")


amounts = st.decimals(Decimal("-999999.99"), Decimal("999999.99"), places=2).map(
    lambda amount: Money.of(f"{amount:.2f}", "EUR")
)


@given(amounts, amounts)
def test_what_is_added_can_be_taken_away_again(a: Money, b: Money) -> None:
    assert a + b - b == a
    assert a + b == b + a
    assert a - b == -(b - a)
    assert abs(a) == abs(-a)
    assert Money.zero("EUR") <= abs(a)
    assert (a < b) == (a.amount < b.amount)
    assert (a <= b) == (a.amount <= b.amount)


@given(amounts)
def test_what_is_shown_reads_back(a: Money) -> None:
    assert Money.of(str(a), "EUR") == a


@given(st.text(max_size=20), st.sampled_from(sorted(PLACES)))
def test_any_text_at_all_is_an_exact_amount_or_a_value_error(text: str, currency: str) -> None:
    try:
        read = Money.of(text, currency)
    except ValueError:
        return
    assert read.amount.is_finite()
    assert read.amount == Decimal(text)
    assert -read.amount.as_tuple().exponent == PLACES[currency]  # type: ignore[operator]


@pytest.mark.parametrize(("text", "currency"), [("9" * 200_000, "USD"), ("1", "X" * 200_000)])
def test_a_reason_quotes_the_beginning_of_what_is_no_amount(text: str, currency: str) -> None:
    with pytest.raises(ValueError, match=r"^'(9|X){40}' is not a ") as refused:
        Money.of(text, currency)
    assert len(str(refused.value)) < 100
