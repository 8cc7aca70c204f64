"""Pauses between attempts: they grow, they never fall in step with each other, they have an end."""

FIRST_SECONDS_MAX = 1.9
LONGEST_SECONDS_MAX = 890.0


def pause_seconds(
    attempts: int,
    draw: float,
    *,
    first_seconds: float = FIRST_SECONDS_MAX,
    longest_seconds: float = LONGEST_SECONDS_MAX,
) -> float:
    """Seconds to wait after so many attempts that came to nothing.

    The ceiling doubles from `first_seconds` up to `longest_seconds`; the pause lies in the upper half under
    it, where `draw` (0 ≤ draw < 1) says. So messages that failed together do not come back together.
    """
    assert attempts >= 1, "nothing was attempted yet"
    assert 0.0 <= draw < 1.0, "a draw lies from 0 up to 1"
    # Beyond sixty doublings nothing changes, and a float would one day overflow.
    ceiling_seconds = min(longest_seconds, first_seconds * 2.0 ** min(attempts - 1, 60))
    return ceiling_seconds * (1.0 + draw) / 2.0
