"""How far the projections are: their places and lags, what is rebuilt, which streams were set aside."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from sqlalchemy import Connection, Row, func, select

from adapters.tables import positions, rebuilds, set_aside
from adapters.times import to_us

# A fault of our own may set aside thousands; the first of them say enough.
SET_ASIDE_SHOWN_MAX: Final = 50


class Tail(Protocol):
    """The end of the book, as a follower sees it."""

    def last_position(self) -> int:
        """Give the position of the newest event; 0 when the book is empty."""
        ...

    def recorded_after(self, position: int) -> datetime | None:
        """Tell when the first event beyond `position` was recorded; None when there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Rebuilding:
    """How far the rows are that are told anew beside those that are read."""

    position: int
    of: int


@dataclass(frozen=True, slots=True)
class Aside:
    """A stream of which a projection tells nothing from a position on, and why."""

    stream: str
    position: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """How far a projection is, how much it has not seen yet, and what it does not tell."""

    name: str
    position: int
    lag_events: int
    lag_seconds: float
    version: int | None = None  # of the projection that began these rows; null when an earlier layout did
    rebuilding: Rebuilding | None = None
    streams_set_aside: int = 0
    set_aside: tuple[Aside, ...] = ()  # the first of them


def shown(lag: Lag) -> dict[str, Any]:
    """The same as plain data."""
    return {**asdict(lag), "set_aside": [asdict(aside) for aside in lag.set_aside]}


def lags(book: Connection, tail: Tail, names: Iterable[str], now: datetime) -> tuple[Lag, ...]:
    """Measure each projection by name; one that has never moved stands at 0."""
    found: dict[str, Row[Any]] = {row.projection: row for row in book.execute(select(positions))}
    built = _rebuilding(book, now)
    aside = _counted_aside(book)
    # The end is read after the places: a follower that moves meanwhile must not look ahead of the book.
    last = tail.last_position()
    return tuple(
        Lag(
            **_behind(name, found.get(name), last, tail, now),
            rebuilding=Rebuilding(built[name], last) if name in built else None,
            streams_set_aside=aside.get(name, 0),
            set_aside=_first_aside(book, name) if name in aside else (),
        )
        for name in names
    )


def age_seconds(now: datetime, then: datetime | None) -> float:
    """Seconds from `then` to `now`, never below 0; 0 when there is no such moment."""
    return 0.0 if then is None else max(0.0, round((to_us(now) - to_us(then)) / 1_000_000, 3))


def _behind(name: str, place: Row[Any] | None, last: int, tail: Tail, now: datetime) -> dict[str, Any]:
    position = 0 if place is None else int(place.position)
    events = max(0, last - position)
    seconds = age_seconds(now, tail.recorded_after(position)) if events else 0.0
    version = None if place is None else place.version
    return {
        "name": name,
        "position": position,
        "lag_events": events,
        "lag_seconds": seconds,
        "version": version,
    }


def _rebuilding(book: Connection, now: datetime) -> Mapping[str, int]:
    row = rebuilds.c
    # One whose lease ran out has died; one whose rows are read is done, and empties the others.
    slots = select(row.projection, row.position).outerjoin(
        positions, (positions.c.projection == row.projection) & (positions.c.slot == row.slot)
    )
    found = book.execute(slots.where(row.lease_until_us >= to_us(now), positions.c.projection.is_(None)))
    return {str(name): int(position) for name, position in found}


def _counted_aside(book: Connection) -> Mapping[str, int]:
    row = set_aside.c
    counted = select(row.projection, func.count()).join(positions, _LIVE).group_by(row.projection)
    return {str(name): int(count) for name, count in book.execute(counted)}


def _first_aside(book: Connection, name: str) -> tuple[Aside, ...]:
    row = set_aside.c
    first = select(row.stream, row.position, row.why).join(positions, _LIVE).where(row.projection == name)
    found = book.execute(first.order_by(row.position).limit(SET_ASIDE_SHOWN_MAX))
    return tuple(Aside(*each) for each in found)


_LIVE: Final = (positions.c.projection == set_aside.c.projection) & (positions.c.slot == set_aside.c.slot)
