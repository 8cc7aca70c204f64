"""PayPal's dates: Pacific wall clock, English months, PST or PDT written out."""

from calendar import monthrange
from datetime import UTC, datetime, timedelta

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def paypal_date(moment: datetime) -> str:
    """`13:05:09 Nov 20, 2026 PST` for an aware moment."""
    local, zone = _pacific(moment)
    return f"{local:%H:%M:%S} {_MONTHS[local.month - 1]} {local:%d}, {local.year:04d} {zone}"


def adaptive_date(moment: datetime) -> str:
    """`Fri Nov 20 13:05:09 PST 2026`, as Adaptive Payments write an aware moment."""
    local, zone = _pacific(moment)
    day, month = _DAYS[local.weekday()], _MONTHS[local.month - 1]
    return f"{day} {month} {local:%d %H:%M:%S} {zone} {local.year:04d}"


def months_before(moment: datetime, months: int) -> datetime:
    """The same time of day so many months before; the month's last day where it has no such day."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    day = min(moment.day, monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def _pacific(moment: datetime) -> tuple[datetime, str]:
    """The rule of 2007: second Sunday in March to first Sunday in November, changed at 2:00 local time.

    It is written here, because a bare machine may have no zone database.
    """
    assert moment.tzinfo is not None, "a moment without a zone"
    utc = moment.astimezone(UTC)
    summer = _sunday(utc.year, 3, 2, hour=10) <= utc < _sunday(utc.year, 11, 1, hour=9)
    return utc - timedelta(hours=7 if summer else 8), "PDT" if summer else "PST"


def _sunday(year: int, month: int, which: int, *, hour: int) -> datetime:
    first = datetime(year, month, 1, hour, tzinfo=UTC)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (which - 1))
