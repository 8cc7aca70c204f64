import re
from datetime import timedelta

import pytest

from tests.adapters.desk.conftest import Browser, plain
from tests.given import body, case, follower, payment, pending

TODOS = "/desk/todos"


def act(browser: Browser, path: str, **fields: str) -> str:
    return browser.act(path, back=TODOS, **fields)


def heard(browser: Browser, *bodies: bytes) -> None:
    browser.workshop.deliver(*bodies)
    browser.workshop.follower.follow()


def ids(browser: Browser, query: str = "") -> list[str]:
    return [item["id"] for item in browser.get(f"{TODOS}.json{query}").json["items"]]


def test_what_is_open_is_shown_with_what_it_is_about(browser: Browser) -> None:
    heard(browser, payment(), case())
    page = browser.page(TODOS)
    said = plain(page)
    assert "answer case Answer the dispute PP-1 in PayPal's Resolution Center" in said
    assert 'href="/desk/transactions/T1"' in page
    assert 'href="/desk/notifications/2"' in page
    assert 'action="/desk/todos/answer_case%3AT1%3APP-1/done"' in page


def test_goods_to_be_sent_are_linked_to_the_queue(browser: Browser) -> None:
    heard(browser, payment())
    assert 'href="/desk/fulfillment?state=ready"' in browser.page(TODOS)


def test_one_is_done_with_a_note_and_shown_among_the_closed(browser: Browser) -> None:
    heard(browser, payment(), case())
    act(browser, "/desk/name", name="Ann")
    told = act(browser, f"{TODOS}/answer_case%3AT1%3APP-1/done", note="sent the proof")
    assert told == "done: It is done."
    assert ids(browser, "?kind=answer_case") == []
    assert ids(browser, "?kind=answer_case&open=any") == ["answer_case:T1:PP-1"]
    assert "closed by Ann: sent the proof" in plain(browser.page(f"{TODOS}?open=false"))
    told = act(browser, f"{TODOS}/answer_case%3AT1%3APP-1/done")
    assert told == "refused: It was closed by Ann."


def test_to_put_one_about_goods_away_sends_nothing_and_says_so(browser: Browser) -> None:
    heard(browser, payment())
    page = browser.page(TODOS)
    assert 'aria-label="Put away: ship T1"' in page
    assert 'href="/desk/transactions/T1">its goods' in page
    told = act(browser, f"{TODOS}/ship%3AT1/done")
    assert told == "done: The to-do about T1 is put away. Its goods stand in the queue as they did."
    assert "T1" in plain(browser.page("/desk/fulfillment?state=ready"))


def test_one_that_says_something_else_by_now_is_not_closed_unseen(browser: Browser) -> None:
    heard(browser, payment(), case())
    page = browser.page(f"{TODOS}?kind=answer_case")
    (seen,) = re.findall(r'name="seen" value="([0-9a-f]+)"', page)
    heard(browser, case(case_type="chargeback"))
    done = f"{TODOS}/answer_case%3AT1%3APP-1/done"
    assert act(browser, done, seen=seen) == "refused: It says something else by now: look at it again"
    assert ids(browser, "?kind=answer_case") == ["answer_case:T1:PP-1"]
    (seen,) = re.findall(r'name="seen" value="([0-9a-f]+)"', browser.page(f"{TODOS}?kind=answer_case"))
    assert act(browser, done, seen=seen) == "done: It is done."


def test_what_is_closed_is_not_looked_for_by_its_date(browser: Browser) -> None:
    for query in ("due=overdue&open=false", "due=ever&open=any"):
        answer = browser.get(f"{TODOS}?{query}")
        assert answer.status_code == 400
        assert "Only open to-dos are looked for by when they are due." in plain(answer.text)
    assert browser.get(f"{TODOS}?due=overdue&open=true").status_code == 200


def test_what_settled_by_itself_says_so(browser: Browser) -> None:
    heard(browser, pending(), payment())
    assert "settled by itself" in plain(browser.page(f"{TODOS}?open=false"))


