"""The page of one transaction, as whoever answers a dispute reads it."""

import re
from datetime import timedelta
from html import unescape

import pytest

from tests.adapters.desk.conftest import Browser, plain
from tests.given import authorization, capture, case, follower, payment, pending
from tests.given_streams import batch, record


def deliver(browser: Browser, *bodies: bytes) -> None:
    for one in bodies:
        browser.workshop.deliver(one)
        browser.workshop.follower.follow()


def moments(page: str) -> list[str]:
    found = re.findall(r'href="/desk/transactions/T1\?as_of=([^"&]+)"', page)
    return [one.replace("%3A", ":") for one in dict.fromkeys(found)]


def test_the_page_tells_what_it_is_and_why_the_goods_may_leave(browser: Browser) -> None:
    deliver(browser, payment(invoice="abc-1", item_name="A book", quantity="2", first_name="Ann"))
    page = browser.page("/desk/transactions/T1")
    told = plain(page)
    assert "20.00 USD" in told
    assert "A book" in told
    assert "Why the goods may leave" in told
    assert "no other transaction paid invoice abc-1" in told
    assert 'href="/desk/transactions?invoice=abc-1"' in page
    assert 'href="/desk/customers/PAYER1"' in page
    assert 'href="/desk/notifications/1"' in page
    assert 'href="/desk/ledger?txn_id=T1"' in page
    assert 'action="/desk/fulfillment/T1/claim"' in page


def test_an_unknown_transaction_is_a_page_that_says_so(browser: Browser) -> None:
    answer = browser.get("/desk/transactions/nobody")
    assert answer.status_code == 404
    assert "There is no such transaction." in plain(answer.text)


def test_an_id_that_messages_name_leads_to_them_where_no_transaction_came_of_it(browser: Browser) -> None:
    deliver(browser, payment("T5", gross="NaN"), payment("T6"))
    answer = browser.get("/desk/transactions/T5")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/notifications?txn_id=T5")
    page = browser.page("/desk/notifications?txn_id=T5")
    assert "Only those about T5 , of which no transaction has come." in plain(page)
    assert 'href="/desk/notifications/1"' in page
    assert browser.get("/desk/transactions/T5?as_of=2026-11-21").status_code == 404
    assert "Only those about T6 ." in plain(browser.page("/desk/notifications?txn_id=T6"))


def test_messages_are_shown_as_they_stood_at_that_time(browser: Browser) -> None:
    deliver(browser, follower("Refunded", "R1", gross="-5.00"))
    (then,) = moments(browser.page("/desk/transactions/T1"))
    browser.workshop.at += timedelta(hours=1)
    deliver(browser, payment())
    now = plain(browser.page("/desk/transactions/T1?n=1"))
    assert "1: Refunded, recorded" in now
    past = plain(browser.page(f"/desk/transactions/T1?as_of={then}&n=1")).partition("Messages behind it")[2]
    assert "1: Refunded, parked" in past
    assert "Show verified parked" in past
    assert "recorded" not in past
    asked = plain(browser.page(f"/desk/transactions/T1?as_of={then}&n=1&tab=post-backs"))
    assert "VERIFIED" in asked.partition("Messages behind it")[2]


def test_what_was_refused_says_why_in_words(browser: Browser) -> None:
    deliver(browser, payment(), follower("Refunded", "R1", gross="-500.00"))
    told = plain(browser.page("/desk/transactions/T1"))
    assert "verified refused contradicts what was told before" in told
    assert "transition:" not in told


def test_goods_that_have_left_are_not_said_to_be_free_to_leave(browser: Browser) -> None:
    deliver(browser, payment())
    here = "/desk/transactions/T1"
    browser.act("/desk/fulfillment/T1/fulfill", back=here)
    assert "The goods have left" in plain(browser.page(here))
    deliver(browser, follower("Refunded", "R1"))
    assert "Why the goods are called back" in plain(browser.page(here))


