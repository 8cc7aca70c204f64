"""Moments as people ask by them: a day, a time of a form's field in UTC, or a time with its zone."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from adapters.api import asking

# What a field of type datetime-local sends: no zone, seconds only where they are told.
_SHAPES: Final = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")
_DAY_CHARACTERS: Final = len("2026-11-20")


def as_of_moment(text: str) -> datetime:
    """Read up to when something was known, a day to its end; ValueError with a sentence otherwise."""
    try:
        if len(text) == _DAY_CHARACTERS:
            return datetime.combine(date.fromisoformat(text), time(), UTC) + timedelta(days=1)
        return _local(text) or asking.moment(text)
    except (ValueError, OverflowError):
        raise ValueError(
            "It must be a day such as 2026-11-20, or a time such as 2026-11-20T21:22 (UTC)."
        ) from None


def _local(text: str) -> datetime | None:
    for shape in _SHAPES:
        try:
            return datetime.strptime(text, shape).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None
