"""Calls about customers: as they are answered, so they are described."""

from adapters.api import customers as resources
from adapters.api.openapi_operations import PATHS
from adapters.api.openapi_schemas import SCHEMAS
from adapters.api.operations import customers


def test_every_call_and_shape_is_in_the_tables() -> None:
    assert customers.PATHS.items() <= PATHS.items()
    assert customers.SCHEMAS.items() <= SCHEMAS.items()


def test_every_parameter_that_is_read_is_described() -> None:
    described = {each["name"] for each in customers.PATHS["/api/customers"]["get"]["parameters"]}
    assert described == set(resources.LIST.query)
