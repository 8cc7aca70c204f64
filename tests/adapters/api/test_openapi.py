"""The description and the routes tell the same."""

import re
from typing import Any

from adapters.api import customers, fulfillment, ledger, notifications, subscriptions, todos, transactions
from adapters.api.asking import PAGING
from adapters.api.openapi import describe
from adapters.api.routes import ROUTES
from tests.adapters.api.conftest import VERSION, Office

PATHS = describe(VERSION)["paths"]


def test_it_is_answered_as_it_is_made(office: Office) -> None:
    answer = office.get("/api/openapi.json")
    assert answer.status_code == 200
    assert answer.json == describe(VERSION)


def test_every_route_is_described_and_every_description_is_routed(office: Office) -> None:
    routed = {
        (re.sub(r":\w+}", "}", template), method)
        for template, resource in ROUTES
        for method in ("get", "head", "post", "put", "patch", "delete")
        if hasattr(resource(office.parts), f"on_{method}")
    }
    assert routed == {(path, method) for path, operations in PATHS.items() for method in operations}


def test_every_query_parameter_is_described_and_read() -> None:
    read: dict[str, Any] = {
        "/api/transactions": transactions.LIST.query,
        "/api/transactions/{txn_id}": transactions.ONE_QUERY,
        "/api/transactions/{txn_id}/events": PAGING,
        "/api/transactions/{txn_id}/explain": transactions.ONE_QUERY,
        "/api/transactions/{txn_id}/changes": transactions.CHANGES_QUERY,
        "/api/fulfillment": fulfillment.LIST.query,
        "/api/fulfillment/changes": fulfillment.CHANGES.query,
        "/api/notifications": notifications.LIST.query,
        "/api/ledger/balances": ledger.BALANCES_QUERY,
        "/api/ledger/changes": ledger.CHANGES_QUERY,
        "/api/ledger/entries": ledger.ENTRIES.query,
        "/api/ledger/export": ledger.EXPORT_QUERY,
        "/api/subscriptions": subscriptions.LIST.query,
        "/api/todos": todos.LIST.query,
        "/api/customers": customers.LIST.query,
    }
    for path, operations in PATHS.items():
        described = {
            each["name"] for each in operations.get("get", {}).get("parameters", ()) if each["in"] == "query"
        }
        assert described == set(read.get(path, ())), path


def test_every_field_of_a_path_is_described() -> None:
    for path, operations in PATHS.items():
        for operation in operations.values():
            described = {each["name"] for each in operation["parameters"] if each["in"] == "path"}
            assert described == set(re.findall(r"{(\w+)}", path))
