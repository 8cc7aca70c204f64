"""The whole ledger, read once from beginning to end as it stood at a time: what exports are written from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, func, select, true

from adapters.queries.ledger import Posting, balances, postings_of, rows_of
from adapters.times import from_us, to_us
from adapters.view_tables import ledger_entries
from projections.ledger import About

_ENTRIES_AT_ONCE: Final = 500

_about: Final = msgspec.json.Decoder(About)


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedEntry:
    """An entry with all that is kept of it."""

    id: str
    transaction: str
    txn_id: str
    n: int | None
    kind: str
    occurred_at: datetime | None
    recorded_at: datetime
    about: About
    postings: list[Posting]

    @property
    def dated_at(self) -> datetime:
        """The day it belongs to: PayPal's, or where PayPal gave none, that on which we heard of it."""
        return self.occurred_at or self.recorded_at


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerBook:
    """The ledger between two covers: when it begins and ends, what each account holds, and the entries."""

    first: datetime | None
    last: datetime | None
    balances: Mapping[str, int]  # in minor units
    entries: Iterator[BookedEntry]  # in the order of their dates; to be gone through once


def read_ledger(book: Connection, as_of: datetime | None) -> LedgerBook:
    """Open the ledger as of a time; the entries are read as they are asked for, all in one transaction."""
    dated, told = _dated(), _told(as_of)
    first, last = book.execute(select(func.min(dated), func.max(dated)).where(told)).one()
    return LedgerBook(
        first=_moment(first),
        last=_moment(last),
        balances=balances(book, as_of),
        entries=_entries(book, told),
    )


def _dated() -> ColumnElement[int]:
    return func.coalesce(ledger_entries.c.occurred_us, ledger_entries.c.recorded_us)


def _told(as_of: datetime | None) -> ColumnElement[bool]:
    return true() if as_of is None else ledger_entries.c.recorded_us <= to_us(as_of)


def _entries(book: Connection, told: ColumnElement[bool]) -> Iterator[BookedEntry]:
    number = ledger_entries.c.number
    # Only numbers are sorted; the rest is read for some at a time.
    ordered = book.scalars(select(number).where(told).order_by(_dated(), number))
    for numbers in ordered.partitions(_ENTRIES_AT_ONCE):
        rows, postings = rows_of(book, numbers), postings_of(book, numbers)
        for one in numbers:
            yield _entry(rows[one], postings[one])


def _entry(row: Row[Any], postings: list[Posting]) -> BookedEntry:
    return BookedEntry(
        id=row.id,
        transaction=row.stream,
        txn_id=row.txn_id,
        n=row.n,
        kind=row.kind,
        occurred_at=_moment(row.occurred_us),
        recorded_at=from_us(row.recorded_us),
        about=_about.decode(row.about),
        postings=postings,
    )


def _moment(us: int | None) -> datetime | None:
    return None if us is None else from_us(us)
