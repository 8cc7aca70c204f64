"""Schemas: real answers fit them, and every name that is used is there."""

import json
import re
from typing import Any

import jsonschema_rs
import pytest

from adapters.api.openapi import describe
from adapters.api.openapi_schemas import SCHEMAS
from tests.adapters.api.conftest import VERSION, Office
from tests.adapters.conftest import document


def fits(name: str, value: Any) -> None:
    schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": SCHEMAS}}
    jsonschema_rs.Draft202012Validator(schema).validate(value)


def test_every_name_is_defined_and_used() -> None:
    used = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(describe(VERSION))))
    assert used == set(SCHEMAS)


def test_real_answers_fit(office: Office) -> None:
    office.shelf.healthy()
    office.shelf.asked(1, 1)
    office.shelf.became(1, 1)
    office.shelf.show("61E")
    office.book.happened("61E", 2)
    for path, name in (
        ("/api/transactions", "TransactionPage"),
        ("/api/transactions/61E", "Transaction"),
        ("/api/transactions/61E/events", "EventPage"),
        ("/api/notifications", "NotificationPage"),
        ("/api/notifications/1", "NotificationDetail"),
        ("/api/status", "Status"),
        ("/readyz", "Readiness"),
        ("/nothing", "Error"),
    ):
        fits(name, office.get(path).json)


def test_a_transaction_with_everything_fits() -> None:
    fits(
        "Transaction",
        document(
            "61E",
            followers=[
                {
                    "txn_id": "1AB",
                    "kind": "refund",
                    "gross": "-5.00",
                    "fee": "-0.22",
                    "reason": "refund",
                    "occurred_at": "2026-11-20T12:00:00Z",
                }
            ],
            cases=[{"case_id": "PP-001", "type": "dispute", "reason": "non_receipt", "open": True}],
            parked=[{"notification": 12, "kind": "refund", "waits_for": "61E"}],
            doubts=[{"rule": "refund", "detail": "5.00 of 19.95 USD refunded before the goods left"}],
        ),
    )


@pytest.mark.parametrize("change", [{"status": "paid"}, {"gross": 19.95}, {"kind": None}, {"version": "1"}])
def test_a_transaction_that_breaks_the_contract_does_not(change: dict[str, Any]) -> None:
    with pytest.raises(jsonschema_rs.ValidationError):
        fits("Transaction", document("61E", **change))
