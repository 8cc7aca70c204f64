"""What the office is made of fits together."""

from dataclasses import FrozenInstanceError

import pytest

from tests.adapters.api.conftest import Office


def test_parts_are_fixed_once_they_are_wired(office: Office) -> None:
    with pytest.raises(FrozenInstanceError):
        office.parts.version = "other"  # type: ignore[misc]
