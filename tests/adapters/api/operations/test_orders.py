"""Calls of this subject: each is in the joined table as it is told here."""

from adapters.api.openapi_operations import PATHS
from adapters.api.operations import orders


def test_every_call_is_in_the_table() -> None:
    assert orders.PATHS
    assert orders.PATHS.items() <= PATHS.items()
