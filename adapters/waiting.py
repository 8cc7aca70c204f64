"""The line of requests that wait for their commit: joined on the event loop, taken in groups by a thread."""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from adapters.delivered import Delivery

if TYPE_CHECKING:
    import asyncio

# While many come, a commit waits so long after the last one began for as many as came lately: one of a few
# takes as long as one of many, and takes the interpreter from the loop that reads them.
BEAT_SECONDS: Final = 0.006
# How soon it is forgotten that more came together once: by so much at each commit.
_FORGOTTEN: Final = 0.9
# Of the time that a slow commit took, so much is left to those whom it answered to come again, and no more.
_LEFT_SHARE: Final = 0.5
_LEFT_SECONDS_MAX: Final = 0.05
# Whoever is answered may not come again. Where so many times in a row fewer than this part came of those who
# were awaited, so many commits wait for nobody; then it is tried again.
_CAME_SHARE: Final = 0.8
_IN_VAIN_MAX: Final = 3
_UNTRIED: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long a request waits, how many may wait, and how many are committed at once."""

    wait_seconds: float = 10.0
    waiting_rows_max: int = 5_000
    waiting_bytes_max: int = 64 * 1024 * 1024
    commit_rows_max: int = 500
    commit_bytes_max: int = 8 * 1024 * 1024


class Waiter:
    """One request that waits. Its state is changed by both threads, and by the line alone."""

    __slots__ = ("answer", "deadline", "delivery", "size", "state")

    def __init__(self, delivery: Delivery, answer: "asyncio.Future[int]", deadline: float) -> None:
        """`deadline`: on the keeper's clock, in seconds."""
        self.delivery: Delivery | None = delivery
        self.answer = answer
        self.deadline = deadline
        self.size = len(delivery.body)
        self.state: Literal["waiting", "claimed", "gone"] = "waiting"


class Pace:
    """When the next group goes: with as many as came together lately, or a beat after the last one went.

    So nobody waits who comes alone, or whose few companions have all come; after a flood, soon again nobody.
    Where a commit takes longer than a beat, those who came during it wait for those whom it answered, or the
    two crowds would take turns for ever, and each wait for the commits of both. That is given up for a while
    where the answered do not come again.
    """

    def __init__(self) -> None:
        """The first goes at once."""
        self._together = 1.0
        self._count = 0
        self._went_at = float("-inf")
        self._left = False  # whether time was left to those whom the last one answered
        self._in_vain = 0
        self._untried = 0
        self.until = float("-inf")  # nobody waits for others beyond that, on the keeper's clock

    @property
    def awaited(self) -> int:
        """So many go at once."""
        return int(self._together)

    def went(self, count: int, now: float, behind: int = 0) -> None:
        """A group of so many went, and so many more stand behind them, for whom there was no room."""
        if self._left:
            came = count + behind
            self._in_vain = self._in_vain + 1 if came < self.awaited * _CAME_SHARE else 0
        self._left = False  # until this one is answered, which it may not be
        self._together = max(count, self._together * _FORGOTTEN)
        self._count, self._went_at = count, now
        self.until = now + BEAT_SECONDS

    def answered(self, now: float, waiting: int) -> None:
        """That group was answered, and so many came meanwhile."""
        took = now - self._went_at
        self._left = took > BEAT_SECONDS and self._is_worth_it()
        if self._left:
            self.until = now + min(took * _LEFT_SHARE, _LEFT_SECONDS_MAX)
            if waiting:
                self._together = max(self._together, self._count + waiting)

    def _is_worth_it(self) -> bool:
        if self._in_vain < _IN_VAIN_MAX:
            return True
        self._untried = (self._untried + 1) % _UNTRIED
        if not self._untried:
            self._in_vain = 0
        return False


class Line:
    """First come, first taken; one who has gone is still taken, so that somebody counts him out."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock`: seconds of any origin that never go back."""
        self._limits = limits
        self._clock = clock
        self._awaited = 1  # who takes is told when so many stand here
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._waiters: deque[Waiter] = deque()
        self._ended = False

    def join(self, *waiters: Waiter) -> None:
        """Stand at the end."""
        with self._changed:
            self._waiters.extend(waiters)
            if len(self._waiters) >= self._awaited:
                self._changed.notify()

    def __len__(self) -> int:
        """How many stand here."""
        return len(self._waiters)

    def give_up(self, waiter: Waiter) -> None:
        """Go, and leave nothing to be kept; one that was claimed before is beyond that."""
        with self._lock:
            if waiter.state == "waiting":
                waiter.state = "gone"
                waiter.delivery = None

    def end(self) -> None:
        """Let `take` answer nobody once the line is empty."""
        with self._changed:
            self._ended = True
            self._changed.notify()

    def take(self, awaited: int = 1, until: float = float("-inf")) -> list[Waiter]:
        """Wait for a first one, take whoever stands behind it within the limits; nobody at the end.

        Before `until`, on the clock, so many are waited for.
        """
        group: list[Waiter] = []
        size = 0
        with self._changed:
            while not self._waiters and not self._ended:
                self._changed.wait()
            self._awaited = min(awaited, self._limits.commit_rows_max)
            while len(self._waiters) < self._awaited and not self._ended and self._clock() < until:
                self._changed.wait(until - self._clock())
            self._awaited = 1
            while self._waiters and len(group) < self._limits.commit_rows_max:
                if group and size + self._waiters[0].size > self._limits.commit_bytes_max:
                    break
                group.append(self._waiters.popleft())
                size += group[-1].size
        return group

    def put_back(self, group: Sequence[Waiter]) -> None:
        """Stand at the front again, in the same order."""
        with self._lock:
            self._waiters.extendleft(reversed(group))

    def claim(self, group: Sequence[Waiter], after: float) -> list[Waiter]:
        """Those of the group who still wait and whose deadline is after that; they cannot give up now."""
        with self._lock:
            claimed = [one for one in group if one.state == "waiting" and one.deadline > after]
            for one in claimed:
                one.state = "claimed"
        return claimed
