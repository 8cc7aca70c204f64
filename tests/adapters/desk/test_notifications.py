"""The list of notifications, as people look for one."""

import csv
import html
import io

import pytest

from adapters.desk import notifications
from tests.adapters.desk.conftest import Browser, plain
from tests.given import follower, payment

PATH = "/desk/notifications"


def given_some(browser: Browser) -> None:
    browser.workshop.deliver(payment("T1"), follower("Refunded", "R2", "T2"), payment("T3", "Weird"))
    browser.workshop.keep(payment("T4"))
    browser.workshop.follower.follow()


def test_each_delivery_stands_with_its_outcome_and_why(browser: Browser) -> None:
    given_some(browser)
    page = browser.page(PATH)
    said = plain(page)
    assert 'href="/desk/notifications/4"' in page
    assert "not looked at yet" in said
    assert "parked waits for T2" in said
    assert "payment_status 'Weird'" in said
    assert "PaymentCompleted" in said


def test_a_search_narrows_it_and_stays_in_pages_and_twins(browser: Browser) -> None:
    given_some(browser)
    page = browser.page(f"{PATH}?q=outcome:parked+newer:1w&outcome=&verdict=verified")
    assert "R2" in plain(page)
    assert 'href="/desk/notifications/1"' not in page
    assert 'value="outcome:parked newer:1w"' in page
    twin = html.unescape(page.partition('href="/desk/notifications.csv')[2].partition('"')[0])
    assert twin == "?q=outcome%3Aparked+newer%3A1w&verdict=verified"
    rows = list(csv.DictReader(io.StringIO(browser.page(f"{PATH}.csv{twin}"))))
    assert [row["n"] for row in rows] == ["2"]
    assert [item["n"] for item in browser.get(f"{PATH}.json{twin}").json["items"]] == [2]


def test_a_wrong_word_is_told_beside_the_field_and_the_page_stays_of_use(browser: Browser) -> None:
    answer = browser.get(f"{PATH}?q=outcome:lost")
    assert answer.status_code == 400
    assert "outcome: is one of waiting, recorded" in plain(answer.text)
    assert 'value="outcome:lost"' in answer.text
    assert 'aria-describedby="wrong"' in answer.text
    assert browser.get(f"{PATH}.json?q=outcome:lost").status_code == 400
    assert browser.get(f"{PATH}?cursor=none").status_code == 400


def test_a_page_leads_to_the_next_and_back(browser: Browser) -> None:
    given_some(browser)
    page = browser.page(f"{PATH}?limit=2&q=-outcome:waiting")
    older = html.unescape(page.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0])
    assert older.startswith(f"{PATH}?limit=2&q=-outcome%3Awaiting&cursor=")
    then = browser.page(older)
    assert 'href="/desk/notifications/1"' in then
    assert 'href="/desk/notifications/2"' not in then
    assert f'href="{PATH}?limit=2&amp;q=-outcome%3Awaiting" rel="first"' in then


def test_a_page_is_no_longer_than_people_read(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notifications, "ROWS_MAX", 3)
    given_some(browser)
    assert browser.page(f"{PATH}?limit=500").count("<tr data-row>") == 3


def test_an_empty_list_says_what_to_do_next(browser: Browser) -> None:
    assert "Point PayPal's IPN at your listener's /ipn" in plain(browser.page(PATH))
    assert "No notification is like that" in plain(browser.page(f"{PATH}?q=T9"))
    assert "Look into every message" in plain(browser.page(f"{PATH}?q=payer:nobody"))


def test_what_narrows_it_and_has_no_field_is_said(browser: Browser) -> None:
    browser.workshop.deliver(payment("T1"))
    assert "Only those received" not in plain(browser.page("/desk/notifications"))
    narrowed = plain(browser.page("/desk/notifications?since=2026-11-20&until=2026-11-21"))
    assert "Only those received from 2026-11-20 to 2026-11-21, in UTC." in narrowed


def test_a_viewer_sees_no_retry(viewer: Browser) -> None:
    given_some(viewer)
    assert "Retry all" not in viewer.page(f"{PATH}?q=outcome:parked")
