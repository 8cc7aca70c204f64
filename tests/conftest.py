"""What all tests share: how long hypothesis searches, and the samples of real messages."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# COUNTERFOIL_CAMPAIGN=1 (`./scripts/test.sh --campaign`) searches for long; otherwise everybody's run stays
# short and finds the same each time on the same code.
settings.register_profile(
    "ordinary", max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "campaign", max_examples=20_000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("campaign" if os.environ.get("COUNTERFOIL_CAMPAIGN") else "ordinary")


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of real messages; they are not ours to hand on, so it is named from outside."""
    named = os.environ.get("COUNTERFOIL_IPN_SAMPLES")
    if not named:
        pytest.skip("COUNTERFOIL_IPN_SAMPLES names no folder of sample messages")
    return Path(named).resolve(strict=True)
