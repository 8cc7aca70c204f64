"""The guard: what was forgotten while a worker had it in hand comes to nothing, to the very commit."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, cast

from sqlalchemy import Connection, Table, TableClause, case, func, null, select, update
from sqlalchemy.sql.expression import ClauseElement

from adapters.inbox import Inbox
from adapters.statements import Beside, Given, Statement
from adapters.tables import notifications, payer_keys
from domain.vocabulary import Outcome

# Of a message that was forgotten before it was settled: nobody will ever know what it said.
FORGOTTEN: Final = "forgotten before it was recorded: look in PayPal whether money came of it"
_ROWS_MAX: Final = 500


class Guard:
    """Asked before a batch is decided, and once more in its commit."""

    def __init__(self, inbox: Inbox) -> None:
        """`inbox`: with the keys."""
        self._inbox = inbox
        self._names: dict[int, str] = {}

    def forgotten(self, names: Mapping[int, str | None]) -> set[int]:
        """Those of these deliveries whose bodies nobody can read any more. Raises StoreError.

        `names`: of the keys that they were found sealed with, if they were: none with a row is sealed later.
        """
        self._names = {n: name for n, name in names.items() if name is not None}
        return self._inbox.unreadable(self._names)

    def beside(self, ns: Iterable[int]) -> list[Beside]:
        """What fails the commit of these, as a lost race, when one of their keys was destroyed meanwhile."""
        names = sorted({self._names[n] for n in ns if n in self._names})
        return [Beside(_FAIL, [(name,) for name in names])] if names else []


# A second row under the name of a destroyed key: none can be, so nothing is written where there is one.
def _fail(insert_into: Callable[[Table], Any], given: TableClause) -> ClauseElement:
    row = payer_keys.c
    destroyed = select(row.payer, row.made_us).where(row.payer.in_(select(given.c.payer)), row.key.is_(None))
    return cast("ClauseElement", insert_into(payer_keys).from_select(["payer", "made_us"], destroyed))


# A second row under the name of a destroyed key: none can be, so nothing is written where there is one.
_FAIL: Final = Statement(Given.like(payer_keys.c.payer), _fail)


def close_forgotten(connection: Connection, ns: Sequence[int], now_us: int) -> int:
    """Have nobody work on these any more, since nobody can read them; how many were worked on.

    What became of them before stays; what was not settled waits for a person.
    """
    row, closed = notifications.c, 0
    unsettled = row.outcome == Outcome.WAITING.value
    values = {
        "outcome": case((unsettled, Outcome.UNREADABLE.value), else_=row.outcome),
        "reason": case((unsettled, FORGOTTEN), else_=row.reason),
        "settled_us": func.coalesce(row.settled_us, now_us),
        **dict.fromkeys(("due_us", "lease_until_us", "lease_by"), null()),
        "urgent": False,
    }
    for start in range(0, len(ns), _ROWS_MAX):
        some = row.n.in_(ns[start : start + _ROWS_MAX])
        closed += connection.execute(
            update(notifications).where(some, row.due_us.is_not(None)).values(values)
        ).rowcount
    return closed
