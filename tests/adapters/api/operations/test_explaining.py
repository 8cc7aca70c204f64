"""Calls that explain: as they are answered, so they are described."""

from typing import Any

import jsonschema_rs
import msgspec
import pytest

from adapters.api.cases import CloseBody
from adapters.api.openapi import describe
from adapters.api.openapi_operations import PATHS
from adapters.api.openapi_schemas import SCHEMAS
from adapters.api.operations import explaining
from tests.adapters.api.conftest import VERSION, Living
from tests.given import authorization, case, follower, payment, pending
from tests.given_streams import batch, record

STORY = [
    payment(), pending("T2"), authorization(), case(), follower("Refunded", "R1", gross="-5.00"),
    follower("Refunded", "R9", "T9"), batch(record(1, "Unclaimed")),
]  # fmt: skip


def fits(name: str, told: Any) -> None:
    schema = {"$ref": f"#/components/schemas/{name}", "components": describe(VERSION)["components"]}
    jsonschema_rs.Draft202012Validator(schema, validate_formats=True).validate(told)


def test_every_call_and_shape_is_in_the_tables() -> None:
    assert explaining.PATHS.items() <= PATHS.items()
    assert explaining.SCHEMAS.items() <= SCHEMAS.items()


@pytest.mark.parametrize("txn_id", ["T1", "T2", "A1", "T9", "M1"])
def test_what_is_told_of_every_kind_fits(living: Living, txn_id: str) -> None:
    for one in STORY:
        living.workshop.deliver(one)
    told = living.get(f"/api/transactions/{txn_id}/explain").json
    fits("Explanation", told)
    assert set(told) == set(SCHEMAS["Explanation"]["properties"])
    changes = living.get(f"/api/transactions/{txn_id}/changes", params={"since": "2026-11-20T11:00:00Z"}).json
    fits("TransactionChanges", changes)
    assert set(changes) == set(SCHEMAS["TransactionChanges"]["properties"])


def test_closing_a_case_is_described_as_it_is_read_and_answered(living: Living) -> None:
    fields = msgspec.structs.fields(CloseBody)
    assert {field.name for field in fields} == set(SCHEMAS["CaseClosing"]["properties"])
    for one in STORY:
        living.workshop.deliver(one)
    status, told = living.act("/transactions/T1/cases/PP-1/close", by="Ann", why="over")
    assert status == 200
    fits("Transaction", told)