def test_many_messages_that_became_no_event_are_found_elsewhere(browser: Browser) -> None:
    deliver(browser, payment(), *[payment()] * 3)
    elsewhere = 'href="/desk/notifications?txn_id=T1"'
    assert elsewhere not in browser.page("/desk/transactions/T1")
    browser.workshop.deliver(*[payment()] * 60)
    assert elsewhere in browser.page("/desk/transactions/T1")


def test_a_payout_has_no_net_and_its_payer_is_no_customer(browser: Browser) -> None:
    """Its fee is paid beside its gross, so that their difference is no sum of money."""
    deliver(browser, batch(record(1)))
    page = browser.page("/desk/transactions/M1")
    assert "Gross 5.00 USD Fee 0.10 USD From seller@example.com To payee1@example.com" in plain(page)
    assert "/desk/customers/SELLERID" not in page


def test_the_id_of_a_refund_leads_to_its_payment_and_says_so(browser: Browser) -> None:
    deliver(browser, payment(), follower("Refunded", "R1", gross="-5.00"))
    told = plain(browser.page("/desk/transactions/R1"))
    assert "R1 has no life of its own: it follows this transaction, as a refund." in told
    assert "Payment T1" in told


def test_what_waits_for_its_payment_is_told_before_any_view_has_it(browser: Browser) -> None:
    browser.workshop.deliver(follower("Refunded", "R1", gross="-5.00"))
    told = plain(browser.page("/desk/transactions/T1"))
    assert "Parked refund notification 1 waits for T1" in told


def test_looking_back_shows_what_was_known_and_lets_nobody_act(browser: Browser) -> None:
    deliver(browser, pending(), payment(), case())
    page = browser.page("/desk/transactions/T1")
    first, second, _ = moments(page)
    then = browser.page(f"/desk/transactions/T1?as_of={first}")
    assert "As it was known at" in plain(then)
    assert "after 1 event." in plain(then)
    assert "Case opened" not in plain(then)
    assert "awaited → pending" in plain(then)
    assert "Payment completed" not in plain(then)
    assert '<form method="post" action="/desk/fulfillment' not in browser.page(
        f"/desk/transactions/T1?as_of={second}"
    )
    assert "close" not in browser.page(f"/desk/transactions/T1?as_of={second}").partition("<main")[2]
    before = browser.get("/desk/transactions/T1?as_of=2000-01-01T00:00:00Z")
    assert before.status_code == 404
    assert "There is no such transaction as of that time." in plain(before.text)


def test_the_slider_works_without_a_script(browser: Browser) -> None:
    deliver(browser, pending(), payment(), case())
    page = browser.page("/desk/transactions/T1")
    assert 'type="range" name="step" min="1" max="3" value="3"' in page
    answer = browser.get("/desk/transactions/T1?step=2")
    assert answer.status_code == 303
    then = browser.page(answer.headers["location"])
    assert 'min="1" max="3" value="2"' in then
    assert browser.get("/desk/transactions/T1?step=3").headers["location"] == "/desk/transactions/T1"
    assert browser.get("/desk/transactions/T1?step=99").headers["location"] == "/desk/transactions/T1"


@pytest.mark.parametrize("query", ["step=0", "step=x", "as_of=soon", "n=0", "tab=else", "all=x", "what=1"])
def test_a_wrong_question_is_answered_in_words(browser: Browser, query: str) -> None:
    deliver(browser, payment())
    assert browser.get(f"/desk/transactions/T1?{query}").status_code == 400


