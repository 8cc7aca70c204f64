"""What accounts held at one time after another: days by their sums, parts of a day by their postings."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Final, TypeAlias

from sqlalchemy import Connection, bindparam, func, select

from adapters.queries.prefixes import begins_with
from adapters.times import from_us, to_us
from adapters.view_tables import ledger_days, ledger_postings
from adapters.views.ledger import DAY_US

# Gives the times to tell of, the earliest first; it is told the first day on which anything was recorded.
Plan: TypeAlias = Callable[[datetime], Sequence[datetime]]


@dataclass(frozen=True, slots=True)
class BalanceHistory:
    """Times, and what each account held then by the entries recorded up to each, in minor units."""

    moments: Sequence[datetime]
    balances: Mapping[str, Sequence[int]]


@dataclass(frozen=True, slots=True)
class _Days:
    """The days on which something came to an account, and what it held at the end of each."""

    days: Sequence[int]
    held: Sequence[int]

    def before(self, day: int) -> int:
        place = bisect_left(self.days, day)
        return self.held[place - 1] if place else 0

    def touched(self, day: int) -> bool:
        place = bisect_left(self.days, day)
        return place < len(self.days) and self.days[place] == day


def balance_history(book: Connection, name: str, plan: Plan) -> BalanceHistory:
    """Tell of the accounts whose names begin so, in the order of names; of none where nothing was posted."""
    known = _days(book, name)
    if not known:
        return BalanceHistory((), {})
    moments = plan(from_us(min(each.days[0] for each in known.values()) * DAY_US))
    balances: dict[str, list[int]] = {account: [] for account in known}
    parts, told_us = dict.fromkeys(known, 0), -1
    for us in map(to_us, moments):
        day = us // DAY_US
        whole = us % DAY_US == DAY_US - 1  # the last moment of a day: nothing of it is missing in its sum
        if told_us // DAY_US != day:
            parts, told_us = dict.fromkeys(known, 0), day * DAY_US - 1
        touched = () if whole else [account for account, each in known.items() if each.touched(day)]
        _add_parts(book, parts, touched, told_us + 1, us)
        told_us = us
        for account, each in known.items():
            held = each.before(day + 1) if whole else each.before(day) + parts[account]
            balances[account].append(held)
    return BalanceHistory(moments, balances)


def _days(book: Connection, name: str) -> dict[str, _Days]:
    row = ledger_days.c
    wanted = select(row.account, row.day, row.units).where(begins_with(row.account, name))
    found: dict[str, list[tuple[int, int]]] = {}
    for account, day, units in book.execute(wanted.order_by(row.account, row.day)):
        found.setdefault(account, []).append((day, units))
    return {
        account: _Days([day for day, _ in sums], list(accumulate(units for _, units in sums)))
        for account, sums in found.items()
    }


# Made once: to make it takes longer than to ask it.
_PART: Final = select(func.sum(ledger_postings.c.units)).where(
    ledger_postings.c.account == bindparam("account"),
    ledger_postings.c.recorded_us.between(bindparam("since_us"), bindparam("until_us")),
)


def _add_parts(
    book: Connection, parts: dict[str, int], accounts: Iterable[str], since_us: int, until_us: int
) -> None:
    """Add what came to each account between two times, both of one day."""
    for account in accounts:
        within = {"account": account, "since_us": since_us, "until_us": until_us}
        parts[account] += book.scalar(_PART, within) or 0
