"""Searching deliveries, newest first: each look has a budget, and says how far back it has come."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import ColumnElement, Connection, func, select

from adapters.delivered import BodyDamagedError
from adapters.queries.delivery import Open
from adapters.queries.notifications import LIST, Entry, events_of, frontier, new_entry, taken_entry
from adapters.queries.paging import Page, Place, read_cursor, write_cursor
from adapters.queries.search_bodies import says
from adapters.queries.search_places import Candidates, Span, candidates, span_of
from adapters.queries.search_terms import NEW, TAKEN, Search
from adapters.tables import deliveries, notifications

# Of one look, where no index leaves few: rows that the store goes through, and messages that are read.
NUMBERS_MAX: Final = 20_000
BODIES_MAX: Final = 500
_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class Found(Page[Entry]):
    """Some deliveries. Where a look's budget ended before the page was full: how far back it has come."""

    reached: int | None
    read: int  # messages that were read for it
    # Where a payer was found by the views: of messages that became no transaction only those from here on.
    untold_from: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """What a search reads."""

    book: Connection
    inbox: Connection
    open: Open


def search(stores: Stores, asked: Search, limit: int, cursor: str | None) -> Found:
    """Look once; BadCursorError when the cursor is none."""
    before = None if cursor is None else read_cursor(LIST, cursor).number
    taken_to = frontier(stores.book)
    span = span_of(stores.book, asked, before)
    # One more than is shown tells that there are more.
    wanted = BODIES_MAX if asked.of_bodies else limit + 1
    some = _new_ones(stores.inbox, asked, taken_to, before, wanted)
    if len(some.numbers) < wanted:
        inside = Span(span.low, min(span.high, taken_to + 1))
        taken = _taken_ones(stores.book, asked, inside, wanted - len(some.numbers))
        some = Candidates(some.numbers + taken.numbers, taken.reached, taken.untold_from)
    read, numbers = 0, list(some.numbers)
    if asked.of_bodies:
        numbers, read = _that_say(stores, asked, some.numbers, limit + 1)
    shown = numbers[:limit]
    items, untold_from = tuple(_entries(stores, shown, taken_to)), some.untold_from
    if len(numbers) > limit:
        return Found(items, write_cursor(LIST, Place(shown[-1])), None, read, untold_from)
    if some.reached:
        return Found(items, write_cursor(LIST, Place(some.reached)), some.reached, read, untold_from)
    return Found(items, None, None, read, untold_from)


def _new_ones(inbox: Connection, asked: Search, taken_to: int, before: int | None, limit: int) -> Candidates:
    """Deliveries that nobody has looked at yet; what is asked of their times is asked of each."""
    row = deliveries.c
    conditions = [term.holds(NEW) for term in asked.of_rows]
    if before is not None:
        conditions.append(row.n < before)
    newest = select(row.n).where(row.n > taken_to, *conditions).order_by(row.n.desc()).limit(limit)
    return _counted(inbox.execute(newest).scalars().all(), limit, 0)


def _taken_ones(book: Connection, asked: Search, span: Span, limit: int) -> Candidates:
    row = notifications.c
    conditions = [term.holds(TAKEN) for term in asked.of_rows]
    if asked.of_bodies:
        conditions.append(row.purged_us.is_(None))
    few = candidates(book, asked, span)
    if few is None:
        return _walked(book, conditions, span, limit)
    found: list[int] = []
    for start in range(0, len(few.numbers), _AT_ONCE):
        within = row.n.in_(few.numbers[start : start + _AT_ONCE])
        newest = select(row.n).where(within, *conditions).order_by(row.n.desc())
        found += book.execute(newest).scalars()
        if len(found) >= limit:
            break
    return replace(_counted(found[:limit], limit, few.reached), untold_from=few.untold_from)


def _walked(
    book: Connection, conditions: Sequence[ColumnElement[bool]], span: Span, limit: int
) -> Candidates:
    row = notifications.c
    low = max(span.low, span.high - NUMBERS_MAX)
    inside = Span(low, span.high).holds(row.n)
    newest = select(row.n).where(inside, *conditions).order_by(row.n.desc()).limit(limit)
    first = max(span.low, book.scalar(select(func.min(row.n))) or 0)
    return _counted(book.execute(newest).scalars().all(), limit, 0 if low <= first else low)


def _counted(numbers: Sequence[int], limit: int, reached: int) -> Candidates:
    """As many as were wanted: there may be more below the last of them."""
    return Candidates(tuple(numbers), numbers[-1] if len(numbers) == limit else reached)


def _that_say(stores: Stores, asked: Search, numbers: Sequence[int], limit: int) -> tuple[list[int], int]:
    """Those whose messages say what is asked, and how many were read."""
    row, found, read = deliveries.c, list[int](), 0
    for start in range(0, len(numbers), _AT_ONCE):
        some = numbers[start : start + _AT_ONCE]
        wanted = select(row.n, row.sealed_by, row.body).where(row.n.in_(some)).order_by(row.n.desc())
        for n, sealed_by, stored in stores.inbox.execute(wanted):
            read += 1
            body = _opened(stores.open, n, sealed_by, bytes(stored))
            if body is not None and says(body, asked.of_bodies):
                found.append(n)
        if len(found) >= limit:
            break
    return found, read


def _opened(open_: Open, n: int, sealed_by: str | None, stored: bytes) -> bytes | None:
    """A message's bytes; None where nobody can read them: what it said is then not found."""
    if sealed_by is None:
        return stored
    try:
        return open_(n, sealed_by, stored)
    except BodyDamagedError:
        return None  # its own page says what is wrong with it


def _entries(stores: Stores, numbers: Sequence[int], taken_to: int) -> list[Entry]:
    new = [n for n in numbers if n > taken_to]
    rows = stores.inbox.execute(select(deliveries).where(deliveries.c.n.in_(new))).mappings() if new else ()
    shown = {row["n"]: new_entry(row) for row in rows}
    wanted = select(notifications).where(notifications.c.n.in_(numbers))
    events = events_of(stores.book, numbers)
    for row in stores.book.execute(wanted).mappings():
        if row["n"] <= taken_to:
            shown[row["n"]] = taken_entry(row, events.get(row["n"], []))
    return [shown[n] for n in numbers if n in shown]
