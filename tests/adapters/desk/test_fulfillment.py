from urllib.parse import urlencode

import pytest

from tests.adapters.desk.conftest import Browser, plain
from tests.given import follower, payment, pending

QUEUE = "/desk/fulfillment"
CLEAR = {"item_name1": "A book", "item_number1": "BOOK-1", "quantity1": "2", "num_cart_items": "1"}


def act(browser: Browser, path: str, **fields: str) -> str:
    return browser.act(path, back=QUEUE, **fields)


def heard(browser: Browser, *bodies: bytes) -> None:
    browser.workshop.deliver(*bodies)
    browser.workshop.follower.follow()


def shown(browser: Browser, **asked: str) -> set[str]:
    page = browser.page(f"{QUEUE}?{urlencode(asked)}")
    return {txn_id for txn_id in ("T1", "T2", "T3", "T4") if f'href="/desk/transactions/{txn_id}"' in page}


def test_what_waits_for_somebody_is_shown_first(browser: Browser) -> None:
    heard(
        browser,
        payment("T1"),
        payment("T2"),
        follower("Refunded", "R2", "T2", gross="-5.00"),
        payment("T3"),
        pending("T4"),
    )
    act(browser, f"{QUEUE}/T3/fulfill")
    assert shown(browser) == {"T1", "T2"}
    assert shown(browser, state="waiting") == {"T1", "T2"}
    assert shown(browser, state="held") == {"T2"}
    assert shown(browser, state="ready") == {"T1"}
    assert shown(browser, state="fulfilled") == {"T3"}
    assert shown(browser, state="none") == {"T4"}
    assert shown(browser, state="all") == {"T1", "T2", "T3"}


def test_the_tabs_say_how_many_wait(browser: Browser) -> None:
    heard(browser, payment("T1"), payment("T2"), follower("Refunded", "R2", "T2", gross="-5.00"))
    act(browser, f"{QUEUE}/T1/claim")
    said = plain(browser.page(QUEUE))
    assert "Waiting Held 1 Ready Claimed 1 Recall Fulfilled" in said


def test_a_row_says_what_goes_where_and_why_it_is_held(browser: Browser) -> None:
    heard(
        browser,
        payment(
            "T1",
            txn_type="cart",
            invoice="abc-1",
            first_name="Ann",
            last_name="Lee",
            payer_email="ann@example.com",
            address_name="Ann Lee",
            address_street="1 Main St",
            address_city="San Jose",
            address_zip="95131",
            address_country="United States",
            address_status="confirmed",
            option_name1_1="Binding",
            option_selection1_1="cloth",
            **CLEAR,
        ),
        follower("Refunded", "R1", gross="-5.00"),
    )
    page = browser.page(QUEUE)
    said = plain(page)
    for words in (
        "2 \u00d7 A book BOOK-1",
        "Binding: cloth",
        "Ann Lee 1 Main St 95131 San Jose United States confirmed by PayPal",
        "invoice abc-1",
        "5.00 of 20.00 USD refunded before the goods left",
        "ann@example.com",
    ):
        assert words in said, (words, said)
    assert 'href="/desk/customers/PAYER1"' in page
    assert 'name="why" value="looked at on the desk"' in page


def test_acts_are_offered_where_they_are_possible(browser: Browser) -> None:
    heard(browser, payment("T1"))
    page = browser.page(QUEUE)
    assert 'data-key="c" aria-label="Claim T1"' in page
    assert 'aria-label="Fulfill T1"' in page
    assert "Release T1" not in page
    act(browser, f"{QUEUE}/T1/claim")
    page = browser.page(QUEUE)
    assert "Claim T1" not in page
    assert 'data-key="r" aria-label="Release T1"' in page
    act(browser, "/desk/name", name="Bob")
    page = browser.page(QUEUE)
    assert 'aria-label="Release T1, which operator holds"' in page
    assert "Fulfill T1" not in page


def test_what_one_has_claimed_oneself_stands_on_top_once(browser: Browser) -> None:
    heard(browser, payment("T1"), payment("T2"), payment("T3"))
    act(browser, f"{QUEUE}/T2/claim")
    for page in (browser.page(QUEUE), browser.page(f"{QUEUE}?state=ready")):
        said = plain(page)
        assert said.index("Yours to send") < said.index("T2") < said.index("T1") < said.index("T3")
        assert page.count('aria-label="Fulfill T2"') == 1
    act(browser, "/desk/name", name="Bob")
    page = browser.page(QUEUE)
    assert "Yours to send" not in plain(page)
    assert page.count("which operator holds") == 1


def test_a_viewer_is_offered_nothing_to_do(viewer: Browser) -> None:
    heard(viewer, payment("T1"), payment("T2"), follower("Refunded", "R2", "T2", gross="-5.00"))
    page = viewer.page(QUEUE)
    assert 'action="/desk/fulfillment/' not in page
    assert "refunded before the goods left" in plain(page)


def test_the_queue_is_shown_as_it_stood_and_nothing_can_be_done_there(browser: Browser) -> None:
    heard(browser, payment("T1"))
    before = browser.workshop.at
    act(browser, f"{QUEUE}/T1/fulfill")
    page = browser.page(f"{QUEUE}?as_of={before:%Y-%m-%dT%H:%M:%S}&state=")
    assert 'href="/desk/transactions/T1"' in page
    assert "As it was known at" in plain(page)
    assert 'action="/desk/fulfillment/' not in page
    assert "data-live" not in page
    assert shown(browser, as_of="2020-01-01") == set()


def test_twins_keep_the_filters_and_show_the_same(browser: Browser) -> None:
    heard(browser, payment("T1"), payment("T2"))
    act(browser, f"{QUEUE}/T2/fulfill")
    page = browser.page(f"{QUEUE}?state=fulfilled")
    assert "/desk/fulfillment.csv?state=fulfilled" in page
    rows = browser.get(f"{QUEUE}.json?state=fulfilled").json["items"]
    assert [row["txn_id"] for row in rows] == ["T2"]
    assert [row["txn_id"] for row in browser.get(f"{QUEUE}.json").json["items"]] == ["T1"]
    assert browser.get(f"{QUEUE}.csv").text.splitlines()[1].startswith("T1,ready")


@pytest.mark.parametrize("query", ["state=sent", "as_of=yesterday", "colour=red", "cursor=x"])
def test_a_filter_that_is_none_is_told(browser: Browser, query: str) -> None:
    answer = browser.get(f"{QUEUE}?{query}")
    assert answer.status_code == 400
    assert query.partition("=")[0] in plain(answer.text)


def test_an_empty_queue_says_what_to_do_next(browser: Browser) -> None:
    assert "Nothing waits for anybody" in plain(browser.page(QUEUE))
    assert "No goods stand so" in plain(browser.page(f"{QUEUE}?state=recall"))


def test_a_long_queue_has_pages(browser: Browser) -> None:
    heard(browser, payment("T1"), payment("T2"), payment("T3"))
    first = browser.page(f"{QUEUE}?limit=2")
    assert shown(browser, limit="2") == {"T1", "T2"}
    following = (
        first.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    )
    page = browser.page(following)
    assert 'href="/desk/transactions/T3"' in page
    assert 'rel="first"' in page
