"""Calls about what waits for a person: as they are answered, so they are described."""

import msgspec

from adapters.api import todos as resources
from adapters.api.openapi_operations import PATHS
from adapters.api.openapi_schemas import SCHEMAS
from adapters.api.operations import todos


def test_every_call_and_shape_is_in_the_tables() -> None:
    assert todos.PATHS.items() <= PATHS.items()
    assert todos.SCHEMAS.items() <= SCHEMAS.items()


def test_every_parameter_that_is_read_is_described() -> None:
    described = {each["name"] for each in todos.PATHS["/api/todos"]["get"]["parameters"]}
    assert described == set(resources.LIST.query)


def test_the_body_is_described_as_it_is_read() -> None:
    fields = {field.name: field.required for field in msgspec.structs.fields(resources.DoneBody)}
    described = todos.SCHEMAS["TodoDone"]
    assert set(described["properties"]) == set(fields)
    assert described["required"] == [name for name, required in fields.items() if required]
