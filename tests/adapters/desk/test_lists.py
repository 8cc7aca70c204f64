import csv
import io
import re
from datetime import UTC, datetime

import pytest

from adapters.desk import lists
from adapters.desk.lists import day_or_moment
from tests.adapters.desk.conftest import Browser, plain
from tests.given import payment


def links(page: str, rel: str) -> list[str]:
    return [href.replace("&amp;", "&") for href in re.findall(rf'href="([^"]*)" rel="{rel}"', page)]


def filled(browser: Browser, count: int) -> None:
    browser.workshop.deliver(*(payment(f"T{n}", invoice=f"abc-{n}") for n in range(count)))
    browser.workshop.follower.follow()


def test_pages_follow_each_other_and_keep_their_filters(browser: Browser) -> None:
    filled(browser, 5)
    path, seen = "/desk/transactions?q=abc-&status=&limit=2", []
    while True:
        page = browser.page(path)
        seen += re.findall(r'href="/desk/transactions/(T\d)"', page)
        if not links(page, "next"):
            break
        (path,) = links(page, "next")
        assert path.startswith("/desk/transactions?q=abc-&limit=2&cursor=")
    assert sorted(seen) == ["T0", "T1", "T2", "T3", "T4"]
    assert links(page, "first") == ["/desk/transactions?q=abc-&limit=2"]


def test_a_page_is_no_longer_than_people_read_and_its_twins_are(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "ROWS_MAX", 2)
    browser.workshop.deliver(*(payment(f"T{n}") for n in range(3)))
    browser.workshop.follower.follow()
    assert browser.page("/desk/transactions?limit=500").count("data-row") == 2
    assert len(browser.get("/desk/transactions.json?limit=500").json["items"]) == 3


def test_twins_have_the_same_rows(browser: Browser) -> None:
    filled(browser, 3)
    items = browser.get("/desk/transactions.json?invoice=abc-1").json
    assert [item["txn_id"] for item in items["items"]] == ["T1"]
    assert items["next"] is None
    answer = browser.get("/desk/transactions.csv?invoice=abc-1&status=")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["txn_id"] for row in rows] == ["T1"]
    assert answer.headers["content-disposition"] == 'attachment; filename="transactions.csv"'


def test_a_sheet_has_all_rows_and_one_header(browser: Browser) -> None:
    filled(browser, 7)
    text = browser.get("/desk/transactions.csv?limit=2").text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert sorted(row["txn_id"] for row in rows) == [f"T{n}" for n in range(7)]
    assert text.count("txn_id,kind,") == 1


def test_a_sheet_that_cannot_be_asked_for_is_an_error_and_no_half(browser: Browser) -> None:
    assert browser.get("/desk/transactions.csv?status=odd").status_code == 400
    assert browser.get("/desk/transactions.json?limit=0").status_code == 400


def test_a_day_is_meant_as_the_calendar_has_it(browser: Browser) -> None:
    filled(browser, 1)
    for query, there in (
        ("since=2026-11-20&until=2026-11-20", True),
        ("since=2026-11-21", False),
        ("until=2026-11-19", False),
        ("since=2026-11-20T00:00:00Z", True),
    ):
        assert ("T0" in plain(browser.page(f"/desk/transactions?{query}"))) is there, query


def test_a_day_ends_when_the_next_begins() -> None:
    assert day_or_moment(ends=False)("2026-11-20") == datetime(2026, 11, 20, tzinfo=UTC)
    assert day_or_moment(ends=True)("2026-11-20") == datetime(2026, 11, 21, tzinfo=UTC)
    assert day_or_moment(ends=True)("2026-11-20T21:22:05Z") == datetime(2026, 11, 20, 21, 22, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["2026-13-01", "yesterday", "2026-11-20T25:00:00Z", "", "9999-12-31T", "0000-00-00"]
)
def test_what_is_no_day_is_said_so(text: str) -> None:
    with pytest.raises(ValueError, match=r"It must be a(n RFC 3339 time| day) such as"):
        day_or_moment(ends=False)(text)


def test_the_first_day_of_all_and_the_last_are_days_too(browser: Browser) -> None:
    filled(browser, 1)
    assert "T0" in plain(browser.page("/desk/transactions?since=0001-01-01&until=9999-12-31"))


@pytest.mark.parametrize(
    "query", ["status=a&status=b", "q=%00", "q=" + "x" * 257, "cursor=x", "limit=1e3", "until=a"]
)
def test_what_cannot_be_asked_is_said_on_a_page(browser: Browser, query: str) -> None:
    answer = browser.get(f"/desk/transactions?{query}")
    assert answer.status_code == 400
    assert "This cannot be asked" in plain(answer.text)
