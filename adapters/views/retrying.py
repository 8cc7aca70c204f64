"""Retrying: streams that were set aside are told again, for the code may have learned to since."""

from collections.abc import Callable, Mapping
from datetime import datetime

import structlog
from sqlalchemy import Connection, select

from adapters.book import Book
from adapters.engines import StoreEngine, store_errors
from adapters.tables import set_aside
from adapters.views.making import walk
from adapters.views.places import Place, forget_aside, read_places
from adapters.views.registry import Projection
from adapters.views.telling import Target, tell_again

_STREAMS_MAX = 20  # of one transaction

log = structlog.get_logger()


class Retry:
    """One go at everything that stands aside; what fails again stays there."""

    def __init__(
        self,
        book: Book,
        engine: StoreEngine,
        clock: Callable[[], datetime],
        projections: Mapping[str, Projection],
    ) -> None:
        """Nothing is looked for before the first `some`."""
        self._book = book
        self._engine = engine
        self._clock = clock
        self._projections = projections
        self._left: list[tuple[str, str, str]] | None = None

    def some(self) -> bool:
        """Tell some of them; whether there are more. Raises StoreError or StoreAwayError."""
        if self._left is None:
            self._left = self._found()
        some = self._left[:_STREAMS_MAX]
        if some:
            with store_errors(self._engine), self._engine.begin() as connection:
                places = read_places(connection)
                told = [key for key in some if self._told(connection, places, *key)]
            log.info("set_aside_streams_told", streams=len(told), left_aside=len(some) - len(told))
        self._left = self._left[_STREAMS_MAX:]
        return bool(self._left)

    def _found(self) -> list[tuple[str, str, str]]:
        row = set_aside.c
        wanted = select(row.projection, row.slot, row.stream).order_by(row.projection, row.position)
        with store_errors(self._engine), self._engine.connect() as connection:
            places = read_places(connection)
            return [
                (name, slot, stream)
                for name, slot, stream in connection.execute(wanted)
                if name in self._projections and name in places and places[name].slot == slot
            ]

    def _told(
        self, connection: Connection, places: Mapping[str, Place], name: str, slot: str, stream: str
    ) -> bool:
        row = set_aside.c
        here = (row.projection == name, row.slot == slot, row.stream == stream)
        position = connection.execute(select(row.position).where(*here)).scalar()
        if position is None or places[name].slot != slot:
            return True  # somebody else did it meanwhile
        stored = self._book.stored_streams([stream], places[name].position)[stream]
        earlier = [placed for placed in stored if placed[0] < position]
        steps, stumble = walk(self._book, stream, earlier, stored[len(earlier) :])
        target = Target(self._projections[name], slot, position)
        if stumble is not None or not tell_again(connection, target, steps):
            return False
        forget_aside(connection, name, slot, stream)
        return True