def test_messages_are_shown_by_address(browser: Browser) -> None:
    deliver(browser, pending(memo="café <b>"), payment())
    fields = browser.page("/desk/transactions/T1?n=1&tab=fields")
    assert "memo" in plain(fields)
    assert "&lt;b&gt;" in fields
    raw = browser.page("/desk/transactions/T1?n=1&tab=raw")
    assert "memo=caf%C3%A9+%3Cb%3E" in unescape(re.sub(r"<[^>]*>", "", raw))
    answers = plain(browser.page("/desk/transactions/T1?n=1&tab=post-backs"))
    assert "VERIFIED" in answers
    assert browser.get("/desk/transactions/T1?n=99").status_code == 404
    # Without a number the message is shown that stands for the transaction.
    assert "notification 2" in plain(browser.page("/desk/transactions/T1"))


def test_a_message_of_another_transaction_is_not_shown_here(browser: Browser) -> None:
    deliver(browser, payment(), payment("T2"))
    assert browser.get("/desk/transactions/T1?n=2").status_code == 404


def test_the_drawing_says_in_words_what_it_shows(browser: Browser) -> None:
    deliver(browser, payment(), case())
    told = plain(browser.page("/desk/transactions/T1"))
    assert "It stands at disputed, after 2 moves." in told
    assert "awaited → completed event 1" in told
    assert "Now it is disputed" in told


def test_a_case_is_closed_by_whoever_knows_that_it_is_over(browser: Browser) -> None:
    deliver(browser, payment(), case())
    page = browser.page("/desk/transactions/T1")
    (version,) = re.findall(r'name="version" value="(\d+)">\s*<input name="why" required', page)[-1:]
    path = "/desk/transactions/T1/cases/PP-1/close"
    stale = browser.act(path, why="they wrote", version="1", back="/desk/transactions/T1")
    assert stale.startswith("refused: ")
    assert "it changed since version 1" in stale
    done = browser.act(path, why="they wrote", version=version, back="/desk/transactions/T1")
    assert done == "done: Case PP-1 is closed."
    told = plain(browser.page("/desk/transactions/T1"))
    assert "they wrote" in told
    assert "by operator" in told
    again = browser.act(path, why="they wrote", back="/desk/transactions/T1")
    assert "is closed already" in again
    assert "There is no case PP-9" in browser.act(path.replace("PP-1", "PP-9"), why="so")
    assert "There is no transaction T9" in browser.act(path.replace("T1", "T9"), why="so")
    assert browser.send(path, csrf=browser.csrf(), why=" ").status_code == 400


def test_a_viewer_reads_and_has_no_forms_that_act(viewer: Browser) -> None:
    deliver(viewer, payment(), case())
    page = viewer.page("/desk/transactions/T1").partition("<main")[2]
    assert 'method="post"' not in page
    path = "/desk/transactions/T1/cases/PP-1/close"
    assert viewer.send(path, csrf=viewer.csrf(), why="so").status_code == 403


def test_what_belongs_together_is_linked(browser: Browser) -> None:
    deliver(
        browser, authorization(), capture("C1", gross="5.00", invoice="abc"), payment("T2", invoice="abc")
    )
    promised = browser.page("/desk/transactions/A1")
    assert 'href="/desk/transactions/C1"' in promised
    taken = browser.page("/desk/transactions/C1")
    assert 'href="/desk/transactions/A1"' in taken
    assert 'href="/desk/transactions/T2"' in taken
    deliver(browser, follower("Refunded", "R1", "T2", gross="-5.00"))
    assert 'href="/desk/notifications?q=txn%3AR1"' in browser.page("/desk/transactions/T2")


def test_a_long_story_is_shown_without_its_middle_until_it_is_asked_for(browser: Browser) -> None:
    browser.workshop.deliver(payment(gross="200.00"))
    browser.workshop.deliver(*(follower("Refunded", f"R{i}", gross="-0.01") for i in range(45)))
    browser.workshop.follower.follow()
    told = browser.page("/desk/transactions/T1")
    assert "16 events in between are not shown." in plain(told)
    assert "46 events." in plain(told)
    whole = browser.page("/desk/transactions/T1?all=events")
    assert "in between" not in plain(whole)
    assert whole.count('id="event-') == 46
