"""When a message is sent again: sixteen tries over four days, on a clock that can run fast."""

from collections.abc import Iterator
from dataclasses import dataclass

TRIES_MAX = 16
SPAN_SECONDS = 4 * 24 * 3600.0
# PayPal publishes both ends and no schedule: pauses that double from some ten seconds on reach them.
FIRST_PAUSE_SECONDS = SPAN_SECONDS / (2 ** (TRIES_MAX - 1) - 1)
# By this much each message's pauses differ, or all that failed together would come back together.
STRETCH_LEAST, STRETCH_MOST = 0.8, 1.0
PATIENCE_SECONDS = 10.0
ROUNDING = 1.001  # the last try lies at the very end, give or take what adding up loses


@dataclass(frozen=True, slots=True)
class Schedule:
    """PayPal's schedule on a clock that runs `speed` times as fast, ended early by `patience_seconds`."""

    speed: float
    patience_seconds: float

    def pauses(self, stretch: float = 1.0) -> Iterator[float]:
        """Seconds from each try to the next, as long as there is patience."""
        waited, pause = 0.0, FIRST_PAUSE_SECONDS * stretch / self.speed
        for _ in range(TRIES_MAX - 1):
            waited += pause
            if waited > self.patience_seconds * ROUNDING:
                return
            yield pause
            pause *= 2.0


def schedule(speed: float | None = None, patience_seconds: float | None = None) -> Schedule:
    """The schedule of a clock, or the one that ends with the patience, or one broken off by it."""
    if speed is None:
        patience_seconds = PATIENCE_SECONDS if patience_seconds is None else patience_seconds
        speed = SPAN_SECONDS / patience_seconds if patience_seconds else SPAN_SECONDS
    return Schedule(speed, SPAN_SECONDS / speed if patience_seconds is None else patience_seconds)
