"""One field at a time: exact, absent, or refused with the field's name."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.body import Fields, open_body
from domain.money import Money
from domain.reading import Unreadable, amount, date, identity, optional_identity, part, text
from tests.given import body


def fields(**named: str) -> Fields:
    return open_body(body(**named, charset="UTF-8"))


@pytest.mark.parametrize(
    "txn_id",
    [
        "61E67681CH3238416",
        "O-3AB12345CD6789012",
        "I-1A2B3C4D5E6F",
        "PP-001-234-567-890",
        "PP-D-12345",
        "1045734",  # the simulator's
        "SOMEPRIORTXNID002",
        "a.b_c",
        "x" * 64,
    ],
)
def test_an_id_is_taken_as_it_is(txn_id: str) -> None:
    assert identity(fields(txn_id=txn_id), "txn_id") == txn_id


def test_the_case_of_letters_in_an_id_counts() -> None:
    assert identity(fields(txn_id="aB"), "txn_id") != identity(fields(txn_id="Ab"), "txn_id")


NO_IDS = [
    "x" * 65,
    "A B",
    "A/B",
    "../etc",
    ".hidden",
    "-rf",
    "_",
    "'; DROP TABLE",
    "<script>",
    "invoice:1",
    "É1",
    "A\nB",
    "A\n",
    "=1+1",
    "\x00",
    "１２",  # noqa: RUF001 - digits of another width
]


@pytest.mark.parametrize("value", NO_IDS)
def test_what_is_no_id_is_refused_by_the_name_of_its_field(value: str) -> None:
    with pytest.raises(Unreadable, match=r"^parent_txn_id .* is not an id$"):
        optional_identity(fields(parent_txn_id=value), "parent_txn_id")


def test_a_long_value_is_not_quoted_at_full_length() -> None:
    with pytest.raises(Unreadable) as refused:
        identity(fields(txn_id="?" * 10_000), "txn_id")
    assert len(str(refused.value)) < 120


def test_an_id_that_must_be_there_is_missed_by_name() -> None:
    with pytest.raises(Unreadable, match=r"^txn_id is missing$"):
        identity(fields(), "txn_id")
    with pytest.raises(Unreadable, match=r"^txn_id is missing$"):
        identity(fields(txn_id="  "), "txn_id")
    assert optional_identity(fields(), "txn_id") is None


def test_an_amount_is_in_the_currency_of_its_message() -> None:
    told = fields(mc_gross="19.95", mc_currency="EUR", payment_gross="")
    assert amount(told, "mc_gross", "payment_gross") == Money.of("19.95", "EUR")


@pytest.mark.parametrize("currency", ["USD", ""])
def test_the_dollar_fields_stand_in_where_they_are_alone(currency: str) -> None:
    told = fields(payment_gross="19.95", mc_currency=currency)
    assert amount(told, "mc_gross", "payment_gross") == Money.of("19.95", "USD")


def test_dollars_are_not_taken_for_another_currency() -> None:
    assert amount(fields(payment_gross="19.95", mc_currency="EUR"), "mc_gross", "payment_gross") is None


def test_the_message_currency_wins_over_the_dollar_duplicate() -> None:
    told = fields(mc_gross="10.00", mc_currency="USD", payment_gross="99.00")
    assert amount(told, "mc_gross", "payment_gross") == Money.of("10.00", "USD")


def test_no_amount_is_none() -> None:
    assert amount(fields(), "mc_gross", "payment_gross") is None


@pytest.mark.parametrize(
    ("value", "currency"),
    [
        ("NaN", "USD"),
        ("1_000", "USD"),
        ("1,000.00", "USD"),
        ("+5", "USD"),
        ("5.", "USD"),
        (".5", "USD"),
        (" 5", "USD"),
        ("5 ", "USD"),
        (" ", "USD"),
        ("\u0665", "USD"),
        ("1e3", "USD"),
        ("5.000", "USD"),
        ("150.00", "JPY"),
        ("5.00", "XXX"),
        ("5.00", "usd"),
        ("5.00", ""),
        ("1234567890123", "USD"),
    ],
)
def test_no_exact_amount_is_refused_by_the_name_of_its_field(value: str, currency: str) -> None:
    with pytest.raises(Unreadable, match=r"^mc_gross: "):
        amount(fields(mc_gross=value, mc_currency=currency), "mc_gross", "payment_gross")


def test_an_informational_amount_that_is_none_stops_nothing() -> None:
    assert part(fields(tax="1.20", mc_currency="USD"), "tax") == Decimal("1.20")
    assert part(fields(tax="about one", mc_currency="USD"), "tax") is None
    assert part(fields(), "tax") is None


def test_of_two_names_for_one_amount_the_first_that_is_there_counts() -> None:
    both = fields(mc_shipping="2.00", shipping="3.00")
    assert part(both, "mc_shipping", "shipping") == Decimal("2.00")
    assert part(fields(shipping="3.00"), "mc_shipping", "shipping") == Decimal("3.00")


def test_a_date_never_stops_money() -> None:
    assert date(fields(payment_date="gestern"), "payment_date") is None
    assert date(fields(), "payment_date") is None
    read = date(fields(payment_date="10:00:00 Jan 15, 2026 PST"), "payment_date")
    assert read == datetime(2026, 1, 15, 18, tzinfo=UTC)


def test_a_text_is_cut_at_a_kilobyte_and_an_empty_one_is_none() -> None:
    assert text(fields(custom="x" * 5_000), "custom") == "x" * 1_024
    assert text(fields(custom=" "), "custom") is None
    assert text(fields(custom=" <b>=1+1 "), "custom") == "<b>=1+1"


@given(st.text(max_size=80))
def test_any_text_is_an_id_or_unreadable(value: str) -> None:
    try:
        found = optional_identity(fields(txn_id=value), "txn_id")
    except Unreadable:
        return
    assert found is None or (found.isascii() and found == value.strip(" ") and len(found) <= 64)
