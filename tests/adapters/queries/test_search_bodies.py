"""What messages say of payers and money, as a search reads them."""

from decimal import Decimal

import pytest

from adapters.queries.search_bodies import says
from adapters.queries.search_terms import Amount, Currency, Order, Payer
from tests.given import body, follower, payment
from tests.given_streams import batch, record

ANN = payment(
    payer_id="PAYER1", payer_email="ann@example.com", first_name="Ann Mary", last_name="O'Hara", mc_fee="0.88"
)


@pytest.mark.parametrize(
    "text", ["PAYER1", "payer", "Ann@", "ann", "ANN MARY", "mary", "o'hara", "ann mary o'h"]
)
def test_a_payer_is_found_by_how_id_address_or_a_word_of_the_name_begins(text: str) -> None:
    assert says(ANN, [Payer(text=text)])
    assert not says(ANN, [Payer(text=text, negated=True)])


@pytest.mark.parametrize("text", ["nn", "example", "hara", "0.88", "seller"])
def test_what_stands_in_the_middle_is_not_found(text: str) -> None:
    assert not says(ANN, [Payer(text=text)])


def test_names_are_read_in_the_charset_of_the_message() -> None:
    assert says(b"first_name=%C9milie", [Payer(text="émilie")])
    assert says("first_name=Émilie&charset=utf-8".encode(), [Payer(text="émilie")])


def amount(order: str, value: str) -> Amount:
    return Amount(order=Order(order), amount=Decimal(value))


@pytest.mark.parametrize(
    ("one", "order", "value", "found"),
    [
        (payment(gross="20.00"), "=", "20", True),
        (payment(gross="20.00"), ">", "20", False),
        (payment(gross="20.00"), ">=", "20", True),
        (payment(gross="20.00"), "<", "20.01", True),
        (payment(gross="20.00"), "<=", "19.99", False),
        (follower("Refunded", "R1", gross="-150.00"), ">", "100", True),  # signs are not looked at
        (body(payment_gross="7"), "=", "7", True),
        (body(mc_amount3="12.00"), "=", "12", True),
        (body(amount="3.00"), "=", "3", True),
        (body(mc_gross="NaN"), ">=", "0", False),
        (body(mc_gross="1_0"), "=", "10", False),
        (body(mc_gross="1" * 99), ">", "1", False),
        (body(mc_gross="5", mc_gross_1="100"), ">", "50", False),  # a line of a cart
        (batch(record(1, mc_gross="5.00"), record(2, mc_gross="100.00")), ">", "50", True),
        (body(txn_id="T1"), ">=", "0", False),
    ],
)
def test_amounts_are_compared_as_numbers(one: bytes, order: str, value: str, *, found: bool) -> None:
    assert says(one, [amount(order, value)]) is found


def test_currencies_are_letters_in_any_case() -> None:
    assert says(payment(mc_currency="eur"), [Currency(words=("USD", "EUR"))])
    assert not says(payment(mc_currency="EUR"), [Currency(words=("USD",))])
    assert says(body(currency_code="JPY"), [Currency(words=("JPY",))])


def test_all_of_it_must_be_said() -> None:
    assert says(ANN, [Payer(text="ann"), amount("=", "20")])
    assert not says(ANN, [Payer(text="ann"), amount("=", "21")])


@pytest.mark.parametrize("ruin", [b"", b"\x00\xff", b"&&=%zz", b"mc_gross=%", b"first_name=\xff" * 50])
def test_any_bytes_at_all_are_read(ruin: bytes) -> None:
    assert not says(ruin, [Payer(text="ann"), amount(">", "1"), Currency(words=("USD",))])