def test_one_of_news_in_a_message_is_done_too(browser: Browser) -> None:
    heard(
        browser, body(txn_type="new/ &type?", txn_id="X1", receiver_email="seller@example.com", test_ipn="1")
    )
    (unmodelled,) = ids(browser, "?kind=unmodelled")
    assert act(browser, f"{TODOS}/{unmodelled}/done") == "done: It is done."
    for name in ids(browser, "?kind=drift"):
        page = browser.page(f"{TODOS}?kind=drift")
        where = page.partition('<form method="post" action="/desk/todos/')[2].partition('"')[0]
        assert act(browser, f"{TODOS}/{where}") == "done: It is done."
        assert name not in ids(browser, "?kind=drift")


@pytest.mark.parametrize("name", ["x", "ship:T9", "drift:a", "ship:~"])
def test_one_that_is_none_is_told(browser: Browser, name: str) -> None:
    told = act(browser, f"{TODOS}/{name}/done")
    assert told == "refused: There is no such to-do any more."


def test_what_is_due_is_shown_by_its_date(browser: Browser) -> None:
    heard(
        browser,
        pending("T1", reason="multi_currency", payment_date="08:00:00 Oct 01, 2026 PDT"),
        pending("T2", reason="multi_currency", payment_date="08:00:00 Oct 24, 2026 PDT"),
        pending("T3", reason="multi_currency", payment_date="08:00:00 Nov 20, 2026 PST"),
        pending("T4", reason="multi_currency", payment_date="08:00:00 Oct 21, 2026 PDT"),
        payment("T5"),
    )

    def txns(query: str) -> list[str]:
        return [name.rpartition(":")[2] for name in ids(browser, query)]

    assert txns("?due=overdue") == ["T1"]
    assert txns("?due=day") == ["T1", "T4"]
    assert txns("?due=week") == ["T1", "T4", "T2"]
    assert txns("?due=ever") == ["T1", "T4", "T2", "T3"]
    assert txns("?due=ever&kind=ship") == []
    page = plain(browser.page(f"{TODOS}?due=ever"))
    assert page.count(" overdue ") == 1 + 1  # the filter's word, and T1's
    browser.workshop.at += timedelta(days=1)
    browser.sign_in()
    assert txns("?due=overdue") == ["T1", "T4"]


def test_dates_are_paged(browser: Browser) -> None:
    dates = ["Oct 03", "Oct 01", "Oct 02"]
    heard(
        browser,
        *(
            pending(f"T{n}", reason="multi_currency", payment_date=f"08:00:00 {date}, 2026 PDT")
            for n, date in enumerate(dates)
        ),
    )
    first = browser.get(f"{TODOS}.json?due=ever&limit=2").json
    second = browser.get(f"{TODOS}.json?due=ever&limit=2&cursor={first['next']}").json
    assert [item["txn_id"] for item in first["items"] + second["items"]] == ["T1", "T2", "T0"]
    assert second["next"] is None
    assert len(browser.get(f"{TODOS}.csv?due=ever&limit=1").text.splitlines()) == 1 + 3
    assert browser.get(f"{TODOS}?due=ever&cursor=x").status_code == 400


def test_a_viewer_reads_and_does_nothing(viewer: Browser) -> None:
    heard(viewer, payment(), follower("Refunded", "R1", gross="-5.00"))
    page = viewer.page(TODOS)
    assert 'href="/desk/transactions/T1"' in page
    assert 'action="/desk/todos/' not in page


def test_an_empty_list_says_what_to_do_next(browser: Browser) -> None:
    assert "Nothing is to do" in plain(browser.page(TODOS))
    assert "No to-do is like that" in plain(browser.page(f"{TODOS}?kind=recall"))
    assert browser.get(f"{TODOS}?kind=nothing").status_code == 400
    assert browser.get(f"{TODOS}?due=tomorrow").status_code == 400
