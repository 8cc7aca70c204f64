"""Balances on the desk: accounts by currency as of a time, drawn over a period, and their twins."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, takewhile
from typing import Any, Final

import falcon

from adapters.api import asking
from adapters.api.answers import CSV, write_json
from adapters.api.asking import read_params
from adapters.desk.charts import Line, line
from adapters.desk.desk import Desk
from adapters.queries.balance_history import Plan
from adapters.sheets import write_sheet
from adapters.units import currency_of, spelled

COLUMNS: Final = ("account", "currency", "balance")
# How far back a drawing reaches; null is to the beginning.
PERIODS: Final[Mapping[str, timedelta | None]] = {
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
    "quarter": timedelta(days=91),
    "year": timedelta(days=365),
    "all": None,
}
PERIOD_DEFAULT: Final = "month"
POINTS_MAX: Final = 120
# Up to which length of a drawing its steps are so short; longer ones go by days.
_STEPS: Final = (
    (timedelta(days=2), timedelta(minutes=30)),
    (timedelta(days=9), timedelta(hours=3)),
)
_DAY: Final = timedelta(days=1)
_MOMENT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What an account held over a period."""

    account: str
    currency: str
    chart: Line
    rows: Sequence[tuple[str, str]]  # times and balances
    low: str
    high: str


def as_of(text: str) -> datetime:
    """Read a time, or a day: then its end is meant, in UTC."""
    try:
        day = date.fromisoformat(text) if len(text) == len("2026-11-20") else None
    except ValueError:
        raise ValueError("It must be a day such as 2026-11-20, or a time with its zone.") from None
    return asking.moment(text) if day is None else datetime.combine(day, time.max, UTC)


def table(items: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Balances as a table: accounts down, currencies across; none where nothing was ever posted."""
    by_name: dict[str, dict[str, str]] = {}
    for item in items:
        name = item["account"].removesuffix(f":{item['currency']}")
        by_name.setdefault(name, {})[item["currency"]] = item["balance"]
    return {"currencies": sorted({item["currency"] for item in items}), "accounts": by_name}


def drawn(desk: Desk, name: str, period: str, until: datetime) -> Iterator[Drawn]:
    """Draw the accounts whose names begin so, up to a time."""
    history = desk.parts.queries.balance_history(name, plan(PERIODS[period], until))
    for account, held in history.balances.items():
        currency, chart = currency_of(account), line(history.moments, held)
        yield Drawn(
            account=account,
            currency=currency,
            chart=chart,
            rows=[(point.at, spelled(point.value, currency)) for point in chart.points],
            low=spelled(chart.low, currency),
            high=spelled(chart.high, currency),
        )


def plan(length: timedelta | None, until: datetime) -> Plan:
    """The times of a drawing: no earlier than the first entry, and no more than can be told apart."""

    def moments(first: datetime) -> list[datetime]:
        since = first if length is None or until - first <= length else until - length
        if since >= until:
            return [until]
        step = next((step for longest, step in _STEPS if until - since <= longest), None)
        between = _ends_of_days(since, until) if step is None else _steps(since, until, step)
        return [*([since] if step else []), *between, until]

    return moments


def _steps(since: datetime, until: datetime, step: timedelta) -> Iterator[datetime]:
    """Times of the clock between two."""
    midnight = since.replace(hour=0, minute=0, second=0, microsecond=0)
    times = (midnight + place * step for place in count())
    return (at for at in takewhile(lambda at: at < until, times) if at > since)


def _ends_of_days(since: datetime, until: datetime) -> list[datetime]:
    midnight = until.replace(hour=0, minute=0, second=0, microsecond=0)
    days = (midnight - since) // _DAY + 1
    every = -(-days // POINTS_MAX)
    return [midnight - back * _DAY - _MOMENT for back in reversed(range(0, days, every))]


class BalancesCsv:
    """`GET /desk/ledger/balances.csv`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        resp.content_type = f"{CSV}; charset=utf-8; header=present"
        resp.downloadable_as = "balances.csv"
        resp.data = write_sheet(COLUMNS, _asked(self._desk, req))


class BalancesJson:
    """`GET /desk/ledger/balances.json`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        write_json(resp, {"items": _asked(self._desk, req)})


def _asked(desk: Desk, req: falcon.Request) -> list[dict[str, str]]:
    return desk.parts.queries.balances(read_params(req.params, {"as_of": as_of}).get("as_of"))
