"""Medians and quantiles of what was measured."""

from collections.abc import Sequence


def median(values: Sequence[float]) -> float:
    """The middle one; of an even number the mean of the two in the middle."""
    assert values, "nothing was measured"
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def quantile(ordered: Sequence[float], share: float) -> float:
    """The smallest value at or below which this share of them lies; 0 of none. They are in order."""
    if not ordered:
        return 0.0
    place = -int(-share * len(ordered) // 1)
    return ordered[min(max(place, 1), len(ordered)) - 1]
