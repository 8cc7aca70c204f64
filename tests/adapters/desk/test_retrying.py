"""Asking again, about one and about all that a search finds."""

import re

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from adapters.desk import retrying
from adapters.tables import notifications
from adapters.times import to_us
from tests.adapters.desk.conftest import Browser, news_of, plain
from tests.given import NOON, follower, payment

PATH = "/desk/notifications"


def hidden(page: str) -> dict[str, str]:
    """The fields of the form that does it."""
    form = page.partition('<form class="acts" method="post"')[2].partition("</form>")[0]
    return dict(re.findall(r'name="([a-z_]+)" value="([^"]*)"', form))


def given_parked(browser: Browser, count: int = 3) -> None:
    browser.workshop.deliver(*(follower("Refunded", f"R{n}", f"T{n}") for n in range(count)))


def urgent(browser: Browser) -> list[int]:
    return [n for n in range(1, len(browser.workshop.outcomes()) + 1) if browser.workshop.row(n)["urgent"]]


def test_one_is_asked_about_again_and_it_is_said_who_asked(browser: Browser) -> None:
    given_parked(browser)
    with capture_logs() as logs:
        news = browser.act(f"{PATH}/2/retry", back=f"{PATH}/2")
    assert news == "done: Notification 2 is verified and processed again."
    assert urgent(browser) == [2]
    assert {"event": "retry_asked", "by": "operator", "n": 2, "log_level": "info"} in logs


def test_one_that_is_gone_is_refused_in_words(browser: Browser) -> None:
    given_parked(browser, 1)
    with browser.workshop.engine.begin() as connection:
        connection.execute(update(notifications).values(purged_us=to_us(NOON)))
    assert "were purged: nothing is left" in browser.act(f"{PATH}/1/retry", back=PATH)
    assert browser.act(f"{PATH}/9/retry", back=PATH) == "refused: There is no notification 9."


def test_all_that_are_found_are_shown_first_and_then_retried(browser: Browser) -> None:
    given_parked(browser)
    browser.workshop.deliver(payment("T9"))
    page = browser.page(f"{PATH}/retry?q=outcome:parked")
    assert "Retry 3 notifications?" in plain(page)
    assert 'href="/desk/notifications/4"' not in page
    answer = browser.send(f"{PATH}/retry", **hidden(page))
    assert answer.headers["location"] == f"{PATH}?q=outcome%3Aparked"
    assert news_of(browser.page(answer.headers["location"])) == "done: 3 are verified and processed again."
    assert urgent(browser) == [1, 2, 3]


def test_a_form_without_what_was_seen_does_nothing_yet(browser: Browser) -> None:
    given_parked(browser)
    answer = browser.send(f"{PATH}/retry", csrf=browser.csrf(), q="outcome:parked")
    assert "Retry 3 notifications?" in plain(answer.text)
    assert urgent(browser) == []


def test_when_others_are_found_meanwhile_it_is_asked_again(browser: Browser) -> None:
    given_parked(browser)
    fields = hidden(browser.page(f"{PATH}/retry?q=outcome:parked"))
    browser.workshop.deliver(follower("Refunded", "R9", "T9"))
    answer = browser.send(f"{PATH}/retry", **fields)
    assert answer.status_code == 200
    assert "Others are found now than when you looked (3 then)" in plain(answer.text)
    assert "Retry 4 notifications?" in plain(answer.text)
    assert urgent(browser) == []


def test_no_more_than_so_many_at_once(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrying, "RETRIES_MAX", 2)
    given_parked(browser)
    page = browser.page(f"{PATH}/retry?outcome=parked")
    assert "at most 2 are retried at once" in plain(page)
    answer = browser.send(f"{PATH}/retry", **hidden(page))
    assert "There may be more of them" in news_of(browser.page(answer.headers["location"]))
    assert urgent(browser) == [2, 3]


def test_those_whose_bytes_are_gone_are_counted_apart(browser: Browser) -> None:
    given_parked(browser)
    row = notifications.c
    with browser.workshop.engine.begin() as connection:
        connection.execute(update(notifications).where(row.n == 1).values(purged_us=to_us(NOON)))
    answer = browser.send(f"{PATH}/retry", **hidden(browser.page(f"{PATH}/retry?outcome=parked")))
    news = news_of(browser.page(answer.headers["location"]))
    assert news == "done: 2 are verified and processed again. 1 cannot be: their bytes are gone."


def test_all_there_are_are_never_meant(browser: Browser) -> None:
    given_parked(browser)
    assert browser.get(f"{PATH}/retry").status_code == 400
    answer = browser.send(f"{PATH}/retry", csrf=browser.csrf(), q=" ")
    assert answer.status_code == 400
    assert "Say first which notifications are meant" in plain(answer.text)
    assert "No notification is like that" in plain(browser.page(f"{PATH}/retry?q=outcome:stale"))


def test_a_viewer_may_look_and_not_act(viewer: Browser) -> None:
    given_parked(viewer)
    assert "Only an operator may do that" in plain(viewer.page(f"{PATH}/retry?q=outcome:parked"))
    for path in (f"{PATH}/1/retry", f"{PATH}/retry"):
        assert viewer.send(path, csrf=viewer.csrf(), q="outcome:parked").status_code == 403
    assert urgent(viewer) == []
