"""The follower: brings the views up to the end of the book, rows and position in one transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from adapters.book import Book
from adapters.engines import StoreEngine, store_errors
from adapters.personal.keyring import destroyed_last
from adapters.times import to_us
from adapters.views.code import digest_of
from adapters.views.making import Batch, read_batch
from adapters.views.places import Place, Seen, begun, read_seen, write_places
from adapters.views.registry import PROJECTIONS, Projection
from adapters.views.remembering import Remembered
from adapters.views.telling import Target, Telling

_BATCH_EVENTS_MAX = 500
_STREAMS_MAX = 5_000  # remembered: what comes next on a stream mostly comes soon


@dataclass(frozen=True, slots=True)
class _Ready:
    """A batch as it will be told, and what it was made for."""

    seen: Seen
    places: Sequence[Place]
    moved: Sequence[Place]
    batch: Batch
    telling: Telling


class Follower:
    """Pulls new events; nobody has to tell it of them, so none can be missed."""

    def __init__(
        self,
        book: Book,
        engine: StoreEngine,
        clock: Callable[[], datetime],
        projections: Mapping[str, Projection] = PROJECTIONS,
    ) -> None:
        """`engine` writes the views; they are disposable, so its commits need not wait for the disk."""
        self._book = book
        self._engine = engine
        self._clock = clock
        self._projections = projections
        self._last = self._reached = -1
        self._known = Remembered(_STREAMS_MAX)
        self._seen: Seen | None = None  # as the last transaction left it
        self._destroyed_us: int | None = None

    def follow(self, events_max: int | None = None, *, busy_seconds: float | None = None) -> int:
        """Project what the book holds, at most so many events if a number is given; how many those were.

        Those projections that are furthest go first: one that is new, or was long away, holds up no other.
        Waits no longer than `busy_seconds`, if given, for another who is at it.
        Raises StoreError or StoreAwayError when the store cannot be used just now.
        """
        followed = 0
        # Most calls find nothing; those must not take the write lock from anybody.
        while self._is_behind() and (events_max is None or followed < events_max):
            left = _BATCH_EVENTS_MAX if events_max is None else events_max - followed
            followed += self._step(min(left, _BATCH_EVENTS_MAX), busy_seconds)
        return followed

    def _moved(self, place: Place, position: int) -> Place:
        """Rows that other code began bear no digest from here on: they are told anew, whoever starts next."""
        ours = place.digest == digest_of(self._projections[place.projection])
        return replace(place, position=position, digest=place.digest if ours else None)

    def _is_behind(self) -> bool:
        last = self._book.last_position()
        if last < self._last:
            # An older copy of the store was put in its place meanwhile; its views are as old.
            self._reached = -1
            self._known.forget()
        self._last = last
        return last > self._reached

    def _step(self, events_max: int, busy_seconds: float | None) -> int:
        if busy_seconds is None:
            # What takes longest needs no lock: the book never changes.
            ready = self._made_ready(self._seen or self._look(), events_max)
            with store_errors(self._engine), self._engine.begin() as connection:
                written = self._written(connection, ready, read_seen(connection))
        else:
            # Where many follow, all would make what one of them writes; nobody but them wants that lock.
            with store_errors(self._engine), self._engine.begin(busy_seconds=busy_seconds) as connection:
                seen = read_seen(connection)
                self._believe(seen)
                ready = self._made_ready(seen, events_max)
                # All else stands still as long as the lock is held.
                found = replace(seen, destroyed_us=destroyed_last(connection))
                written = self._written(connection, ready, found)
        return self._concluded(ready, written)

    def _made_ready(self, seen: Seen, events_max: int) -> _Ready:
        self._seen = None
        places = [seen.places.get(name) or begun(it) for name, it in self._projections.items()]
        batch = self._read(places, events_max)
        moved = [place for place in places if batch.start <= place.position <= batch.end]
        targets = [Target(self._projections[p.projection], p.slot, p.position) for p in moved]
        return _Ready(seen, places, moved, batch, Telling(targets, batch, seen.aside))

    def _written(self, connection: Connection, ready: _Ready, found: Seen) -> Seen | bool:
        """Whether all that is told could be; what was found instead, where that is not what was expected."""
        if found != ready.seen:
            # Another followed meanwhile, or rows were switched, or a payer was forgotten.
            return found
        now_us = to_us(self._clock())
        whole = ready.telling.write(connection, now_us)
        write_places(connection, self._moving(ready).values(), now_us)
        return whole

    def _concluded(self, ready: _Ready, written: Seen | bool) -> int:  # noqa: FBT001 - see `_written`
        """After the commit: what is known from here on; how many events were followed."""
        if isinstance(written, Seen):
            return self._overtaken(written)
        batch, seen = ready.batch, ready.seen
        self._known.learn(batch.steps)
        self._seen = replace(seen, places={**seen.places, **self._moving(ready)}) if written else None
        self._reached = min(batch.end if place in ready.moved else place.position for place in ready.places)
        return batch.events

    def _moving(self, ready: _Ready) -> dict[str, Place]:
        return {place.projection: self._moved(place, ready.batch.end) for place in ready.moved}

    def _read(self, places: Sequence[Place], events_max: int) -> Batch:
        furthest, last = (choose(place.position for place in places) for choose in (max, min))
        batch = read_batch(self._book, furthest, events_max, known=self._known)
        return batch if batch.events else read_batch(self._book, last, events_max, known=self._known)

    def _look(self) -> Seen:
        with store_errors(self._engine), self._engine.connect() as connection:
            found = read_seen(connection)
        self._believe(found)
        return found

    def _overtaken(self, found: Seen) -> int:
        """Begin again from what was found; how many events were followed, which is none."""
        self._believe(found)
        self._seen = found
        self._reached = min(
            (found.places.get(name) or begun(it)).position for name, it in self._projections.items()
        )
        return 0

    def _believe(self, found: Seen) -> None:
        """What a forgotten payer's events reveal is no more what it was when they were read."""
        if found.destroyed_us != self._destroyed_us:
            self._known.forget()
            if self._book.keys is not None:
                self._book.keys.look_again()
        self._destroyed_us = found.destroyed_us
