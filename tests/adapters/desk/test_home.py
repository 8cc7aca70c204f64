import html
import re
from datetime import timedelta

from adapters.desk.home import KINDS
from projections.todos.kinds import TodoKind
from tests.adapters.desk.conftest import Browser, plain
from tests.given import NOON, case, follower, payment


def test_an_empty_house_says_what_comes_here(browser: Browser) -> None:
    page = plain(browser.page("/desk/"))
    assert "Nothing waits for a person." in page
    assert "No money has moved yet." in page
    assert "Worker was never heard of" in page


def test_home_tells_what_waits_and_leads_to_it(browser: Browser) -> None:
    browser.workshop.deliver(payment("T1"), payment("T2"), payment("T3"), case("PP-1", "T3"))
    browser.workshop.deliver(payment("T4", gross="1_0"))
    browser.workshop.follower.follow()
    page = browser.page("/desk/")
    told = plain(page)
    assert "Goods to send 2" in told
    assert "Cases to answer 1" in told
    assert "Messages that cannot be read 1" in told
    assert 'href="/desk/todos?kind=ship"' in page
    assert browser.get("/desk/todos?kind=ship").status_code == 200


def test_overdue_ones_are_told_and_led_to(browser: Browser) -> None:
    browser.workshop.deliver(payment("T1"), case("PP-1", "T1"))
    browser.workshop.follower.follow()
    assert "overdue" not in browser.page("/desk/")
    browser.workshop.at += timedelta(days=60)
    page = browser.sign_in().page("/desk/")
    assert "Cases to answer 1 overdue 1" in plain(page)
    assert 'href="/desk/todos?kind=answer_case&amp;due=overdue"' in page


def test_messages_are_drawn_and_counted(browser: Browser) -> None:
    browser.workshop.deliver(payment("T1"), payment("T1"), payment("T2", receiver_email="x@y.z"))
    page = browser.page("/desk/")
    for name, count in (("In", 3), ("Verified", 3), ("Recorded", 1), ("Refused", 1)):
        assert f'aria-label="{name}, last 24 hours: {count} in all' in page
        assert f'aria-label="{name}, last 7 days: {count} in all' in page
    assert page.count("<svg") == 8
    assert len(re.findall(r"<tr><td><time", page)) == 24 + 28


def test_each_figure_leads_to_the_messages_that_it_counts(browser: Browser) -> None:
    browser.workshop.keep(payment("T1"), at=NOON - timedelta(days=2))
    browser.workshop.deliver(payment("T2"), payment("T3", receiver_email="x@y.z"))
    page = browser.page("/desk/")
    figures = re.findall(r'<figcaption><a href="([^"]+)">\w+</a> <strong class="number">(\d+)<', page)
    assert [int(figure) for _, figure in figures] == [2, 2, 1, 1, 3, 3, 2, 1]
    for link, figure in figures:
        twin = html.unescape(link).replace("notifications?", "notifications.json?")
        assert len(browser.get(twin).json["items"]) == int(figure)


def test_money_is_told_by_currency_with_what_changed(browser: Browser) -> None:
    browser.workshop.deliver(payment("T1"), payment("T2", gross="2000", mc_fee="88", mc_currency="JPY"))
    browser.workshop.at += timedelta(days=3)
    browser.workshop.deliver(follower("Refunded", "R1", gross="-5.00"))
    browser.workshop.follower.follow()
    page = browser.sign_in().page("/desk/")
    money = plain(page).partition("Money at PayPal")[2].partition("Ledger and exports")[0]
    assert money.split("Over 30 days ", 1)[1].split() == [
        *("1", "912", "JPY", "unchanged", "+", "1", "912", "JPY"),
        *("14.12", "USD", "\u22125.00", "USD", "+", "14.12", "USD"),
    ]
    assert 'href="/desk/ledger?account=Assets%3APayPal%3AUSD"' in page


def test_every_kind_of_to_do_has_its_words() -> None:
    assert set(KINDS) == set(TodoKind)


def test_a_viewer_sees_the_same(viewer: Browser) -> None:
    assert "How the house is" in plain(viewer.page("/desk/"))
