"""One notification, with all that is kept of it."""

from pathlib import Path

import pytest
from sqlalchemy import update

from adapters.tables import deliveries, notifications
from adapters.times import to_us
from domain.vocabulary import Outcome, Verdict
from tests.adapters.api.conftest import living_over
from tests.adapters.desk.conftest import Browser, plain
from tests.adapters.sealed_workshop import open_sealed
from tests.given import NOON, follower, payment

PATH = "/desk/notifications"


def test_it_shows_what_came_and_what_became_of_it(browser: Browser) -> None:
    browser.workshop.deliver(payment("T1"), follower("Refunded", "R2", "T1"))
    browser.workshop.follower.follow()
    page = browser.page(f"{PATH}/2")
    said = plain(page)
    assert "Refunded" in said
    assert "R2 follows T1" in said
    assert "PaymentRefunded version 2 of T1" in said
    assert 'href="/desk/notifications?txn_id=R2"' in page
    assert "parent_txn_id T1" in said


def test_each_tab_has_its_address(browser: Browser) -> None:
    browser.workshop.deliver(payment("T1", first_name="André", charset="utf-8"))
    assert "first_name André" in plain(browser.page(f"{PATH}/1"))
    assert "first_name=Andr%C3%A9" in plain(browser.page(f"{PATH}/1?tab=raw")).replace(" ", "")
    assert "VERIFIED 0.25 s" in plain(browser.page(f"{PATH}/1?tab=post-backs"))
    assert "No headers are kept" in plain(browser.page(f"{PATH}/1?tab=headers"))
    assert browser.get(f"{PATH}/1?tab=lost").status_code == 400


def test_one_that_nobody_has_looked_at_is_shown_as_it_came(browser: Browser) -> None:
    browser.workshop.keep(payment("T1"))
    said = plain(browser.page(f"{PATH}/1"))
    assert "It is not verified yet" in said
    assert "txn_id T1" in said
    assert "PayPal was not asked about it yet" in plain(browser.page(f"{PATH}/1?tab=post-backs"))


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_is_said_in_words(browser: Browser, outcome: Outcome) -> None:
    browser.workshop.deliver(payment("T1"), verdict=Verdict.UNKNOWN)
    change(browser, outcome=outcome.value)
    assert f"Outcome {outcome}" in plain(browser.page(f"{PATH}/1"))


def test_one_that_was_purged_says_so_and_cannot_be_retried(browser: Browser) -> None:
    browser.workshop.deliver(payment("T1"))
    change(browser, purged_us=to_us(NOON))
    page = browser.page(f"{PATH}/1")
    assert "Its bytes were purged at" in plain(page)
    assert "There is nothing left to show" in plain(page)
    assert "/retry" not in page


def test_one_that_is_not_there_is_a_page_that_says_so(browser: Browser) -> None:
    for path in (f"{PATH}/9", f"{PATH}/0", f"{PATH}/none"):
        answer = browser.get(path)
        assert answer.status_code == 404
        assert "<h1>" in answer.text


@pytest.mark.usefixtures("any_engine")
def test_one_that_was_forgotten_says_so(tmp_path: Path) -> None:
    with open_sealed(tmp_path) as workshop:
        workshop.deliver(payment("T1", payer_id="PAYER1"))
        browser = Browser(living_over(workshop)).sign_in()
        assert "payer_id PAYER1" in plain(browser.page(f"{PATH}/1"))
        workshop.forget("PAYER1")
        said = plain(browser.page(f"{PATH}/1"))
        assert "Its payer was forgotten" in said
        assert "PAYER1" not in said


@pytest.mark.usefixtures("any_engine")
def test_one_whose_bytes_do_not_open_is_shown_without_them(tmp_path: Path) -> None:
    with open_sealed(tmp_path) as workshop:
        workshop.deliver(payment("T1", payer_id="PAYER1"))
        workshop.follower.follow()
        with workshop.inbox_engine.begin() as connection:
            connection.execute(update(deliveries).values(body=b"damaged" * 9))
        browser = Browser(living_over(workshop)).sign_in()
        for path in (
            f"{PATH}/1",
            f"{PATH}/1?tab=raw",
            "/desk/transactions/T1",
            "/desk/transactions/T1?tab=raw",
        ):
            said = plain(browser.page(path))
            assert "Its bytes are kept, and nobody can open them: the body of delivery 1" in said
            assert "forgotten" not in said
        assert "VERIFIED" in plain(browser.page(f"{PATH}/1?tab=post-backs"))


def test_what_no_transaction_came_of_is_not_linked_as_one(browser: Browser) -> None:
    browser.workshop.deliver(payment("T1", gross="NaN"))
    browser.workshop.follower.follow()
    assert 'href="/desk/transactions/T1"' not in browser.page(f"{PATH}/1")


def change(browser: Browser, **values: object) -> None:
    with browser.workshop.engine.begin() as connection:
        connection.execute(update(notifications).values(values))
