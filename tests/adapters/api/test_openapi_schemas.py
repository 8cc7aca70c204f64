"""Schemas: real answers fit them, and every name that is used is there."""

import json
import re
from typing import Any

import jsonschema_rs
import pytest

from adapters.api.openapi import describe
from adapters.api.openapi_schemas import SCHEMAS
from tests.adapters.api.conftest import VERSION, Office


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
    office.shelf.noticed("field", "x")
    office.shelf.subscribe("S-1")
    office.shelf.ask_for("61E")
    office.shelf.turn_away("refused", "receiver")
    office.book.happened("61E", 2)
    for path, name in (
        ("/api/transactions", "TransactionPage"),
        ("/api/transactions/61E", "Transaction"),
        ("/api/transactions/61E/events", "EventPage"),
        ("/api/notifications", "NotificationPage"),
        ("/api/notifications/1", "NotificationDetail"),
        ("/api/subscriptions", "SubscriptionPage"),
        ("/api/subscriptions/S-1", "Subscription"),
        ("/api/todos", "TodoPage"),
        ("/api/status", "Status"),
        ("/readyz", "Readiness"),
        ("/nothing", "Error"),
    ):
        fits(name, office.get(path).json)


def test_what_is_new_is_described() -> None:
    row = {"what": "field", "example": "x", "n": 2, "count": 3}
    drift = {"components": {"schemas": SCHEMAS}, **SCHEMAS["Status"]["properties"]["drift"]}
    validator = jsonschema_rs.Draft202012Validator(drift)
    validator.validate([row])
    for name in row:
        with pytest.raises(jsonschema_rs.ValidationError):
            validator.validate([{key: value for key, value in row.items() if key != name}])


def test_a_to_do_has_all_its_keys(office: Office) -> None:
    office.shelf.ask_for("61E", "accept_currency", due_us=1)
    (item,) = office.get("/api/todos").json["items"]
    fits("Todo", item)
    assert list(SCHEMAS["Todo"]["properties"]) == SCHEMAS["Todo"]["required"] == list(item)
    for change in ({"kind": "call"}, {"open": None}, {"what": None}, {"since": None}, {"n": "1"}):
        with pytest.raises(jsonschema_rs.ValidationError):
            fits("Todo", item | change)
