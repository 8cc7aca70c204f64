"""Calls of this subject: each is in the joined table as it is told here."""

from adapters.api.openapi_operations import PATHS
from adapters.api.operations import notifications


def test_every_call_is_in_the_table() -> None:
    assert notifications.PATHS
    assert notifications.PATHS.items() <= PATHS.items()
