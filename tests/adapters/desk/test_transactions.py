from tests.adapters.desk.conftest import Browser, plain
from tests.given import payment


def test_the_list_shows_what_came_and_keeps_its_filters_in_the_address(browser: Browser) -> None:
    browser.workshop.deliver(payment("T1", invoice="abc-1"), payment("T2", invoice="abc-2"))
    browser.workshop.follower.follow()
    everything = browser.page("/desk/transactions")
    assert 'href="/desk/transactions/T1"' in everything
    page = browser.page("/desk/transactions?invoice=abc-2&status=&q=")
    assert "T2" in plain(page)
    assert "T1" not in plain(page)
    assert "/desk/transactions.csv?invoice=abc-2" in page
    assert "/desk/transactions.json?invoice=abc-2" in page


def test_an_empty_list_says_what_to_do_next(browser: Browser) -> None:
    assert "Point PayPal's IPN at your listener" in plain(browser.page("/desk/transactions"))
    assert "No transaction is like that" in plain(browser.page("/desk/transactions?status=denied"))
