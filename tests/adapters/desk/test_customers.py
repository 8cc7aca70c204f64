from urllib.parse import quote

from tests.adapters.desk.conftest import Browser, plain
from tests.given import follower, payment
from tests.given_streams import signup

CUSTOMERS = "/desk/customers"
ANN = {"first_name": "Ann", "last_name": "Lee", "payer_email": "ann@example.com", "residence_country": "US"}
HOME = {
    "address_name": "Ann Lee",
    "address_street": "1 Main St\r\nApt 4",
    "address_city": "San Jose",
    "address_state": "CA",
    "address_zip": "95131",
    "address_country": "United States",
    "address_status": "unconfirmed",
}


def heard(browser: Browser, *bodies: bytes) -> None:
    browser.workshop.deliver(*bodies)
    browser.workshop.follower.follow()


def test_customers_are_listed_with_their_sums(browser: Browser) -> None:
    heard(
        browser,
        payment("T1", **ANN),
        payment("T2", gross="1500.00", mc_currency="EUR", **ANN),
        follower("Refunded", "R1", gross="-5.00"),
        payment("T3", payer_id="PAYER2"),
    )
    page = browser.page(CUSTOMERS)
    said = plain(page)
    assert "Ann Lee PAYER1 ann@example.com US 2 1 500.00 EUR 20.00 USD 5.00 USD" in said
    assert 'href="/desk/customers/PAYER1"' in page
    found = plain(browser.page(f"{CUSTOMERS}?q=ann"))
    assert "PAYER1" in found
    assert "PAYER2" not in found
    assert [one["id"] for one in browser.get(f"{CUSTOMERS}.json?payer=PAYER2").json["items"]] == ["PAYER2"]
    assert len(browser.get(f"{CUSTOMERS}.csv").text.splitlines()) == 1 + 2


def test_one_is_shown_with_address_sums_and_payments(browser: Browser) -> None:
    heard(
        browser,
        payment("T1", invoice="abc-1", **ANN, **HOME),
        follower("Refunded", "R1", gross="-5.00"),
        payment("T3", payer_id="PAYER2"),
    )
    page = browser.page(f"{CUSTOMERS}/PAYER1")
    said = plain(page)
    assert "Ann Lee 1 Main St Apt 4 95131 San Jose CA United States not confirmed" in said
    assert "Sums of 1 payment" in said
    assert "USD 20.00 5.00 0.00" in said
    assert "partially refunded" in said
    assert 'href="/desk/transactions/T1"' in page
    assert "T3" not in said
    assert "/desk/transactions.csv?payer=PAYER1" in page


def test_their_subscriptions_are_linked(browser: Browser) -> None:
    heard(browser, payment("T1", **ANN), signup(payer_id="PAYER1"))
    assert 'href="/desk/subscriptions/S-1"' in browser.page(f"{CUSTOMERS}/PAYER1")


def test_their_payments_have_pages(browser: Browser) -> None:
    heard(browser, *(payment(f"T{n}") for n in range(60)))
    page = browser.page(f"{CUSTOMERS}/PAYER1")
    assert page.count("data-row") == 50
    following = page.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    assert following.startswith("/desk/customers/PAYER1?cursor=")
    assert browser.page(following).count("data-row") == 10
    assert browser.get(f"{CUSTOMERS}/PAYER1?cursor=x").status_code == 400


def test_one_is_found_however_the_id_is_written(browser: Browser) -> None:
    name = "a/b ?#%é<i>"
    heard(browser, payment("T1", payer_id=name, charset="utf-8"))
    where = f"{CUSTOMERS}/{quote(name, safe='')}"
    assert f'href="{where}"' in browser.page(CUSTOMERS)
    assert 'href="/desk/transactions/T1"' in browser.page(where)


def test_one_that_is_none_is_404(browser: Browser) -> None:
    answer = browser.get(f"{CUSTOMERS}/NOBODY")
    assert answer.status_code == 404
    assert "customer" in plain(answer.text)


def test_empty_lists_say_what_to_do_next(browser: Browser) -> None:
    assert "No customer yet" in plain(browser.page(CUSTOMERS))
    assert "No customer is like that" in plain(browser.page(f"{CUSTOMERS}?q=zz"))
