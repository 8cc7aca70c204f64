"""Figures of the whole: backlog, verdicts, outcomes, how far the views are; indexes answer them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from adapters.queries.notifications import frontier
from adapters.queries.progress import Lag, Tail, lags
from adapters.tables import deliveries, notifications
from adapters.times import from_us
from domain.vocabulary import Outcome, Verdict


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
