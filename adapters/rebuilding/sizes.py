"""Sizes of what is written at once: as much as nobody notices who waits to write meanwhile."""

from typing import Final

_HELD_SECONDS_LONG: Final = 0.12
_HELD_SECONDS_SHORT: Final = 0.05


def next_size(size: int, held_seconds: float, *, smallest: int, largest: int) -> int:
    """The size after one of which the writing kept others waiting for so long."""
    if held_seconds > _HELD_SECONDS_LONG:
        return max(smallest, size // 2)
    if held_seconds < _HELD_SECONDS_SHORT:
        return min(largest, size * 2)
    return size
