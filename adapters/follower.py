"""The follower: brings the views up to the end of the book, rows and position in one transaction."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from adapters.book import Book
from adapters.engines import StoreEngine, store_errors
from adapters.times import to_us
from adapters.views.code import digest_of
from adapters.views.making import read_batch
from adapters.views.places import Place, begun, read_places, write_places
from adapters.views.registry import PROJECTIONS, Projection
from adapters.views.telling import Target, tell

_BATCH_EVENTS_MAX = 500


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
        self._last = last
        return last > self._reached

    def _step(self, events_max: int, busy_seconds: float | None) -> int:
        with (
            store_errors(self._engine),
            self._engine.begin(busy_seconds=busy_seconds) as connection,
        ):
            found = read_places(connection)
            places = [found.get(name) or begun(it) for name, it in self._projections.items()]
            furthest = max(place.position for place in places)
            batch = read_batch(self._book, furthest, events_max)
            if not batch.events:
                batch = read_batch(self._book, min(place.position for place in places), events_max)
            moved = [place for place in places if batch.start <= place.position <= batch.end]
            targets = [Target(self._projections[p.projection], p.slot, p.position) for p in moved]
            now_us = to_us(self._clock())
            tell(connection, targets, batch, now_us)
            write_places(connection, [self._moved(place, batch.end) for place in moved], now_us)
        self._reached = min(batch.end if place in moved else place.position for place in places)
        return batch.events
