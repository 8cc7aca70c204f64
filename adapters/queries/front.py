"""What the desk's first page asks for: who is waited for, how messages flow, money, all of one state."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from adapters.queries.balance_history import BalanceHistory, balance_history
from adapters.queries.flow import Flow, Remembered, message_flow
from adapters.queries.progress import Tail
from adapters.queries.sealing import read_sealing
from adapters.queries.todo_counts import OpenTodos, open_todos
from domain.accounts import Account

FLOW_HOURS: Final = 7 * 24
MONEY_DAYS: Final = 30
DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Front:
    """To-dos by kind, messages by hour, the accounts at PayPal at `money_moments`, and the notary's state."""

    now: datetime
    todos: tuple[OpenTodos, ...]
    flow: tuple[Flow, ...]
    money: BalanceHistory
    sealing: Mapping[str, Any]


def read_front(
    book: Connection, inbox: Connection, tail: Tail, now: datetime, remembered: Remembered
) -> Front:
    """Read it; `remembered` is kept by whoever asks again."""
    return Front(
        now=now,
        todos=open_todos(book, now),
        flow=message_flow(book, inbox, now, FLOW_HOURS, remembered),
        money=balance_history(book, f"{Account.PAYPAL}:", lambda _: money_moments(now)),
        sealing=read_sealing(book, tail),
    )


def money_moments(now: datetime) -> tuple[datetime, ...]:
    """The ends of the last days, a week ago, a day ago, and now."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    ends = (midnight - timedelta(days=back, microseconds=1) for back in range(MONEY_DAYS))
    return tuple(sorted({*ends, now - WEEK, now - DAY, now}))
