"""Calls about the ledger: as they are answered, so they are described."""

from typing import Any

from adapters.api import ledger as resources
from adapters.api.openapi_operations import PATHS
from adapters.api.openapi_schemas import SCHEMAS
from adapters.api.operations import ledger


def test_every_call_and_shape_is_in_the_tables() -> None:
    assert ledger.PATHS.items() <= PATHS.items()
    assert ledger.SCHEMAS.items() <= SCHEMAS.items()


def described(path: str) -> dict[str, Any]:
    parameters = ledger.PATHS[f"/api/ledger/{path}"]["get"]["parameters"]
    return {parameter["name"]: parameter for parameter in parameters}


def test_every_parameter_that_is_read_is_described() -> None:
    asked = {
        "balances": resources.BALANCES_QUERY,
        "changes": resources.CHANGES_QUERY,
        "entries": resources.ENTRIES.query,
        "export": resources.EXPORT_QUERY,
    }
    for path, query in asked.items():
        assert set(described(path)) == set(query)


def test_what_must_be_given_is_said_to_be() -> None:
    required = {path: {name for name, one in described(path).items() if one.get("required")} for path in
                ("balances", "changes", "entries", "export")}  # fmt: skip
    assert required == {"balances": set(), "changes": {"since"}, "entries": set(), "export": {"format"}}
