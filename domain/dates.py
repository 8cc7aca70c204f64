"""PayPal's dates: Pacific wall clock with its zone spelled out, in every form that has been seen."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), start=1
    )
}
# Taken literally: around the end of summer time one wall clock hour exists twice and only the zone tells
# which, so a zone guessed from the month would be an hour wrong.
_ZONES = {"PST": timezone(timedelta(hours=-8)), "PDT": timezone(timedelta(hours=-7)), "UTC": UTC, "GMT": UTC}

# There was no PayPal before, and far ahead somebody slipped; a cycle more must not leave the calendar.
_YEARS = range(1998, 2200)

# Each date of a message is looked at twice: for what it says, and whether it says anything. No more than
# these are kept in mind, and none that is longer than PayPal writes them.
_REMEMBERED_MAX, _REMEMBERED_CHARACTERS_MAX = 256, 64

_TIME = r"(?P<h>\d{1,2}):(?P<m>\d{2}):(?P<s>\d{2})"
_MONTH = r"(?P<mon>[A-Z][a-z]{2})[a-z]*\.?"
_DAY = r"(?P<d>\d{1,2})"
_YEAR = r"(?P<y>\d{4})"
_ZONE = r"(?P<z>[A-Z]{3})"

_FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        rf"{_TIME} {_MONTH} {_DAY},? {_YEAR} {_ZONE}",  # 23:04:06 Feb 02, 2009 PST: live messages
        rf"{_TIME} {_DAY} {_MONTH},? {_YEAR} {_ZONE}",  # 23:38:36 30 Oct 2015 PDT: simulator, 2014
        rf"\w{{3}} {_MONTH} {_DAY} {_TIME} {_ZONE} {_YEAR}",  # Thu Dec 06 22:50:00 PST 2012: Adaptive
        # The simulator's JavaScript dates. A plus sign that nobody encoded has come through as a space.
        rf"\w{{3}} {_MONTH} {_DAY} {_YEAR} {_TIME} GMT(?P<o>[+ -]\d{{4}})(?: \(.*\))?",
        rf"{_YEAR}-(?P<mm>\d{{2}})-{_DAY}T{_TIME}(?P<iso>Z|[+-]\d{{2}}:\d{{2}})",  # importers' ISO dates
    )
)


def read_date(text: str) -> datetime | None:
    """The moment in UTC that a PayPal date names, or None when it cannot be read: a drift, no error."""
    plain = text.strip(" ")
    if not plain:  # nearly half of all that is asked
        return None
    return _read(plain) if len(plain) <= _REMEMBERED_CHARACTERS_MAX else _read.__wrapped__(plain)


@lru_cache(_REMEMBERED_MAX)
def _read(plain: str) -> datetime | None:
    for form in _FORMS:
        found = form.fullmatch(plain)
        if found is not None:
            return _moment(found.groupdict())
    return None


def _moment(part: Mapping[str, str]) -> datetime | None:
    month = int(part["mm"]) if "mm" in part else _MONTHS.get(part["mon"], 0)
    zone = _zone(part)
    if zone is None:
        return None
    day, hour, minute, second = int(part["d"]), int(part["h"]), int(part["m"]), int(part["s"])
    try:
        moment = datetime(int(part["y"]), month, day, hour, minute, second, tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):  # the 31st of February, an hour 25, the year 0
        return None
    return moment if moment.year in _YEARS else None


def _zone(part: Mapping[str, str]) -> timezone | None:
    if "z" in part:
        return _ZONES.get(part["z"])
    offset = part["o"] if "o" in part else part["iso"].replace(":", "")
    if offset == "Z":
        return UTC
    span = timedelta(hours=int(offset[1:3]), minutes=int(offset[3:5]))
    if span >= timedelta(hours=24):
        return None
    return timezone(-span if offset[0] == "-" else span)
