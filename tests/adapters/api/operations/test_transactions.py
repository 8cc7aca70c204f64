"""Calls of this subject: each is in the joined table as it is told here."""

from adapters.api.openapi_operations import PATHS
from adapters.api.operations import transactions


def test_every_call_is_in_the_table() -> None:
    assert transactions.PATHS
    assert transactions.PATHS.items() <= PATHS.items()
