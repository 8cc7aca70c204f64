"""The shadow: rows of some projections told anew in the slots that nobody reads, until they are switched."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime

from sqlalchemy import Connection

from adapters.book import Book
from adapters.engines import StoreEngine, store_errors
from adapters.rebuilding.lease import Lease
from adapters.slots import empty_some, other, read_from
from adapters.times import to_us
from adapters.views.making import read_batch
from adapters.views.places import Place, begun, forget_aside, read_places, write_places
from adapters.views.registry import Projection
from adapters.views.telling import Target, tell

EMPTIED_ROWS_MAX = 1_000


class Shadow:
    """All of its projections stand at one position. Each call is one short transaction, or changes nothing.

    Every call raises StoreError or StoreAwayError when the store cannot be used just now, and may then be
    made again; RebuildLostError when the lease ran out meanwhile.
    """

    def __init__(
        self,
        book: Book,
        engine: StoreEngine,
        clock: Callable[[], datetime],
        projections: Sequence[Projection],
    ) -> None:
        """Nothing is begun; `engine` need not be durable, for the rows can always be made again."""
        self.projections = projections
        self.position = 0
        self._book = book
        self._engine = engine
        self._clock = clock
        self._lease = Lease([projection.name for projection in projections], clock)
        self._made: dict[str, Place] = {}

    def begin(self) -> None:
        """Take the slots that nobody reads; RebuildBusyError when somebody else has them."""
        with store_errors(self._engine), self._engine.begin() as connection:
            live = self.live(connection)
            made = {p.name: replace(begun(p), slot=other(live[p.name].slot)) for p in self.projections}
            self._lease.take(connection, [asdict(place) for place in made.values()])
        self._made, self.position = made, 0

    def live(self, connection: Connection) -> dict[str, Place]:
        """The places of those rows that are read."""
        found = read_places(connection)
        return {p.name: found.get(p.name) or begun(p) for p in self.projections}

    def slot(self, name: str) -> str:
        """The slot of a projection that this shadow writes."""
        return self._made[name].slot

    def empty(self) -> bool:
        """Take some rows away; True when none is left."""
        with self._writing(self.position) as connection:
            gone = 0
            for projection in self.projections:
                slot = self.slot(projection.name)
                gone += empty_some(connection, projection.tables, slot, EMPTIED_ROWS_MAX - gone)
                forget_aside(connection, projection.name, slot)
        return gone < EMPTIED_ROWS_MAX

    def build(self, until: int, events_max: int) -> int:
        """Tell up to so many events more, none beyond a position; how many they were."""
        # What takes longest needs no lock: the book never changes, and nobody else writes these rows.
        batch = read_batch(self._book, self.position, events_max, until)
        end = batch.end if batch.events == events_max else max(until, batch.end)
        with self._writing(end) as connection:
            tell(connection, self._targets(), batch, to_us(self._clock()))
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
        with store_errors(self._engine), self._engine.begin() as connection:
            self._lease.hold(connection, position)
            yield connection

    def _targets(self) -> list[Target]:
        return [Target(p, self.slot(p.name), self.position) for p in self.projections]
