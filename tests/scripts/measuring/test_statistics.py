"""Medians and quantiles."""

import pytest

from scripts.measuring.statistics import median, quantile


@pytest.mark.parametrize(("values", "middle"), [([3.0], 3.0), ([5.0, 1.0, 2.0], 2.0), ([4.0, 1.0], 2.5)])
def test_the_median_is_the_middle(values: list[float], middle: float) -> None:
    assert median(values) == middle


@pytest.mark.parametrize(
    ("count", "share", "value"),
    [(100, 0.5, 50), (100, 0.99, 99), (100, 1.0, 100), (1, 0.01, 1), (3, 0.99, 3), (0, 0.5, 0)],
)
def test_a_quantile_is_a_value_that_was_there(count: int, share: float, value: float) -> None:
    assert quantile(list(range(1, count + 1)), share) == value
