"""The calendar of subscriptions: how long a cycle is, until when one is paid, which were missed."""

import re
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.subscription_facts import Cycle

_MONTHS_IN_A_YEAR = 12
# PayPal charges at any hour of the day that a cycle is due on.
_SLACK = timedelta(hours=6)
# A charge that nothing stopped and no failure moved comes within some days of its date.
_LATE_AT_MOST = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Period:
    """The length of a cycle: months of the calendar, and days."""

    months: int = 0
    days: int = 0

    def after(self, moment: datetime) -> datetime | None:
        """The same hour a cycle later, on the last day of too short a month; None past all calendars."""
        months = moment.month - 1 + self.months
        year, month = moment.year + months // _MONTHS_IN_A_YEAR, months % _MONTHS_IN_A_YEAR + 1
        try:
            day = min(moment.day, monthrange(year, month)[1])
            return moment.replace(year=year, month=month, day=day) + timedelta(days=self.days)
        except (ValueError, OverflowError):
            return None


_LENGTHS = {
    "d": Period(days=1),
    "day": Period(days=1),
    "daily": Period(days=1),
    "w": Period(days=7),
    "week": Period(days=7),
    "weekly": Period(days=7),
    "semi_monthly": Period(days=15),
    "semimonthly": Period(days=15),
    "semimonth": Period(days=15),
    "m": Period(months=1),
    "month": Period(months=1),
    "monthly": Period(months=1),
    "y": Period(months=12),
    "year": Period(months=12),
    "yearly": Period(months=12),
}
_FORMS = (
    re.compile(r"(?P<n>\d{1,3}) (?P<unit>[dwmy])", re.ASCII),  # subscriptions: "1 M"
    re.compile(r"every (?P<n>\d{1,3}) (?P<unit>day|week|semi_?month|month|year)s?", re.ASCII),  # profiles
    re.compile(r"(?P<n>)(?P<unit>\w+)", re.ASCII),  # profiles: "Monthly"
)


def period_of(words: str | None) -> Period | None:
    """A cycle's length in PayPal's words ("1 M", "Monthly", "every 2 Months"); None when they say none."""
    plain = (words or "").strip().lower().replace("-", "_")
    found = next((match for form in _FORMS if (match := form.fullmatch(plain))), None)
    length = _LENGTHS.get(found["unit"].replace("semi_month", "semimonth")) if found else None
    count = int(found["n"] or 1) if found else 0
    if length is None or count == 0:
        return _LENGTHS.get(plain)
    return Period(months=length.months * count, days=length.days * count)


def due_after(cycle: Cycle, period: Period | None) -> datetime | None:
    """When the next cycle is due: as PayPal said, else one period later; None where neither tells."""
    if cycle.next_payment_at is not None or cycle.occurred_at is None or period is None:
        return cycle.next_payment_at
    return period.after(cycle.occurred_at)


def pauses(paid: Sequence[Cycle], told_due: Iterable[datetime], period: Period | None) -> int:
    """How many of the paid cycles came a week, or a whole shorter period, after anything was due.

    `told_due` are due dates from other messages: of the beginning, and of failures, which move a cycle
    without stopping the profile. PayPal dates no suspension and sends nothing when a profile goes on
    (reference: 7.5). What the order of arrival must not tell, the dates do: a gap before a payment was a
    pause, and that payment shows that it is over.
    """
    if period is None:
        return 0
    dues = [*told_due, *(due for cycle in paid if (due := due_after(cycle, period)) is not None)]
    dates = (cycle.occurred_at for cycle in paid if cycle.occurred_at is not None)
    return sum(_is_late(paid_at, dues, period) for paid_at in dates)


def _is_late(paid_at: datetime, dues: Iterable[datetime], period: Period) -> bool:
    due = max((due for due in dues if due - _SLACK <= paid_at), default=None)
    missed = period.after(due) if due is not None else None
    if due is None or missed is None:
        return False
    return min(missed, due + _LATE_AT_MOST) - _SLACK <= paid_at
