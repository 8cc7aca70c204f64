"""The renewal: a worker's own upkeep of the views, a bit at a time between two rounds of its work."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeAlias

import structlog
from sqlalchemy import select

from adapters.book import Book
from adapters.engines import StoreEngine, StoreError, store_errors
from adapters.rebuilding.lease import LEASE, YIELDING, RebuildBusyError, RebuildLostError
from adapters.rebuilding.shadow import Shadow
from adapters.slots import is_empty, other
from adapters.tables import rebuilds
from adapters.views.code import digest_of
from adapters.views.places import Place, read_places
from adapters.views.registry import PROJECTIONS, Projection
from adapters.views.retrying import Retry

_BATCH_EVENTS_MAX = 500  # told in a tenth of a second, for part of which settling and people wait
_LEFT_EVENTS_MAX = 200
_BUSY_PAUSE = timedelta(seconds=30)
_HELD_UP_FIRST, _HELD_UP_LONGEST = timedelta(seconds=2), timedelta(minutes=1)

log = structlog.get_logger()
# Does a bit, and says what is to be done next.
_Phase: TypeAlias = "Callable[[], _Phase | None]"


class Renewal:
    """First what was set aside is tried again; then what other code told is told anew, and switched.

    The rows of that other code serve until then, and are brought forward like all others. Each step is short,
    and one that failed for the store's sake may be done again.
    """

    def __init__(
        self,
        book: Book,
        engine: StoreEngine,
        clock: Callable[[], datetime],
        projections: Mapping[str, Projection] = PROJECTIONS,
    ) -> None:
        """`engine` writes the views."""
        self._book = book
        self._engine = engine
        self._clock = clock
        self._projections = projections
        self._retry = Retry(book, engine, clock, projections)
        self._shadow: Shadow | None = None
        self._next: _Phase | None = self._try_again
        self._not_before: datetime | None = None
        self._held_up = _HELD_UP_FIRST

    def step(self) -> bool:
        """Do a bit; whether there is more to do at once. Raises StoreError or StoreAwayError."""
        if self._next is None or (self._not_before is not None and self._clock() < self._not_before):
            return False
        self._not_before = None
        try:
            self._next = self._next()
        except RebuildLostError:
            lost, self._shadow, self._next = self._at_work, None, self._look
            lost.end()  # whatever it still has
        except RebuildBusyError as busy:
            log.info("rebuild_waits", reason=str(busy))
            self._shadow, self._next, self._not_before = None, self._look, self._clock() + _BUSY_PAUSE
        return self._next is not None and self._not_before is None

    def end(self) -> None:
        """Stop where it is; what was half told is told from the beginning another time. Raises StoreError."""
        shadow, self._shadow, self._next = self._shadow, None, None
        if shadow is not None:
            shadow.end()

    def _try_again(self) -> "_Phase | None":
        return self._try_again if self._retry.some() else self._look

    def _look(self) -> "_Phase | None":
        with store_errors(self._engine), self._engine.connect() as connection:
            places = read_places(connection)
            told = [(p, places[name]) for name, p in self._projections.items() if name in places]
            changed = [p for p, place in told if _differs(p, place)]
            taken = set(connection.execute(select(rebuilds.c.projection)).scalars())
            left = [
                p
                for p, place in told
                if p.name in taken or not is_empty(connection, p.tables, other(place.slot))
            ]
        if not changed and not left:
            return None
        if not changed:
            # Whoever rebuilds begins by emptying too: a person's command need not wait for ours.
            self._shadow = self._begun(left, YIELDING)
            return self._empty
        self._shadow = self._begun(changed, LEASE)
        names = [projection.name for projection in changed]
        log.info("rebuild_begun", projections=names, events=self._book.last_position())
        return self._empty_first

    def _begun(self, projections: "list[Projection]", lease: timedelta) -> Shadow:
        shadow = Shadow(self._book, self._engine, self._clock, projections, lease)
        shadow.begin()
        return shadow

    def _empty_first(self) -> "_Phase | None":
        return self._build if self._at_work.empty() else self._empty_first

    def _build(self) -> "_Phase | None":
        shadow, end = self._at_work, self._book.last_position()
        shadow.build(end, _BATCH_EVENTS_MAX)
        return self._build if end - shadow.position > _LEFT_EVENTS_MAX else self._switch

    def _switch(self) -> "_Phase | None":
        # However often it is tried, the lease is held and little is left.
        self._at_work.build(self._book.last_position(), _BATCH_EVENTS_MAX)
        try:
            self._at_work.switch()
        except StoreError as error:
            if not error.locked:
                raise
            # Somebody reads for long: settling does not wait for it, nor other readers ever again for us.
            self._not_before = self._clock() + self._held_up
            self._held_up = min(self._held_up * 2, _HELD_UP_LONGEST)
            return self._switch
        names = [projection.name for projection in self._at_work.projections]
        log.info("rebuild_done", projections=names, position=self._at_work.position)
        return self._empty

    def _empty(self) -> "_Phase | None":
        if not self._at_work.empty():
            return self._empty
        self._at_work.end()
        self._shadow = None
        return self._look

    @property
    def _at_work(self) -> Shadow:
        assert self._shadow is not None, "this step comes after the beginning"
        return self._shadow


def _differs(projection: Projection, place: Place) -> bool:
    return (place.version, place.digest) != (projection.version, digest_of(projection))
