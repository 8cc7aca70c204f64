"""Double entry: what leaves one account comes to another."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.accounts import Account, Posting, amounts_in, difference, postings
from domain.money import Money
from tests.summing import balance

FIVE, THREE = Money.of("5.00", "USD"), Money.of("3.00", "USD")
MONEY = st.builds(Money, st.decimals(-1000, 1000, places=2), st.sampled_from(("USD", "EUR")))
TRANSFERS = st.lists(st.tuples(st.sampled_from(Account), st.sampled_from(Account), MONEY), max_size=6)


def test_what_comes_to_one_account_leaves_another() -> None:
    assert postings([(Account.SALES, Account.PAYPAL, FIVE)]) == (
        Posting("Assets:PayPal:USD", FIVE),
        Posting("Income:Sales:USD", -FIVE),
    )


def test_an_account_is_mentioned_once_and_only_when_something_moved() -> None:
    moved = [
        (Account.SALES, Account.PAYPAL, FIVE),
        (Account.PAYPAL, Account.FEES, THREE),
        (Account.PAYPAL, Account.HELD, None),
        (Account.PAYPAL, Account.PAYPAL, THREE),
    ]
    assert postings(moved) == (
        Posting("Assets:PayPal:USD", FIVE - THREE),
        Posting("Income:Sales:USD", -FIVE),
        Posting("Expenses:Fees:USD", THREE),
    )
    assert postings([(Account.SALES, Account.PAYPAL, Money.zero("USD"))]) == ()


def test_two_currencies_are_two_accounts() -> None:
    euro = Money.of("4.00", "EUR")
    moved = postings([(Account.PAYPAL, Account.CONVERSION, FIVE), (Account.CONVERSION, Account.PAYPAL, euro)])
    assert {posting.account for posting in moved} == {
        "Equity:Conversion:USD",
        "Assets:PayPal:USD",
        "Assets:PayPal:EUR",
        "Equity:Conversion:EUR",
    }
    assert list(amounts_in(Account.PAYPAL, moved)) == [euro, -FIVE]
    assert balance(moved) == {"USD": Decimal(0), "EUR": Decimal(0)}


@given(TRANSFERS)
def test_whatever_is_transferred_sums_to_nothing_in_every_currency(moved: list[tuple]) -> None:  # type: ignore[type-arg]
    assert not any(balance(postings(moved)).values())


@given(TRANSFERS, TRANSFERS)
def test_a_difference_makes_one_of_the_other(before: list[tuple], after: list[tuple]) -> None:  # type: ignore[type-arg]
    old, new = postings(before), postings(after)
    changed = difference(new, old)
    assert set(difference((*old, *changed), ())) == set(new)
    assert difference(new, new) == ()
