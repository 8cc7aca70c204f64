"""Times on the command line: RFC 3339 with a zone, as everywhere; what is none ends it in one line."""

from datetime import datetime

from adapters.times import read_moment

_SHOWN_MAX = 80


class UsageError(Exception):
    """What was asked for makes no sense; the text is one line."""


def read_time(option: str, text: str | None) -> datetime | None:
    """The moment that an option names, in UTC; None when it was not given. UsageError when it is no time."""
    if text is None:
        return None
    try:
        return read_moment(text)
    except ValueError:
        raise UsageError(
            f"{option} is {text[:_SHOWN_MAX]!r}; expected a time such as 2026-11-20T21:22:05Z"
        ) from None


def read_span(at: str | None, since: str | None, now: datetime) -> tuple[datetime | None, datetime | None]:
    """The moments of `--at` and `--since`. UsageError when one is no time, or since is the later."""
    until, begin = read_time("--at", at), read_time("--since", since)
    if begin is not None and begin > (until or now):
        raise UsageError(f"--since is later than {'--at' if until else 'now'}")
    return until, begin
