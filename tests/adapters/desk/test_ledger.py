import json
from datetime import timedelta

import pytest

from adapters.exports.formats import FORMATS
from tests.adapters.desk.conftest import Browser, plain
from tests.given import follower, payment


@pytest.fixture
def told(browser: Browser) -> Browser:
    """A payment today, and a refund two days later."""
    browser.workshop.deliver(payment("T1"), payment("T2", gross="2000", mc_fee="88", mc_currency="JPY"))
    browser.workshop.at += timedelta(days=2)
    browser.workshop.deliver(follower("Refunded", "R1", gross="-5.00"))
    browser.workshop.follower.follow()
    return browser.sign_in()


def test_an_empty_ledger_says_what_comes_here(browser: Browser) -> None:
    assert "Nothing is entered yet." in plain(browser.page("/desk/ledger"))


def test_the_page_shows_balances_drawings_and_entries(told: Browser) -> None:
    page = told.page("/desk/ledger")
    text = plain(page)
    assert "Account JPY USD Assets:PayPal 1 912 14.12" in text
    assert page.count('<svg class="line"') == 2
    assert "refund T1 under R1 Assets:PayPal:USD \u22125.00 USD Income:Refunds:USD 5.00 USD" in text
    assert 'href="/desk/ledger?account=Assets%3APayPal%3AUSD"' in page


def test_an_account_is_drawn_and_its_entries_are_listed(told: Browser) -> None:
    page = told.page("/desk/ledger?account=Income:Refunds:USD&over=week")
    assert page.count('<svg class="line"') == 1
    assert 'aria-label="Income:Refunds:USD from 2026-11-22 00:00:00 UTC to' in page
    entries = plain(page).partition("Notification")[2]
    assert "refund T1" in entries
    assert "sale" not in entries
    # Each period keeps what else was asked, and the twins do too.
    assert "/desk/ledger?account=Income%3ARefunds%3AUSD&amp;over=all" in page
    assert "/desk/ledger.csv?account=Income%3ARefunds%3AUSD&amp;over=week" in page


def test_as_of_a_day_everything_is_as_it_stood_at_its_end(told: Browser) -> None:
    page = told.page("/desk/ledger?as_of=2026-11-20")
    text = plain(page)
    assert "As it stood at 2026-11-20 23:59:59 UTC" in text
    assert "Assets:PayPal 1 912 19.12" in text
    assert "R1" not in text
    assert "/desk/ledger/export?format=hledger&amp;as_of=2026-11-20" in page
    assert "/desk/ledger/balances.csv?as_of=2026-11-20" in page
    items = told.get("/desk/ledger.json?as_of=2026-11-20").json["items"]
    assert [item["id"] for item in items] == ["T2:1", "T1:1"]
    assert "R1" in plain(told.page("/desk/ledger?as_of=2026-11-22"))


@pytest.mark.parametrize("over", ["month", "all"])
def test_the_first_and_the_last_day_of_all_can_be_asked_for(told: Browser, over: str) -> None:
    first = plain(told.page(f"/desk/ledger?as_of=0001-01-01&over={over}"))
    assert "No entry is like that." in first
    last = plain(told.page(f"/desk/ledger?as_of=9999-12-31&over={over}"))
    assert "Assets:PayPal 1 912 14.12" in last
    assert "refund T1 under R1" in last
    assert len(told.get("/desk/ledger.json?as_of=9999-12-31").json["items"]) == 3


def test_as_of_a_time_does_not_widen_what_else_was_asked(told: Browser) -> None:
    asked = "/desk/ledger.json?as_of=2026-11-25&until=2026-11-20"
    assert [item["id"] for item in told.get(asked).json["items"]] == ["T2:1", "T1:1"]


def test_entries_are_found_by_kind_transaction_and_day(told: Browser) -> None:
    def ids(query: str) -> list[str]:
        return [item["id"] for item in told.get(f"/desk/ledger.json?{query}").json["items"]]

    assert ids("kind=refund") == ["T1:2"]
    assert ids("txn_id=R1") == ["T1:2", "T1:1"]
    assert ids("since=2026-11-21") == ["T1:2"]
    assert ids("until=2026-11-21&account=&kind=") == ["T2:1", "T1:1"]


@pytest.mark.parametrize(
    "wrong", ["kind=gift", "as_of=lately", "over=century", "since=x", "cursor=x", "account=%00"]
)
def test_what_cannot_be_asked_is_told_on_a_page(told: Browser, wrong: str) -> None:
    answer = told.get(f"/desk/ledger?{wrong}")
    assert answer.status_code == 400
    assert "<h1>" in answer.text


def test_an_account_that_there_is_not_is_told(told: Browser) -> None:
    page = plain(told.page("/desk/ledger?account=Assets:Moon:USD"))
    assert "Nothing was ever posted to Assets:Moon:USD." in page
    assert "No entry is like that." in page


@pytest.mark.parametrize("form", FORMATS)
def test_the_ledger_is_exported_as_the_programs_want_it(told: Browser, form: str) -> None:
    answer = told.get(f"/desk/ledger/export?format={form}")
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert "R1" in answer.text
    assert told.living.get(f"/api/ledger/export?format={form}").content == answer.content
    assert "R1" not in told.get(f"/desk/ledger/export?format={form}&as_of=2026-11-20").text


@pytest.mark.parametrize("wrong", ["", "format=xlsx", "format=csv&as_of=x", "format=csv&more=x"])
def test_an_export_that_there_is_not_is_told(told: Browser, wrong: str) -> None:
    assert told.get(f"/desk/ledger/export?{wrong}").status_code == 400


def test_the_sheet_has_all_entries_and_the_columns_of_the_api(told: Browser) -> None:
    lines = told.get("/desk/ledger.csv?limit=1").text.splitlines()
    assert lines[0] == "id,txn_id,transaction,n,kind,occurred_at,recorded_at,postings"
    assert len(lines) == 4


def test_older_pages_keep_the_filters(told: Browser) -> None:
    page = told.page("/desk/ledger?limit=1&kind=sale&as_of=2026-11-25")
    assert "kind=sale&amp;as_of=2026-11-25&amp;cursor=" in page
    assert json.loads(told.get("/desk/ledger.json?limit=1").text)["next"]
