"""The follower: brings the views up to the end of the book, rows and position in one transaction."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from adapters.book import Book
from adapters.engines import SqliteEngine, store_errors
from adapters.tables import positions
from adapters.times import to_us
from adapters.views import PROJECTIONS, Save

_BATCH_EVENTS_MAX = 1_000


class Follower:
    """Pulls new events; nobody has to tell it of them, so none can be missed."""

    def __init__(
        self,
        book: Book,
        engine: SqliteEngine,
        clock: Callable[[], datetime],
        projections: Mapping[str, Save] = PROJECTIONS,
    ) -> None:
        """`engine` writes the views; they are disposable, so its commits need not wait for the disk."""
        self._book = book
        self._engine = engine
        self._clock = clock
        self._projections = projections
        self._reached = -1

    def follow(self) -> int:
        """Project everything that the book holds; how many events that were.

        Raises StoreError or StoreAwayError when the store cannot be used just now.
        """
        followed = 0
        # Most calls find nothing; those must not take the write lock from anybody.
        while self._book.last_position() > self._reached:
            followed += self._step()
        return followed

    def _step(self) -> int:
        with store_errors(self._engine), self._engine.begin() as connection:
            reached: dict[str, int] = {
                row.projection: row.position for row in connection.execute(select(positions))
            }
            start = min(reached.get(name, 0) for name in self._projections)
            batch = self._book.after(start, _BATCH_EVENTS_MAX)
            end = batch[-1][0] if batch else start
            for name, save in self._projections.items():
                position = reached.get(name, 0)
                save(connection, [(at, placed) for at, placed in batch if at > position])
                row = {"projection": name, "position": max(end, position), "moved_us": to_us(self._clock())}
                statement = insert(positions).values(row)
                connection.execute(statement.on_conflict_do_update(index_elements=["projection"], set_=row))
        self._reached = end
        return len(batch)
