"""Calls about the queue: as they are read and answered, so they are described."""

from typing import Any

import jsonschema_rs
import msgspec
import pytest

from adapters.api import fulfillment as resources
from adapters.api.openapi import describe
from adapters.api.openapi_operations import PATHS
from adapters.api.openapi_schemas import SCHEMAS
from adapters.api.operations import fulfillment
from tests.adapters.api.conftest import VERSION, Living
from tests.given import case, payment

BODIES: dict[str, tuple[str, type[msgspec.Struct]]] = {
    "claim": ("GoodsClaim", resources.ClaimBody),
    "release": ("GoodsRelease", resources.ReleaseBody),
    "fulfill": ("GoodsFulfillment", resources.FulfillBody),
    "approve": ("GoodsApproval", resources.ApproveBody),
}


def fits(name: str, told: Any) -> None:
    schema = {"$ref": f"#/components/schemas/{name}", "components": describe(VERSION)["components"]}
    jsonschema_rs.Draft202012Validator(schema, validate_formats=True).validate(told)


def test_every_call_and_shape_is_in_the_tables() -> None:
    assert fulfillment.PATHS.items() <= PATHS.items()
    assert fulfillment.SCHEMAS.items() <= SCHEMAS.items()


@pytest.mark.parametrize("act", BODIES)
def test_a_body_is_described_as_it_is_read(act: str) -> None:
    name, shape = BODIES[act]
    described = SCHEMAS[name]
    read = msgspec.structs.fields(shape)
    assert set(described["properties"]) == {field.name for field in read}
    assert set(described["required"]) == {field.name for field in read if field.required}
    content = PATHS[f"/api/fulfillment/{{txn_id}}/{act}"]["post"]["requestBody"]
    assert content["content"]["application/json"]["schema"]["$ref"].endswith(f"/{name}")
    assert content["required"] is (act != "release")


def test_what_is_listed_fits_and_has_no_key_that_is_not_described(living: Living) -> None:
    living.workshop.deliver(payment(address_city="Berlin"), payment("T2"), payment("T3"))
    living.workshop.deliver(case())
    living.act("/fulfillment/T2/claim", by="Ann")
    living.act("/fulfillment/T3/fulfill", by="Ann", note="DHL 1")
    rows = [row for state in (None, "fulfilled") for row in living.get(
        "/api/fulfillment", params={"state": state} if state else {}
    ).json["items"]]  # fmt: skip
    assert {row["state"] for row in rows} == {"held", "claimed", "fulfilled"}
    for row in rows:
        fits("Goods", row)
        assert set(row) == set(SCHEMAS["Goods"]["properties"]) == set(SCHEMAS["Goods"]["required"])
    changes = living.get("/api/fulfillment/changes", params={"since": "2026-11-20T11:00:00Z"}).json
    fits("GoodsChangePage", changes)
    assert len(changes["items"]) == 3


def test_every_column_of_the_sheet_is_a_field() -> None:
    fields = SCHEMAS["Goods"]["properties"]
    assert {column.partition(".")[0] for column in resources.LIST.columns} == set(fields)
