from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.desk.balances import PERIODS, POINTS_MAX, as_of, plan, table
from tests.adapters.desk.conftest import Browser
from tests.given import NOON, payment

MIDNIGHT = NOON.replace(hour=0)


def test_a_day_is_meant_to_its_end() -> None:
    assert as_of("2026-11-20") == MIDNIGHT + timedelta(days=1, microseconds=-1)
    assert as_of("2026-11-20T12:00:00Z") == NOON


@pytest.mark.parametrize("wrong", ["yesterday", "2026-13-01", "20261120", "2026-11-20 12:00:00"])
def test_anything_else_is_told(wrong: str) -> None:
    with pytest.raises(ValueError, match="It must be"):
        as_of(wrong)


def test_the_table_has_accounts_down_and_currencies_across() -> None:
    items = [
        {"account": "Assets:PayPal:JPY", "currency": "JPY", "balance": "150"},
        {"account": "Assets:PayPal:USD", "currency": "USD", "balance": "1.00"},
        {"account": "Expenses:Fees:USD", "currency": "USD", "balance": "2.00"},
    ]
    assert table(items) == {
        "currencies": ["JPY", "USD"],
        "accounts": {"Assets:PayPal": {"JPY": "150", "USD": "1.00"}, "Expenses:Fees": {"USD": "2.00"}},
    }
    assert table([]) == {"currencies": [], "accounts": {}}


def test_a_day_is_drawn_by_half_hours() -> None:
    moments = plan(PERIODS["day"], NOON)(MIDNIGHT - timedelta(days=9))
    assert (moments[0], moments[-1], len(moments)) == (NOON - timedelta(days=1), NOON, 49)
    assert {later - earlier for earlier, later in pairwise(moments)} == {timedelta(minutes=30)}


def test_a_month_is_drawn_by_the_ends_of_its_days() -> None:
    moments = plan(PERIODS["month"], NOON)(MIDNIGHT - timedelta(days=400))
    assert moments[-2:] == [MIDNIGHT - timedelta(microseconds=1), NOON]
    assert moments[0] == MIDNIGHT - timedelta(days=29, microseconds=1)
    assert len(moments) == 31


def test_what_began_later_is_drawn_from_its_beginning() -> None:
    assert plan(PERIODS["year"], NOON)(MIDNIGHT)[0] == MIDNIGHT
    assert plan(None, NOON)(MIDNIGHT + timedelta(days=1)) == [NOON]


@given(
    st.sampled_from(list(PERIODS.values())),
    st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2090, 1, 1)),  # noqa: DTZ001
    st.timedeltas(min_value=timedelta(), max_value=timedelta(days=9_000)),
)
def test_times_are_in_order_and_few(length: timedelta | None, first: datetime, lasts: timedelta) -> None:
    began = first.replace(tzinfo=NOON.tzinfo)
    moments = plan(length, began + lasts)(began)
    assert all(earlier < later for earlier, later in pairwise(moments))
    assert moments[-1] == began + lasts
    assert len(moments) <= POINTS_MAX + 2


def test_balances_have_their_twins(browser: Browser) -> None:
    browser.workshop.deliver(payment("T1"))
    browser.workshop.follower.follow()
    then = {"account": "Assets:PayPal:USD", "currency": "USD", "balance": "19.12"}
    assert browser.get("/desk/ledger/balances.json").json["items"][0] == then
    sheet = browser.get("/desk/ledger/balances.csv")
    assert sheet.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert sheet.text.splitlines()[:2] == ["account,currency,balance", "Assets:PayPal:USD,USD,19.12"]
    assert browser.get("/desk/ledger/balances.json?as_of=2026-11-19").json == {"items": []}
    assert browser.get("/desk/ledger/balances.json?as_of=lately").status_code == 400
