"""A rebuild at once: told anew while the live rows serve and move, compared with them, and switched."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

import structlog
from sqlalchemy import Connection

from adapters.engines import StoreError
from adapters.rebuilding.comparing import Comparison, compare
from adapters.rebuilding.helping import Helps, half
from adapters.rebuilding.shadow import Shadow
from adapters.rebuilding.sizes import next_size

# The first batch, and the largest; for so long as one is written nobody else can write.
FIRST_EVENTS_MAX: Final = 400
BATCH_EVENTS_MAX: Final = 4_000
# Below that a second process is not worth its start.
_HELPED_EVENTS_MIN: Final = 40_000
# What is left may be told while nobody else can write.
LEFT_EVENTS_MAX: Final = 200
_TRIES_MAX: Final = 20
# A dump may read for half an hour; who rebuilds by hand waits as long.
_TRIES_HELD_UP_MAX: Final = 360
_HELD_UP_SECONDS: Final = 5.0

# Told how far the shadow is, and how far it is to go.
Progress = Callable[[int, int], None]
# Starts somebody who tells half of the streams.
Help = Callable[[], Helps]
T = TypeVar("T")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came of a rebuild."""

    events: int
    seconds: float
    comparisons: tuple[Comparison, ...]
    switched: bool

    @property
    def differences(self) -> int:
        """Rows that are not the same, of all projections."""
        return sum(comparison.differences for comparison in self.comparisons)


class Rebuild:
    """One rebuild of one shadow, from nothing. Whatever ends it early, the live rows are untouched."""

    def __init__(
        self,
        shadow: Shadow,
        end: Callable[[], int],
        progress: Progress,
        sleep: Callable[[float], None] = time.sleep,
        ask_help: Help | None = None,
    ) -> None:
        """`end` tells the position of the newest event; `ask_help` is for large books."""
        self._shadow = shadow
        self._end = end
        self._progress = progress
        self._sleep = sleep
        self._ask_help = ask_help
        self.switched = False
        self._events = 0
        self._seconds = 0.0

    def run(self, *, dry_run: bool = False) -> Rebuilt:
        """Do all of it; with `dry_run` all but the switch. RebuildBusyError when another is at it."""
        shadow = self._shadow
        shadow.begin()
        try:
            self._empty()
            shadow.expect(self._end())
            comparisons = self._compare()
            if not dry_run:
                self._switch()
                self.switched = True
            self._empty()
        finally:
            shadow.end()
        return Rebuilt(self._events, self._seconds, comparisons, switched=not dry_run)

    def _empty(self) -> None:
        while not self._shadow.empty():
            pass  # each call takes some rows away

    def _build(self, until: int) -> None:
        begun = time.perf_counter()
        if self._ask_help is not None and until - self._shadow.position >= _HELPED_EVENTS_MIN:
            self._build_halves(until, self._ask_help)
        else:
            self._build_alone(until)
        self._seconds += time.perf_counter() - begun

    def _build_alone(self, until: int) -> None:
        for events in build_all(self._shadow, until):
            self._tell_progress(events, until)

    def _build_halves(self, until: int, ask_help: Help) -> None:
        try:
            helper = ask_help()
        except OSError as error:
            self._without_help(until, error)
            return
        try:
            # Nobody waits until it has come up.
            for events in build_all(self._shadow, until):
                self._tell_progress(events, until)
                if helper.is_ready:
                    break
            self._share(until, helper)
        finally:
            helper.end()

    def _share(self, until: int, helper: Helps) -> None:
        if self._shadow.position >= until:
            return
        try:
            helper.check()
        except StoreError as error:
            self._without_help(until, error)
            return
        helper.begin(self._shadow.task(until))
        for events in build_all(self._shadow, until, half(0)):
            helper.check()
            self._tell_progress(events, until)
        helper.wait()

    def _without_help(self, until: int, why: Exception) -> None:
        """Go on alone: nobody was given anything yet, so nothing is missing."""
        log.warning("told_alone", why=str(why))
        self._build_alone(until)

    def _tell_progress(self, events: int, until: int) -> None:
        self._events += events
        self._progress(self._shadow.position, max(self._end(), until))

    def _compare(self) -> tuple[Comparison, ...]:
        """Compare each projection at the very position at which its live rows are."""
        shadow = self._shadow
        done: dict[str, Comparison] = {}
        tries = 0
        while len(done) < len(shadow.projections):
            # The live ones may be at different places, and move on meanwhile.
            self._build(self._nearest(done))
            before = len(done)
            if tries < _TRIES_MAX:
                with shadow.reading() as connection:
                    self._compare_those_beside(connection, done)
            else:
                with shadow.locked() as connection:
                    shadow.catch_up(connection, self._nearest(done, connection))
                    self._compare_those_beside(connection, done)
            tries = 0 if len(done) > before else tries + 1
        return tuple(done[projection.name] for projection in shadow.projections)

    def _nearest(self, done: dict[str, Comparison], connection: Connection | None = None) -> int:
        if connection is None:
            with self._shadow.reading() as reading:
                return self._nearest(done, reading)
        live = self._shadow.live(connection)
        return min(place.position for name, place in live.items() if name not in done)

    def _compare_those_beside(self, connection: Connection, done: dict[str, Comparison]) -> None:
        shadow = self._shadow
        live = shadow.live(connection)
        for projection in shadow.projections:
            place = live[projection.name]
            if projection.name not in done and place.position == shadow.position:
                new = shadow.slot(projection.name)
                done[projection.name] = compare(connection, projection, place.position, place.slot, new)

    def _switch(self) -> None:
        while self._patiently(self._shadow.index):
            pass  # one at a time: others write in between
        self._patiently(self._shadow.switch)

    def _patiently(self, step: Callable[[], T]) -> T:
        """Do it when little is left to tell; where somebody reads for long, an export perhaps, try again."""
        tries = 0
        while True:
            while self._end() - self._shadow.position > LEFT_EVENTS_MAX:
                self._build(self._end())
            try:
                return step()
            except StoreError as error:
                tries += 1
                if not error.locked or tries == _TRIES_HELD_UP_MAX:
                    raise
            self._sleep(_HELD_UP_SECONDS)


def build_all(shadow: Shadow, until: int, mine: Callable[[str], bool] | None = None) -> Iterator[int]:
    """Tell all as far as a position, in batches as large as others can wait for; how many events each was."""
    events_max = FIRST_EVENTS_MAX
    while shadow.position < until:
        yield shadow.build(until, events_max, mine)
        events_max = next_size(
            events_max, shadow.held_seconds, smallest=FIRST_EVENTS_MAX, largest=BATCH_EVENTS_MAX
        )
