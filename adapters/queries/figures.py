"""Figures of the whole: backlog, verdicts, outcomes, how far the views are; indexes answer them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection, func, select

from adapters.queries.notifications import frontier
from adapters.tables import deliveries, notifications, positions
from adapters.times import from_us, to_us
from domain.vocabulary import Outcome, Verdict


class Tail(Protocol):
    """The end of the book, as a follower sees it."""

    def last_position(self) -> int:
        """Give the position of the newest event; 0 when the book is empty."""
        ...

    def recorded_after(self, position: int) -> datetime | None:
        """Tell when the first event beyond `position` was recorded; None when there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Lag:
    """How far a projection is, and how much it has not seen yet."""

    name: str
    position: int
    lag_events: int
    lag_seconds: float


@dataclass(frozen=True, slots=True)
class Vitals:
    """What tells whether the house is at work; cheap however much it has worked before."""

    waiting: int
    parked: int
    oldest_waiting: datetime | None
    last_received: datetime | None
    position: int
    projections: tuple[Lag, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """All deliveries ever, by word; every known word is there."""

    verdicts: Mapping[str, int]
    outcomes: Mapping[str, int]


def read_vitals(
    book: Connection, inbox: Connection, tail: Tail, names: Iterable[str], now: datetime
) -> Vitals:
    """Look at the backlog and at the projections `names`; what was not taken in yet is waiting."""
    return Vitals(
        _count(book, Outcome.WAITING) + _not_taken_in(book, inbox),
        _count(book, Outcome.PARKED),
        oldest_waiting(book, inbox),
        last_received(book, inbox),
        tail.last_position(),
        lags(book, tail, names, now),
    )


def read_counts(book: Connection, inbox: Connection) -> Counts:
    """Count; what was not taken in yet is unknown and waiting."""
    new = _not_taken_in(book, inbox)
    verdicts = dict.fromkeys((verdict.value for verdict in Verdict), 0) | _counts(book, "verdict")
    outcomes = dict.fromkeys((outcome.value for outcome in Outcome), 0) | _counts(book, "outcome")
    verdicts[Verdict.UNKNOWN.value] += new
    outcomes[Outcome.WAITING.value] += new
    return Counts(verdicts, outcomes)


def oldest_waiting(book: Connection, inbox: Connection) -> datetime | None:
    """Tell when the oldest delivery that is not verified yet came; None when nothing waits."""
    row, new = notifications.c, deliveries.c
    waiting = select(row.received_us).where(row.outcome == Outcome.WAITING.value).order_by(row.n).limit(1)
    oldest_us = book.scalar(waiting)
    if oldest_us is None:
        not_taken = select(new.received_us).where(new.n > frontier(book))
        oldest_us = inbox.scalar(not_taken.order_by(new.n).limit(1))
    return None if oldest_us is None else from_us(oldest_us)


def last_received(book: Connection, inbox: Connection) -> datetime | None:
    """Tell when the newest delivery came; the book remembers it when the inbox was purged."""
    row, kept = notifications.c, deliveries.c
    newest = (
        inbox.scalar(select(kept.received_us).order_by(kept.n.desc()).limit(1)),
        book.scalar(select(row.received_us).order_by(row.n.desc()).limit(1)),
    )
    known = [us for us in newest if us is not None]
    return from_us(max(known)) if known else None


def lags(book: Connection, tail: Tail, names: Iterable[str], now: datetime) -> tuple[Lag, ...]:
    """Measure each projection by name; one that has never moved stands at 0."""
    rows = book.execute(select(positions.c.projection, positions.c.position))
    found: dict[str, int] = {str(name): int(position) for name, position in rows}
    # The end is read after the places: a follower that moves meanwhile must not look ahead of the book.
    last = tail.last_position()
    return tuple(_lag(name, found.get(name, 0), last, tail, now) for name in names)


def age_seconds(now: datetime, then: datetime | None) -> float:
    """Seconds from `then` to `now`, never below 0; 0 when there is no such moment."""
    return 0.0 if then is None else max(0.0, round((to_us(now) - to_us(then)) / 1_000_000, 3))


def _lag(name: str, position: int, last: int, tail: Tail, now: datetime) -> Lag:
    behind = max(0, last - position)
    seconds = age_seconds(now, tail.recorded_after(position)) if behind else 0.0
    return Lag(name, position, behind, seconds)


def _not_taken_in(book: Connection, inbox: Connection) -> int:
    beyond = deliveries.c.n > frontier(book)
    return inbox.scalar(select(func.count()).select_from(deliveries).where(beyond)) or 0


def _count(book: Connection, outcome: Outcome) -> int:
    row = notifications.c
    return book.scalar(select(func.count()).where(row.outcome == outcome.value)) or 0


def _counts(book: Connection, column: str) -> dict[str, int]:
    words = notifications.c[column]
    return {
        str(word): int(count) for word, count in book.execute(select(words, func.count()).group_by(words))
    }
