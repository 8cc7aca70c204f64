"""The circuit breaker: while PayPal gives no verdicts, one question at a time instead of a stampede."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypedDict

from adapters.pauses import pause_seconds

UNKNOWNS_MAX = 5
SLOW_START = 2
# Up to here each verdict doubles what is allowed; from here on it adds one. As whole rounds come back, that
# doubles it only once a round: hundreds are reached within seconds, and no single answer lets hundreds loose.
DOUBLED_UP_TO = 128
PROBE_FIRST_SECONDS_MAX = 2.0
PROBE_LONGEST_SECONDS_MAX = 60.0


class Description(TypedDict):
    """What a heartbeat and the metrics say of the breaker; `next_probe_at` is on the caller's clock."""

    state: str
    allowed: int
    in_flight: int
    unknowns_in_a_row: int
    probes_failed: int
    next_probe_at: float | None


@dataclass(slots=True, kw_only=True)
class Breaker:
    """Says how many post-backs may be started; is told what was started and how it ended.

    It has no clock and no dice: `now` is seconds on any one clock of the caller's, `draw` gives numbers from
    0 up to 1. A probe of which nothing was heard for `probe_lease_seconds` is given up, so a task that died
    cannot block it.
    """

    concurrency_max: int
    draw: Callable[[], float]
    probe_lease_seconds: float = 60.0
    in_flight: int = field(default=0, init=False)
    next_probe_at: float | None = field(default=None, init=False)
    _allowed: int = field(default=0, init=False)
    _unknowns_in_a_row: int = field(default=0, init=False)
    _probes_failed: int = field(default=0, init=False)
    _probe_since: float | None = field(default=None, init=False)
    # In flight while the breaker stands open, and not its probe: asked before it opened, or by a person.
    _stragglers: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        """Start closed, with all that is allowed."""
        assert self.concurrency_max >= 1, "a breaker that lets nothing through"
        self._allowed = self.concurrency_max

    @property
    def is_open(self) -> bool:
        """Whether PayPal is taken to be down."""
        return self.next_probe_at is not None

    def allowance(self, now: float) -> int:
        """How many more post-backs may be started now."""
        if self.next_probe_at is None:
            return max(0, self._allowed - self.in_flight)
        return 1 if self._probe_is_due(now) else 0

    def started(self, now: float) -> None:
        """One post-back was started; beyond the allowance too, when a person asked for it."""
        self.in_flight += 1
        if not self.is_open:
            return
        if not self._probe_is_due(now):
            self._stragglers += 1
            return
        if self._probe_since is not None:
            # The probe before was given up. Should its answer come after all, it is a straggler's.
            self._stragglers += 1
        self._probe_since = now

    def answered(self, verdict_known: bool, now: float) -> None:  # noqa: FBT001 — the one fact that is told here
        """One post-back ended, with a verdict or without."""
        self._land()
        if verdict_known:
            self._close_or_widen()
        elif not self.is_open:
            self._unknowns_in_a_row += 1
            if self._unknowns_in_a_row >= UNKNOWNS_MAX:
                self._open(now)
        elif self._stragglers:
            # Which one it was is not known. Counting it as the older one keeps to one probe at a time.
            self._stragglers -= 1
        elif self._probe_since is not None:
            self._probe_since = None
            self._probes_failed += 1
            self._schedule_probe(now)

    def abandoned(self, now: float) -> None:
        """One post-back was not tried to its end: its task was cancelled. That says nothing of PayPal."""
        self._land()
        if self._stragglers:
            self._stragglers -= 1
        elif self._probe_since is not None:
            self._probe_since = None
            self.next_probe_at = now

    def describe(self) -> Description:
        """What to say of it in a heartbeat and in metrics: `closed`, `recovering`, `open` or `probing`."""
        if self.is_open:
            state = "open" if self._probe_since is None else "probing"
        else:
            # The rest comes one by one: with few messages a day it would be said to recover for a day.
            well = min(DOUBLED_UP_TO, self.concurrency_max)
            state = "closed" if self._allowed >= well else "recovering"
        return {
            "state": state,
            "allowed": 0 if self.is_open else self._allowed,
            "in_flight": self.in_flight,
            "unknowns_in_a_row": self._unknowns_in_a_row,
            "probes_failed": self._probes_failed,
            "next_probe_at": self.next_probe_at,
        }

    def _probe_is_due(self, now: float) -> bool:
        if self.next_probe_at is None:
            return False
        if self._probe_since is not None:
            return not self._probe_since <= now < self._probe_since + self.probe_lease_seconds
        # A clock that was set back must not push the probe away for hours.
        return not now < self.next_probe_at <= now + PROBE_LONGEST_SECONDS_MAX

    def _land(self) -> None:
        assert self.in_flight > 0, "more answers than questions"
        self.in_flight -= 1

    def _open(self, now: float) -> None:
        self._stragglers = self.in_flight
        self._probe_since = None
        self._probes_failed = 0
        self._schedule_probe(now)

    def _schedule_probe(self, now: float) -> None:
        self.next_probe_at = now + pause_seconds(
            self._probes_failed + 1,
            self.draw(),
            first_seconds=PROBE_FIRST_SECONDS_MAX,
            longest_seconds=PROBE_LONGEST_SECONDS_MAX,
        )

    def _close_or_widen(self) -> None:
        self._unknowns_in_a_row = 0
        if self.is_open:
            self.next_probe_at = self._probe_since = None
            self._stragglers = self._probes_failed = 0
            # All that waited meanwhile would come at once.
            self._allowed = min(SLOW_START, self.concurrency_max)
        else:
            more = self._allowed if self._allowed < DOUBLED_UP_TO else 1
            self._allowed = min(self._allowed + more, self.concurrency_max)
