"""What accounts held at one time after another is what the ledger says as of each of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.queries.balance_history import balance_history
from adapters.queries.ledger import balances
from tests.adapters.conftest import Shelf
from tests.given import NOON, MemoryBook, follower, payment
from tests.ledgers import enter

MIDNIGHT = datetime(2026, 11, 21, tzinfo=NOON.tzinfo)


@pytest.fixture
def filled(shelf: Shelf) -> Shelf:
    """Three days: a payment in dollars and one in yen, one at the first moment of a day, a refund."""
    book = MemoryBook()
    book.at = NOON
    book.deliver(payment(), payment("T2", gross="2000", mc_fee="88", mc_currency="JPY"))
    book.at = MIDNIGHT - timedelta(seconds=1)
    book.deliver(payment("T3"))
    book.at = NOON + timedelta(days=2)
    book.deliver(follower("Refunded", "R1", gross="-5.00"), payment("T4"))
    enter(shelf.book, book)
    return shelf


def held(shelf: Shelf, name: str, moments: Sequence[datetime]) -> dict[str, list[int]]:
    with shelf.book.connect() as book:
        found = balance_history(book, name, lambda _: moments)
    return {account: list(each) for account, each in found.balances.items()}


def test_of_accounts_that_nothing_was_posted_to_nothing_is_told(shelf: Shelf) -> None:
    assert held(shelf, "Assets:", [NOON]) == {}


def test_the_first_day_is_told_to_whoever_chooses_the_times(filled: Shelf) -> None:
    told: list[datetime] = []

    def plan(first: datetime) -> list[datetime]:
        told.append(first)
        return []

    with filled.book.connect() as book:
        balance_history(book, "Assets:PayPal:", plan)
    assert told == [NOON.replace(hour=0)]


def test_days_and_moments_between(filled: Shelf) -> None:
    moments = [
        NOON - timedelta(days=9),
        NOON,
        NOON + timedelta(hours=1),
        MIDNIGHT - timedelta(microseconds=1),
        MIDNIGHT,
        MIDNIGHT + timedelta(days=1, microseconds=-1),
        NOON + timedelta(days=3),
    ]
    assert held(filled, "Assets:PayPal:USD", moments) == {
        "Assets:PayPal:USD": [0, 0, 1912, 1912, 3824, 3824, 5236]
    }


def test_all_accounts_that_begin_so(filled: Shelf) -> None:
    assert held(filled, "Assets:PayPal:", [NOON + timedelta(days=9)]) == {
        "Assets:PayPal:JPY": [1912],
        "Assets:PayPal:USD": [5236],
    }


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.integers(min_value=-86_400, max_value=4 * 86_400).map(lambda some: NOON + timedelta(seconds=some)),
        max_size=6,
    ).map(sorted)
)
def test_at_any_times_it_is_what_the_balances_say(filled: Shelf, moments: list[datetime]) -> None:
    found = held(filled, "", moments)
    with filled.book.connect() as book:
        for place, moment in enumerate(moments):
            then = balances(book, moment)
            assert {account: each[place] for account, each in found.items()} == dict.fromkeys(found, 0) | then
