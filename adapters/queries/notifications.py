"""The history of every delivery, newest first, from the moment that the listener kept it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, RowMapping, func, or_, select

from adapters.queries.paging import Page, Place, read_cursor, write_cursor
from adapters.queries.prefixes import MANY, without_index
from adapters.tables import deliveries, notifications
from adapters.times import rfc3339, to_us
from adapters.view_tables import notification_events
from domain.vocabulary import Outcome, Verdict

LIST = "notifications"
_NUMBER_MAX = 2**63 - 1

Entry: TypeAlias = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class NotificationFilters:
    """What to show; None shows all. `txn_id` matches the delivery's own id and its parent's."""

    outcome: str | None = None
    verdict: str | None = None
    txn_id: str | None = None
    since: datetime | None = None


def frontier(book: Connection) -> int:
    """Give the highest number that the worker has taken in; what lies above it in the inbox is still new."""
    return book.scalar(select(func.max(notifications.c.n))) or 0


def page(
    book: Connection, inbox: Connection, filters: NotificationFilters, limit: int, cursor: str | None
) -> Page[Entry]:
    """List deliveries, those not taken in yet included; BadCursorError when the cursor is none."""
    before = None if cursor is None else read_cursor(LIST, cursor).number
    taken_to = frontier(book)
    items = _new_ones(inbox, filters, taken_to, before, limit + 1) if _may_be_new(filters) else []
    if len(items) <= limit:
        items += _taken_ones(book, filters, taken_to, before, limit + 1 - len(items))
    shown = items[:limit]
    more = write_cursor(LIST, Place(shown[-1]["n"])) if len(items) > limit else None
    return Page(tuple(shown), more)


def events_of(book: Connection, numbers: Iterable[int]) -> dict[int, list[Entry]]:
    """Name the events that deliveries became, by delivery, in the order of the book."""
    row = notification_events.c
    wanted = select(row.n, row.stream, row.version, row.type).where(row.n.in_(list(numbers)))
    found: dict[int, list[Entry]] = defaultdict(list)
    for n, stream, version, kind in book.execute(wanted.order_by(row.n, row.position)):
        found[n].append({"stream": stream, "version": version, "type": kind})
    return found


def new_entry(row: RowMapping) -> Entry:
    """Show a delivery that nobody has looked at yet: its contents are not read before the worker does."""
    return {
        "n": row["n"],
        "received_at": rfc3339(row["received_us"]),
        "peer": row["peer"],
        "txn_id": None,
        "txn_type": None,
        "payment_status": None,
        "verdict": Verdict.UNKNOWN.value,
        "attempts": 0,
        "outcome": Outcome.WAITING.value,
        "reason": None,
        "events": [],
    }


def taken_entry(row: RowMapping, events: list[Entry]) -> Entry:
    """Show a delivery that the worker has taken in."""
    return {
        "n": row["n"],
        "received_at": rfc3339(row["received_us"]),
        "peer": row["peer"],
        "txn_id": row["txn_id"],
        "txn_type": row["txn_type"],
        "payment_status": row["payment_status"],
        "verdict": row["verdict"],
        "attempts": row["attempts"],
        "outcome": row["outcome"],
        "reason": row["reason"],
        "events": events,
    }


def _may_be_new(filters: NotificationFilters) -> bool:
    return (
        filters.outcome in {None, Outcome.WAITING}
        and filters.verdict in {None, Verdict.UNKNOWN}
        and filters.txn_id is None
    )


def _new_ones(
    inbox: Connection, filters: NotificationFilters, taken_to: int, before: int | None, limit: int
) -> list[Entry]:
    row = deliveries.c
    wanted = select(row.n, row.received_us, row.peer).where(row.n > taken_to)
    if before is not None:
        wanted = wanted.where(row.n < before)
    if filters.since is not None:
        wanted = wanted.where(row.received_us >= to_us(filters.since))
    found = inbox.execute(wanted.order_by(row.n.desc()).limit(limit)).mappings()
    return [new_entry(each) for each in found]


def _taken_ones(
    book: Connection, filters: NotificationFilters, taken_to: int, before: int | None, limit: int
) -> list[Entry]:
    row = notifications.c
    # Up to what was read as the frontier: one that the worker took in since was listed as new already.
    wanted = select(notifications).where(row.n <= taken_to, *_conditions(book, filters))
    if before is not None:
        wanted = wanted.where(row.n < before)
    found = book.execute(wanted.order_by(row.n.desc()).limit(limit)).mappings().all()
    events = events_of(book, [each["n"] for each in found])
    return [taken_entry(each, events.get(each["n"], [])) for each in found]


def _conditions(book: Connection, filters: NotificationFilters) -> Iterator[ColumnElement[bool]]:
    row = notifications.c
    narrow = filters.txn_id is not None
    # Few are disowned, or not asked about yet; nearly all are verified.
    few = filters.verdict in (Verdict.INVALID, Verdict.UNKNOWN)
    if filters.outcome is not None:
        yield (without_index(row.outcome) if narrow or few else row.outcome) == filters.outcome
    if filters.verdict is not None:
        yield (without_index(row.verdict) if narrow else row.verdict) == filters.verdict
    if filters.txn_id is not None:
        yield or_(row.txn_id == filters.txn_id, row.parent_txn_id == filters.txn_id)
    if filters.since is not None:
        yield from _received_since(book, to_us(filters.since))


def _received_since(book: Connection, since_us: int) -> Iterator[ColumnElement[bool]]:
    """Those received from then on; where they are few, nothing is read before the first of them.

    Numbers are given in the order of arrival, times are not: a clock may have been put back.
    """
    row = notifications.c
    some = select(row.n).where(row.received_us >= since_us).limit(MANY + 1).subquery()
    count, first = book.execute(select(func.count(), func.min(some.c.n))).one()
    if count <= MANY:
        yield row.n >= (first or _NUMBER_MAX)
    yield row.received_us + 0 >= since_us
