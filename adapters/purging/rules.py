"""The rules of retention: whose bodies may go, and when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, exists, select

from adapters.tables import notifications
from adapters.times import to_us
from adapters.view_tables import notification_events
from domain.vocabulary import Outcome, Verdict

# What was settled a moment ago may still be in the hands of a worker whose lease ran out.
DAYS_MIN: Final = 1
DAYS_MAX: Final = 36_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Bodies of this outcome may go that were received and settled more than `days` ago."""

    name: str
    outcome: Outcome
    verdict: Verdict
    days: int

    def __post_init__(self) -> None:
        assert DAYS_MIN <= self.days <= DAYS_MAX, "days out of their limits"

    def holds(self, now: datetime) -> Iterator[ColumnElement[bool]]:
        """The conditions on a row of `notifications`, all of which must hold; `now` is an aware moment.

        A row that is due is to be worked on, whatever its outcome says: somebody asked for it again.
        """
        row, before_us = notifications.c, to_us(now - timedelta(days=self.days))
        yield row.outcome == self.outcome.value
        yield row.verdict == self.verdict.value
        yield row.received_us < before_us
        yield row.settled_us < before_us
        yield row.due_us.is_(None)
        yield row.purged_us.is_(None)

    def candidates(self, now: datetime, after: int, limit: int) -> Select[tuple[Any]]:
        """The numbers after one, at most so many, that the rule allows and no view knows an event of."""
        row = notifications.c
        made = exists().where(notification_events.c.n == row.n)
        wanted = select(row.n).where(row.n > after, *self.holds(now), ~made)
        return wanted.order_by(row.n).limit(limit)


def rules(disowned_days: int, settled_days: int) -> tuple[Rule, ...]:
    """All rules. What PayPal verified and nothing came of is in none: a later version may read it."""
    return (
        Rule(name="disowned", outcome=Outcome.INVALID, verdict=Verdict.INVALID, days=disowned_days),
        Rule(name="duplicate", outcome=Outcome.DUPLICATE, verdict=Verdict.VERIFIED, days=settled_days),
    )
