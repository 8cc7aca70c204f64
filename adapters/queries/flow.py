"""How messages flow: how many came in each hour, and what became of them; counted along indexes alone."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Connection, Select, bindparam, cast, func, select

from adapters.queries.notifications import frontier
from adapters.tables import deliveries, notifications
from adapters.times import from_us, to_us
from domain.vocabulary import Outcome, Verdict

HOUR_US: Final = 3_600_000_000
# How long after its end an hour may still get a message: one that is being kept has ten seconds for it.
_OPEN_US: Final = HOUR_US
_NUMBER_MAX: Final = 2**63 - 1
_SINCE: Final = cast(bindparam("since_us", type_=BigInteger()), BigInteger)
_UNTIL: Final = bindparam("until_us", type_=BigInteger())
# Nearly all messages are verified and recorded, so the others are counted, and taken from those that came.
_NOT_VERIFIED: Final = tuple(word for word in Verdict if word is not Verdict.VERIFIED)
_NOT_RECORDED: Final = tuple(word for word in Outcome if word is not Outcome.RECORDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What came within some time from `since` on, and how much of it has become what by now."""

    since: datetime
    received: int
    verified: int
    recorded: int
    refused: int


# How many messages came in hours that are over, by their beginning: that is counted once for each.
Remembered = dict[int, int]


def message_flow(
    book: Connection, inbox: Connection, now: datetime, hours: int, remembered: Remembered
) -> tuple[Flow, ...]:
    """Count the messages of the last so many hours by the clock, the present one among them, oldest first.

    What became of them is counted by the deliveries' numbers, which are given in the order of arrival: where
    a clock was put back, some of it is told of the hour beside its own.
    """
    until_us = (to_us(now) // HOUR_US + 1) * HOUR_US
    since_us = until_us - hours * HOUR_US
    new = _not_taken_in(inbox, frontier(book), since_us)
    taken = _taken_in(book, since_us, until_us, remembered.copy())
    _remember(remembered, taken, since_us, min([to_us(now) - HOUR_US - _OPEN_US + 1, *new]))
    return tuple(
        Flow(
            since=from_us(row.since_us),
            received=taken[row.since_us] + new[row.since_us],
            verified=max(0, taken[row.since_us] - row.not_verified),
            recorded=max(0, taken[row.since_us] - row.not_recorded),
            refused=row.refused,
        )
        for row in book.execute(_became(), {"since_us": since_us, "until_us": until_us})
    )


def _not_taken_in(inbox: Connection, taken_to: int, since_us: int) -> Counter[int]:
    """What no worker has seen yet, by the beginning of its hour."""
    row = deliveries.c
    hour = row.received_us - row.received_us % HOUR_US
    wanted = select(hour, func.count()).where(row.n > taken_to, row.received_us >= since_us).group_by(hour)
    return Counter({int(at): int(count) for at, count in inbox.execute(wanted)})


def _taken_in(book: Connection, since_us: int, until_us: int, known: Remembered) -> Remembered:
    """What the worker has seen, by the beginning of its hour, from the first that is not known on counted."""
    missing = next(at for at in range(since_us, until_us, HOUR_US) if at not in known)
    found = book.execute(_came(), {"since_us": missing, "until_us": until_us - HOUR_US})
    # What is counted takes the place of what was known: another request may be an hour ahead of this one.
    return known | {int(at): int(count) for at, count in found}


def _remember(remembered: Remembered, taken: Remembered, since_us: int, until_us: int) -> None:
    """Remember the hours that begin before `until_us`, and forget those before `since_us`."""
    remembered.update({at: count for at, count in taken.items() if since_us <= at < until_us})
    # Others may write into it meanwhile: what is walked through is a copy.
    for at in [at for at in remembered.copy() if at < since_us]:
        remembered.pop(at, None)


# Both are made once: to make them takes longer than to ask them.
@cache
def _came() -> Select[Any]:
    """How many messages the worker has seen of each hour, the one that begins at `until_us` included."""
    row, hours = notifications.c, _hours()
    within = (row.received_us >= hours.c.since_us, row.received_us < hours.c.since_us + HOUR_US)
    return select(hours.c.since_us, _count(within))


@cache
def _became() -> Select[Any]:
    """What became of the messages of each hour before `until_us`, each figure counted within one index."""
    row, ranges = notifications.c, _ranges().subquery()
    numbers = (row.n >= ranges.c.first, row.n < ranges.c.beyond)
    return (
        select(
            ranges.c.since_us,
            _count(numbers, row.verdict, _NOT_VERIFIED).label("not_verified"),
            _count(numbers, row.outcome, _NOT_RECORDED).label("not_recorded"),
            _count(numbers, row.outcome, (Outcome.REFUSED,)).label("refused"),
        )
        .where(ranges.c.since_us < _UNTIL)
        .order_by(ranges.c.since_us)
    )


def _count(
    conditions: Iterable[ColumnElement[bool]],
    column: ColumnElement[str] | None = None,
    words: Iterable[StrEnum] = (),
) -> ColumnElement[int]:
    """How many are so and have one of these words; each word is sought for itself."""
    counts: Iterator[ColumnElement[int]] = (
        select(func.count()).select_from(notifications).where(*conditions, *also).scalar_subquery()
        for also in ([()] if column is None else [(column == word.value,) for word in words])
    )
    summed = next(counts)
    for count in counts:
        summed += count
    return summed


def _hours() -> Any:  # noqa: ANN401 - a CTE of SQLAlchemy's
    hours = select(_SINCE.label("since_us")).cte("hours", recursive=True)
    return hours.union_all(select(hours.c.since_us + HOUR_US).where(hours.c.since_us < _UNTIL))


def _ranges() -> Select[Any]:
    """The hours and the numbers of their deliveries: from the first on, and before that of the next hour."""
    row, hours = notifications.c, _hours()
    came = (row.received_us >= hours.c.since_us, row.received_us < _UNTIL)
    first = select(row.n).where(*came).order_by(row.received_us).limit(1).scalar_subquery()
    begun = select(hours.c.since_us, func.coalesce(first, _NUMBER_MAX).label("first")).subquery()
    # A clock that was put forward for a while may not lead back behind the hours before.
    risen = func.max(begun.c.first).over(order_by=begun.c.since_us)
    ordered = select(begun.c.since_us, risen.label("first")).subquery()
    beyond = func.lead(ordered.c.first).over(order_by=ordered.c.since_us)
    return select(ordered.c.since_us, ordered.c.first, beyond.label("beyond"))
