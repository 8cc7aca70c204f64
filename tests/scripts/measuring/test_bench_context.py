"""What the bench was asked for: sizes are a hundredth where it is only tried."""

from pathlib import Path

import pytest

from scripts.measuring.bench_context import Bench


@pytest.mark.parametrize(
    ("small", "number", "sized"), [(False, 40_000, 40_000), (True, 40_000, 400), (True, 5, 1)]
)
def test_a_trial_takes_a_hundredth(*, small: bool, number: int, sized: int) -> None:
    bench = Bench(
        folder=Path(),
        engines=("sqlite",),
        rounds=1,
        seconds=1.0,
        small=small,
        sync_ms=None,
        say=lambda _: None,
    )
    assert bench.sized(number) == sized
