"""Times at the edges: microseconds since the epoch in tables, RFC 3339 in UTC in everything that is read."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from domain.spelling import moment

# Of some batches of the book.
_MOMENTS_MAX: Final = 8_192
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)


# What was recorded then is told again and again; equal moments are of one number, whatever their zones.
@lru_cache(_MOMENTS_MAX)
def to_us(when: datetime) -> int:
    """Whole microseconds from the epoch to an aware moment."""
    assert when.tzinfo is not None, "a moment without a zone"
    past = when - _EPOCH  # divided by a timedelta it would take three times as long
    return (past.days * 86_400 + past.seconds) * 1_000_000 + past.microseconds


def from_us(us: int) -> datetime:
    """The moment, in UTC, that lies `us` microseconds after the epoch."""
    return _EPOCH + timedelta(microseconds=us)


def rfc3339(us: int | None) -> str | None:
    """`2026-11-20T21:22:05Z`; a fraction is written only where there is one, to the microsecond."""
    return None if us is None else moment(from_us(us))


def parse_rfc3339(text: str) -> datetime:
    """Read an RFC 3339 time; ValueError when it is none, or names no zone."""
    told = datetime.fromisoformat(text)
    if told.tzinfo is None or "T" not in text.upper():
        message = f"{text!r} names no zone, or is a date without a time"
        raise ValueError(message)
    return told.astimezone(UTC)


def read_moment(text: str) -> datetime:
    """Read a time that a person or program asks by, exactly as RFC 3339 writes it; ValueError otherwise."""
    said = text.upper()
    if not _TIME.fullmatch(said):
        raise ValueError("no RFC 3339 time")
    try:
        return parse_rfc3339(said)
    except OverflowError as error:  # a first of January that UTC puts before the year 1
        raise ValueError("no time that there was") from error
