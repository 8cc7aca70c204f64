"""The fulfillment queue as its view keeps it: as of now or a time, oldest first; what changed between two."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any, Final, TypeAlias

import msgspec
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    func,
    or_,
    select,
    tuple_,
)

from adapters.queries import unpaid
from adapters.queries.paging import Page, Place, read_cursor, write_cursor
from adapters.times import to_us
from adapters.view_tables import fulfillment
from adapters.views.fulfillment import stood_of
from domain.vocabulary import Fulfillment
from projections.fulfillment import LISTED, WAITING, shown, standing

LIST: Final = "fulfillment"
CHANGES: Final = "fulfillment changes"

Entry: TypeAlias = dict[str, Any]
# A row of the view by its place in the list (a time and an id), and by its version.
_Found: TypeAlias = tuple[int, str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class FulfillmentFilters:
    """What to show: one state, or all, or all that wait for somebody; now, or as of a time."""

    state: str | None = None
    as_of: datetime | None = None
    waiting: bool = False

    @property
    def states(self) -> tuple[Fulfillment, ...]:
        """The states that are asked for."""
        if self.state is not None:
            return (Fulfillment(self.state),)
        return WAITING if self.waiting else LISTED


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangesFilters:
    """Between which times; None is now."""

    since: datetime
    until: datetime | None = None


def page(
    book: Connection, filters: FulfillmentFilters, now: datetime, limit: int, cursor: str | None
) -> Page[Entry]:
    """List goods, those that stand so longest first; BadCursorError when the cursor is none."""
    if filters.state == Fulfillment.NONE and filters.as_of is None:
        return unpaid.page(book, limit, cursor)
    place = None if cursor is None else read_cursor(LIST, cursor)
    moment = filters.as_of or now
    arms = [
        _in_order(arm, place, limit + 1)
        for state in filters.states
        for arm in _arms(state, to_us(moment), _alive(filters.as_of))
    ]
    found = _merged(book, arms, limit + 1)
    listed, more = found[:limit], _next(LIST, found, limit)
    rows = _rows(book, ((txn_id, version) for _, txn_id, version in listed), moment)
    return Page(tuple(rows[txn_id, version] for _, txn_id, version in listed), more)


def _alive(as_of: datetime | None, of: Any = fulfillment.c) -> ColumnElement[bool]:  # noqa: ANN401 - of any alias
    """Whether a row was what was known at a time, or is what is known now."""
    if as_of is None:
        return of.superseded_us.is_(None)  # type: ignore[no-any-return]
    moment_us = to_us(as_of)
    known = and_(of.recorded_us <= moment_us, of.since_us <= moment_us)
    return and_(known, or_(of.superseded_us.is_(None), of.superseded_us > moment_us))


_Arm: TypeAlias = tuple[Column[int], Sequence[ColumnElement[bool]]]


def _arms(state: Fulfillment, moment_us: int, alive: ColumnElement[bool]) -> Iterator[_Arm]:
    """Where an index finds those of a state in order; ready are those, too, that nobody claims any more."""
    row = fulfillment.c
    stored = (row.state == state.value, alive)
    if state is Fulfillment.CLAIMED:
        yield row.since_us, (*stored, row.runs_out_us > moment_us)
    else:
        yield row.since_us, stored
    if state is Fulfillment.READY:
        yield row.runs_out_us, (alive, row.runs_out_us <= moment_us)


def _in_order(arm: _Arm, place: Place | None, limit: int) -> Select[Any]:
    when, conditions = arm
    row = fulfillment.c
    wanted = select(when, row.txn_id, row.version).where(*conditions)
    if place is not None:
        wanted = wanted.where(tuple_(when, row.txn_id) > tuple_(place.number, place.text))
    return wanted.order_by(when, row.txn_id).limit(limit)


def _merged(book: Connection, arms: Iterable[Select[Any]], limit: int) -> list[_Found]:
    """The first of several lists that are each in order; they are of one state of the file."""
    return list(islice(merge(*(map(tuple, book.execute(arm).all()) for arm in arms)), limit))


def _next(name: str, found: Sequence[tuple[Any, ...]], limit: int) -> str | None:
    return write_cursor(name, Place(*found[limit - 1][:2])) if len(found) > limit else None


def _rows(
    book: Connection, keys: Iterable[tuple[str, int]], moment: datetime
) -> dict[tuple[str, int], Entry]:
    """Rows as they stand at a moment, by their keys."""
    row, wanted = fulfillment.c, set(keys)
    # Pairs would be looked for in the whole table; what these find is a few rows too many at most.
    some = (
        row.txn_id.in_({txn_id for txn_id, _ in wanted}),
        row.version.in_({version for _, version in wanted}),
    )
    found: dict[tuple[str, int], Entry] = {}
    for told in book.execute(select(fulfillment).where(*some)).mappings():
        key = (told["txn_id"], told["version"])
        if key in wanted:
            said = msgspec.json.decode(told["told"])
            found[key] = shown(*key, standing(stood_of(told), moment), said)
    return found


def changes(
    book: Connection, filters: ChangesFilters, now: datetime, limit: int, cursor: str | None
) -> Page[Entry]:
    """List goods that stood elsewhere at one time than at another, by when that was known."""
    place = None if cursor is None else read_cursor(CHANGES, cursor)
    since, until = filters.since, filters.until or now
    arms = (_told_between(since, until, place, limit + 1), _ran_out_between(since, until, place, limit + 1))
    found = list(islice(merge(*(map(tuple, book.execute(arm).all()) for arm in arms)), limit + 1))
    listed, more = found[:limit], _next(CHANGES, found, limit)
    after = _rows(book, ((txn_id, version) for _, txn_id, version, _ in listed), until)
    before = _rows(book, ((txn_id, version) for _, txn_id, _, version in listed if version), since)
    items = (
        {
            "txn_id": txn_id,
            "before": _if_any(before.get((txn_id, was))),
            "after": _if_any(after[txn_id, version]),
        }
        for _, txn_id, version, was in listed
    )
    return Page(tuple(items), more)


def _if_any(row: Entry | None) -> Entry | None:
    """A row, unless it says that there are no goods."""
    return None if row is None or row["state"] is Fulfillment.NONE else row


def _told_between(since: datetime, until: datetime, place: Place | None, limit: int) -> Select[Any]:
    """Rows recorded between two times that were still true at the end, beside those before them."""
    rows_before = fulfillment.alias("before")
    after, before = fulfillment.c, rows_before.c
    earlier = and_(before.txn_id == after.txn_id, _alive(since, before))
    was = func.coalesce(_state(before, since), Fulfillment.NONE.value)
    when = after.recorded_us
    wanted = (
        select(when, after.txn_id, after.version, func.coalesce(before.version, 0))
        .select_from(fulfillment.outerjoin(rows_before, earlier))
        .where(
            when > to_us(since),
            when <= to_us(until),
            or_(after.superseded_us.is_(None), after.superseded_us > to_us(until)),
            _state(after, until) != was,
        )
    )
    if place is not None:
        wanted = wanted.where(tuple_(when, after.txn_id) > tuple_(place.number, place.text))
    return wanted.order_by(when, after.txn_id).limit(limit)


def _state(of: Any, moment: datetime) -> ColumnElement[str]:  # noqa: ANN401 - of any alias
    return case((of.runs_out_us <= to_us(moment), Fulfillment.READY.value), else_=of.state)


def _ran_out_between(since: datetime, until: datetime, place: Place | None, limit: int) -> Select[Any]:
    """Claims of which nothing was told between two times, and which ended between them."""
    row, when = fulfillment.c, fulfillment.c.runs_out_us
    ends = (when > to_us(since), when <= to_us(until))
    wanted = select(when, row.txn_id, row.version, row.version).where(*ends, _alive(since), _alive(until))
    if place is not None:
        wanted = wanted.where(tuple_(when, row.txn_id) > tuple_(place.number, place.text))
    return wanted.order_by(when, row.txn_id).limit(limit)
