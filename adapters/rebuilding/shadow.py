"""The shadow: rows of some projections told anew in the slots that nobody reads, until they are switched."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Table

from adapters.book import Book
from adapters.engines import StoreEngine, store_errors
from adapters.rebuilding.helping import Task
from adapters.rebuilding.indexes import MANY_ROWS, HeldError, lighten, make_one, take_away
from adapters.rebuilding.lease import LEASE, Lease, RebuildLostError
from adapters.rebuilding.sizes import next_size
from adapters.slots import empty_some, other, read_from, tables
from adapters.times import to_us
from adapters.views.making import read_batch
from adapters.views.places import Place, begun, forget_aside, read_aside, read_places, write_places
from adapters.views.registry import Projection, wanting
from adapters.views.remembering import Remembered
from adapters.views.telling import Target, Telling, tell

# Taken away at once, at first and at most.
EMPTIED_ROWS_MAX = 1_000
_EMPTIED_ROWS_LARGEST: Final = 16_000
_HELD_SECONDS: Final = 30.0  # who holds tables that nobody reads dumps them, and not for a moment
_INDEXED_EVENTS_MAX: Final = 500_000  # an index of more takes so long to make that who waits would notice
_STREAMS_MAX: Final = 20_000  # remembered: most streams have ended when so many others began


class Shadow:
    """All of its projections stand at one position. Each call is one short transaction, or changes nothing.

    Every call raises StoreError or StoreAwayError when the store cannot be used just now, and may then be
    made again; RebuildLostError when the lease ran out meanwhile, or nobody knows what came of a commit.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - whose rows, and how long and when it may write them
        self,
        book: Book,
        engine: StoreEngine,
        clock: Callable[[], datetime],
        projections: Sequence[Projection],
        lease: timedelta = LEASE,
        turns: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        """Nothing is begun; `engine` need not be durable, for the rows can always be made again.

        `lease`: after how much time without a call another may have the slots. `turns`: what each transaction
        is made within.
        """
        self.projections = projections
        self.position = 0
        self.held_seconds = 0.0  # for which the last transaction kept others from writing
        self._book = book
        self._engine = engine
        self._clock = clock
        self._lease = Lease([projection.name for projection in projections], clock, lease)
        self._turns = turns
        self._made: dict[str, Place] = {}
        self._known = Remembered(_STREAMS_MAX)
        self._aside: Mapping[tuple[str, str], set[str]] | None = None
        self._unsure = False  # whether a commit was begun of whose end nothing was heard
        self._emptied_rows_max = EMPTIED_ROWS_MAX
        self._held_until = float("-inf")  # on the monotonic clock, somebody holds one of the tables

    def begin(self) -> None:
        """Take the slots that nobody reads; RebuildBusyError when somebody else has them."""
        with store_errors(self._engine), self._engine.begin() as connection:
            live = self.live(connection)
            made = {p.name: replace(begun(p), slot=other(live[p.name].slot)) for p in self.projections}
            self._lease.take(connection, [asdict(place) for place in made.values()])
        self._made, self.position, self._aside, self._unsure = made, 0, None, False
        self._known.forget()

    def task(self, until: int) -> Task:
        """What another is given who tells half of the streams from here on."""
        return Task(self._lease.by, {n: place.slot for n, place in self._made.items()}, until, self.position)

    def join(self, task: Task) -> None:
        """Write the slots that another took, for as long as that one has them."""
        self._lease.by, self.position = task.by, task.after
        self._made = {p.name: replace(begun(p), slot=task.slots[p.name]) for p in self.projections}

    def live(self, connection: Connection) -> dict[str, Place]:
        """The places of those rows that are read."""
        found = read_places(connection)
        return {p.name: found.get(p.name) or begun(p) for p in self.projections}

    def slot(self, name: str) -> str:
        """The slot of a projection that this shadow writes."""
        return self._made[name].slot

    def empty(self) -> bool:
        """Take some rows away, or what makes that slow; True when none is left and no index is missing."""
        rows_max = self._emptied_rows_max
        with self._writing(self.position) as connection:
            emptied = not self._lightened(connection) and self._take_rows_away(connection, rows_max)
        self._emptied_rows_max = next_size(
            rows_max, self.held_seconds, smallest=EMPTIED_ROWS_MAX, largest=_EMPTIED_ROWS_LARGEST
        )
        return emptied

    def _lightened(self, connection: Connection) -> bool:
        if time.monotonic() < self._held_until:
            return False
        try:
            return lighten(connection, self._tables)
        except HeldError:
            self._held_until = time.monotonic() + _HELD_SECONDS
            return False

    def _take_rows_away(self, connection: Connection, rows_max: int) -> bool:
        gone = 0
        for projection in self.projections:
            gone += empty_some(connection, projection.tables, self.slot(projection.name), rows_max - gone)
        if gone == rows_max:
            return False
        for projection in self.projections:
            forget_aside(connection, projection.name, self.slot(projection.name))
        while make_one(connection, self._tables):
            pass  # of no rows
        return True

    def expect(self, events: int) -> None:
        """Make ready, while it is empty, for so many events: see `index`."""
        if MANY_ROWS <= events <= _INDEXED_EVENTS_MAX:
            with self._writing(self.position) as connection:
                take_away(connection, self._tables)

    def index(self) -> bool:
        """Make an index that queries want and that is missing; whether there was one."""
        with self._writing(self.position) as connection:
            return make_one(connection, self._tables)

    def build(self, until: int, events_max: int, mine: Callable[[str], bool] | None = None) -> int:
        """Tell up to so many events more, none beyond a position; how many they were.

        Of other streams than `mine` another tells.
        """
        aside, self._aside = self._aside, None
        if aside is None:
            with self.reading() as connection:
                aside = read_aside(connection)
        # What takes longest needs no lock: the book never changes, and nobody else writes these rows.
        wanted = wanting(self.projections, mine)
        batch = read_batch(self._book, self.position, events_max, until, known=self._known, wanted=wanted)
        telling = Telling(self._targets(), batch, aside)
        end = batch.end if batch.events == events_max else max(until, batch.end)
        with self._writing(end) as connection:
            whole = telling.write(connection, to_us(self._clock()))
        self._known.learn(batch.steps)
        # Whoever tells of other streams sets some of those aside.
        self._aside = aside if whole and mine is None else None
        self.position = end
        return batch.events

    @contextmanager
    def locked(self) -> Iterator[Connection]:
        """A transaction in which the live rows stand still; when it fails, the shadow is where it was."""
        before = self.position
        try:
            with self._writing(before) as connection:
                yield connection
        except BaseException:
            self.position = before
            raise

    def catch_up(self, connection: Connection, until: int) -> None:
        """Tell all as far as a position inside a locked transaction; to be called when little is left."""
        batch = read_batch(self._book, self.position, max(0, until - self.position), until)
        tell(connection, self._targets(), batch, to_us(self._clock()))
        self.position = max(until, self.position)

    def switch(self) -> None:
        """Have these rows read instead of the others, which the shadow then is; none goes back in time."""
        with self.locked() as connection:
            live = self.live(connection)
            self.catch_up(connection, max(place.position for place in live.values()))
            new = [replace(place, position=self.position) for place in self._made.values()]
            write_places(connection, new, to_us(self._clock()))
            for projection in self.projections:
                read_from(connection, projection.tables, self.slot(projection.name))
        self._made = live

    def end(self) -> None:
        """Let others have the slots, whatever is in them."""
        with store_errors(self._engine), self._engine.begin() as connection:
            self._lease.give_back(connection)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One state of all rows, the live ones and these."""
        with store_errors(self._engine), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self, position: int) -> Iterator[Connection]:
        if self._unsure:
            # What is added to sums would be added twice.
            raise RebuildLostError(
                "the store failed at a commit, and nobody knows what came of it: run it again"
            )
        with self._turns(), store_errors(self._engine), self._engine.begin() as connection:
            begun = time.perf_counter()
            self._lease.hold(connection, position)
            yield connection
            self._unsure = True
        self._unsure = False
        self.held_seconds = time.perf_counter() - begun

    @property
    def _tables(self) -> list[Table]:
        return [made for p in self.projections for made in tables(p.tables, self.slot(p.name)).values()]

    def _targets(self) -> list[Target]:
        return [Target(p, self.slot(p.name), self.position) for p in self.projections]
