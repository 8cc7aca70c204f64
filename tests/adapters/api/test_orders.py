"""Agreed prices over HTTP."""

import pytest

from tests.adapters.api.conftest import Office


def test_a_price_is_agreed_and_shown(office: Office) -> None:
    line = {"number": "BOOK-1", "name": "A book", "quantity": 2, "gross": "39.90"}
    sent = {"amount": "39.90", "currency": "USD", "items": [line, {"number": "X", "quantity": "1"}]}
    answer = office.ask("PUT", "/api/orders/abc-1", json=sent)
    assert answer.status_code == 200
    assert answer.json["by"] == "operator"
    assert answer.json["items"] == [{**line, "quantity": "2"}, {"number": "X", "quantity": "1"}]
    assert office.get("/api/orders/abc-1").json == answer.json


def test_the_amount_stays_the_text_that_was_sent(office: Office) -> None:
    assert (
        office.ask("PUT", "/api/orders/a", json={"amount": "150", "currency": "JPY"}).json["amount"] == "150"
    )
    assert office.orders.prices["a"]["items"] == []


def test_an_order_that_nobody_agreed_is_404(office: Office) -> None:
    assert office.get("/api/orders/abc-1").status_code == 404


def test_what_cannot_be_agreed_is_400_and_says_why(office: Office) -> None:
    answer = office.ask("PUT", "/api/orders/a", json={"amount": "1.00", "currency": "XXX"})
    assert answer.status_code == 400
    assert "XXX" in answer.json["description"]


@pytest.mark.parametrize("invoice", ["x" * 128, "a%0Ab", "%E2%80%AEx", "%7F"])
def test_an_invoice_that_no_payment_carries_is_400(office: Office, invoice: str) -> None:
    assert (
        office.ask("PUT", f"/api/orders/{invoice}", json={"amount": "1.00", "currency": "USD"}).status_code
        == 400
    )
    assert office.get(f"/api/orders/{invoice}").status_code == 404
