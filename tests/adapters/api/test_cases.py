"""Cases over HTTP: a person says that one is over."""

from typing import Any

import pytest

from tests.adapters.api.conftest import Living
from tests.given import case, follower, payment


@pytest.fixture
def disputed(living: Living) -> Living:
    for one in (payment(), case(), case("PP-2"), follower("Refunded", "R1", gross="-5.00")):
        living.workshop.deliver(one)
    return living


def test_a_case_is_closed_with_who_and_why_and_the_transaction_is_answered(disputed: Living) -> None:
    status, told = disputed.act("/transactions/T1/cases/PP-1/close", by="Ann", why="PayPal says so")
    assert status == 200
    assert [(one["case_id"], one["open"]) for one in told["cases"]] == [("PP-1", False), ("PP-2", True)]
    assert told == disputed.get("/api/transactions/T1").json
    last = disputed.workshop.book.history("T1")[-1]
    assert (last["type"], last["by"], last["data"]["why"]) == ("CaseClosed", "Ann", "PayPal says so")


def test_the_id_of_a_follower_means_what_it_follows(disputed: Living) -> None:
    status, told = disputed.act("/transactions/R1/cases/PP-1/close", by="Ann", why="over")
    assert (status, told["txn_id"]) == (200, "T1")


def test_a_case_that_is_closed_cannot_be_closed(disputed: Living) -> None:
    disputed.act("/transactions/T1/cases/PP-1/close", by="Ann", why="over")
    status, said = disputed.act("/transactions/T1/cases/PP-1/close", by="Bob", why="over")
    assert (status, said["title"]) == (409, "Refused")
    assert said["description"].endswith("case PP-1 is closed already")


@pytest.mark.parametrize("path", ["T1/cases/PP-3", "T2/cases/PP-1", "invoice:i/cases/PP-1"])
def test_what_nobody_has_heard_of_is_404(disputed: Living, path: str) -> None:
    before = disputed.workshop.book.last_position()
    assert disputed.act(f"/transactions/{path}/close", by="Ann", why="over")[0] == 404
    assert disputed.workshop.book.last_position() == before


@pytest.mark.parametrize("sent", [{}, {"by": "Ann"}, {"by": "Ann", "why": " "}, {"by": "", "why": "over"}])
def test_who_and_why_are_wanted(disputed: Living, sent: dict[str, Any]) -> None:
    assert disputed.act("/transactions/T1/cases/PP-1/close", **sent)[0] == 400
