import pytest

from adapters.desk.subscriptions import every, lasting_for, told
from tests.adapters.desk.conftest import Browser, plain
from tests.given_streams import paid, signup, subscribed

SUBSCRIPTIONS = "/desk/subscriptions"
JAN = "08:00:00 Jan 05, 2026 PST"


def heard(browser: Browser, *bodies: bytes) -> None:
    browser.workshop.deliver(*bodies)
    browser.workshop.follower.follow()


@pytest.mark.parametrize(
    ("period", "words", "length"),
    [
        ("1 M", "every month", "1 month"),
        ("2 W", "every 2 weeks", "2 weeks"),
        ("7 D", "every 7 days", "7 days"),
        ("Monthly", "every month", "Monthly"),
        ("every 2 Months", "every 2 Months", "every 2 Months"),
        ("1 X", "1 X", "1 X"),
        (None, "", ""),
    ],
)
def test_a_period_is_read_as_a_person_reads_it(period: str | None, words: str, length: str) -> None:
    assert (every(period), lasting_for(period)) == (words, length)


def test_an_event_is_told_in_words() -> None:
    assert told("SubscriptionStarted") == "Subscription started"
    assert told("CycleHeard") == "Payment heard"


def test_subscriptions_are_listed_and_filtered(browser: Browser) -> None:
    heard(browser, signup(), paid("T1", JAN), subscribed("subscr_cancel", subscr_id="S-2"))
    page = browser.page(SUBSCRIPTIONS)
    assert 'href="/desk/subscriptions/S-1"' in page
    assert "every month" in plain(page)
    cancelled = browser.page(f"{SUBSCRIPTIONS}?status=cancelled&kind=&payer=")
    assert "S-1" not in plain(cancelled)
    assert "/desk/subscriptions.csv?status=cancelled" in cancelled
    items = browser.get(f"{SUBSCRIPTIONS}.json?status=active").json["items"]
    assert [item["subscription_id"] for item in items] == ["S-1"]


def test_one_is_shown_with_terms_payments_and_what_was_told(browser: Browser) -> None:
    heard(browser, signup(mc_amount1="0.00", period1="7 D"), paid("T1", JAN))
    page = browser.page(f"{SUBSCRIPTIONS}/S-1")
    said = plain(page)
    assert "Trial 0.00 USD for 7 days" in said.replace("\xa0", " ")
    assert "every month" in said
    assert 'href="/desk/transactions/T1"' in page
    assert 'href="/desk/notifications/1"' in page
    assert "Subscription started" in said
    assert "Payment heard" in said


def test_of_many_events_the_newest_are_shown(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.desk.subscriptions.EVENTS_MAX", 1)
    heard(browser, signup(), paid("T1", JAN))
    assert "The newest 1 of 2" in plain(browser.page(f"{SUBSCRIPTIONS}/S-1"))


def test_what_does_not_agree_is_said(browser: Browser) -> None:
    heard(browser, signup(), subscribed("subscr_eot"), paid("T1", "08:00:00 Jun 05, 2026 PST"))
    doubts = browser.get(f"{SUBSCRIPTIONS}.json").json["items"][0]["doubts"]
    said = plain(browser.page(f"{SUBSCRIPTIONS}/S-1"))
    for doubt in doubts:
        assert doubt["detail"] in said


def test_one_that_is_none_is_404(browser: Browser) -> None:
    assert browser.get(f"{SUBSCRIPTIONS}/S-9").status_code == 404


def test_empty_lists_say_what_to_do_next(browser: Browser) -> None:
    assert "No subscription yet" in plain(browser.page(SUBSCRIPTIONS))
    assert "No subscription is like that" in plain(browser.page(f"{SUBSCRIPTIONS}?status=ended"))
