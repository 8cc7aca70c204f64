"""Home: what needs a person now, how messages flow, whether the house is well, and the money by currency."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import falcon

from adapters.desk.charts import Bars, Line, bars, line, spans
from adapters.desk.desk import Desk
from adapters.desk.health import BAD, signs
from adapters.queries.flow import Flow, Remembered
from adapters.queries.front import DAY, WEEK, Front
from adapters.units import currency_of, spelled
from domain.spelling import moment
from projections.todos.kinds import TodoKind

# In the order in which they press, and as a person would say what they are.
KINDS: Final[Mapping[TodoKind, str]] = {
    TodoKind.ANSWER_CASE: "Cases to answer",
    TodoKind.RECALL: "Goods to call back",
    TodoKind.SHIP: "Goods to send",
    TodoKind.LOOK: "Held goods to look at",
    TodoKind.AUTHORIZATION_EXPIRING: "Authorizations that end soon",
    TodoKind.REFUND_OWED: "Refunds owed",
    TodoKind.DUPLICATE_PAYMENT: "Orders paid twice",
    TodoKind.CONTRADICTION: "Messages that contradict each other",
    TodoKind.ACCEPT_CURRENCY: "Payments in a currency to accept",
    TodoKind.UNILATERAL: "Payments to an unknown address of yours",
    TodoKind.ECHECK: "eChecks that have not cleared",
    TodoKind.REFUSED: "Messages that were refused",
    TodoKind.UNREADABLE: "Messages that cannot be read",
    TodoKind.UNMODELLED: "Messages of an unknown kind",
    TodoKind.DRIFT: "News in messages",
}
FIGURES: Final = (
    ("received", "In"),
    ("verified", "Verified"),
    ("recorded", "Recorded"),
    ("refused", "Refused"),
)
_HOURS_OF_A_DAY: Final = 24
_HOURS_OF_A_BAR: Final = 6


@dataclass(frozen=True, slots=True)
class Period:
    """The charts of one period, and its figures as a table has them."""

    name: str
    slug: str
    begins: str
    charts: Sequence[tuple[str, str, Bars]]  # a word of ours, its name, the chart
    rows: Sequence[tuple[str, Mapping[str, int]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """What is at PayPal in one currency, and what changed."""

    account: str
    currency: str
    balance: str
    day: str
    week: str
    chart: Line
    high: str
    low: str


class Home:
    """`GET /desk/`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._remembered: Remembered = {}

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        front = self._desk.parts.queries.front(self._remembered)
        house = signs(self._desk.parts.readiness.report(waits=False), front.sealing)
        self._desk.show(
            req,
            resp,
            "home.html",
            now=front.now,
            waiting=_waiting(front),
            periods=_periods(front.flow),
            money=tuple(_money(front)),
            house=house,
            troubles=[sign for sign in house if sign.state == BAD],
        )


def _waiting(front: Front) -> list[dict[str, Any]]:
    counted = {each.kind: each for each in front.todos}
    return [
        {
            "kind": kind.value,
            "name": name,
            "count": counted[kind].count,
            "more": counted[kind].more,
            "oldest": moment(counted[kind].oldest),
            "overdue": counted[kind].overdue,
        }
        for kind, name in KINDS.items()
        if kind in counted
    ]


def _periods(flow: Sequence[Flow]) -> tuple[Period, Period]:
    day = flow[-_HOURS_OF_A_DAY:]
    return (
        _period("Last 24 hours", "day", "a day ago", [[hour] for hour in day]),
        _period(
            "Last 7 days",
            "week",
            "a week ago",
            [flow[at : at + _HOURS_OF_A_BAR] for at in range(0, len(flow), _HOURS_OF_A_BAR)],
        ),
    )


def _period(name: str, slug: str, begins: str, parts: Sequence[Sequence[Flow]]) -> Period:
    times = [*(part[0].since for part in parts), parts[-1][-1].since + timedelta(hours=1)]
    sums = {word: [sum(getattr(each, word) for each in part) for part in parts] for word, _ in FIGURES}
    said = spans(times)
    charts = [(word, called, bars(said, sums[word])) for word, called in FIGURES]
    rows = [
        (moment(since) or "", {word: values[place] for word, values in sums.items()})
        for place, since in enumerate(times[:-1])
    ]
    return Period(name, slug, begins, charts, rows)


def _money(front: Front) -> Iterator[Money]:
    for account, held in front.money.balances.items():
        then = dict(zip(front.money.moments, held, strict=True))
        now, currency, chart = then[front.now], currency_of(account), _begun(front.money.moments, held)
        yield Money(
            account=account,
            currency=currency,
            balance=spelled(now, currency),
            day=spelled(now - then[front.now - DAY], currency),
            week=spelled(now - then[front.now - WEEK], currency),
            chart=chart,
            high=spelled(chart.high, currency),
            low=spelled(chart.low, currency),
        )


def _begun(moments: Sequence[datetime], held: Sequence[int]) -> Line:
    """Draw it from shortly before anything was there."""
    first = next((place for place, units in enumerate(held) if units), len(held) - 1)
    return line(moments[max(0, first - 1) :], held[max(0, first - 1) :])
