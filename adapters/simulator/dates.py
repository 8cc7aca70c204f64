"""PayPal's dates: Pacific wall clock, English months, PST or PDT written out."""

from datetime import UTC, datetime, timedelta

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def paypal_date(moment: datetime) -> str:
    """`13:05:09 Nov 20, 2026 PST` for an aware moment.

    The rule of 2007 (second Sunday in March to first Sunday in November, changed at 2:00 local time) is
    written here, because a bare machine may have no zone database.
    """
    assert moment.tzinfo is not None, "a moment without a zone"
    utc = moment.astimezone(UTC)
    summer = _sunday(utc.year, 3, 2, hour=10) <= utc < _sunday(utc.year, 11, 1, hour=9)
    local = utc - timedelta(hours=7 if summer else 8)
    zone = "PDT" if summer else "PST"
    return f"{local:%H:%M:%S} {_MONTHS[local.month - 1]} {local:%d}, {local.year:04d} {zone}"


def _sunday(year: int, month: int, which: int, *, hour: int) -> datetime:
    first = datetime(year, month, 1, hour, tzinfo=UTC)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (which - 1))
