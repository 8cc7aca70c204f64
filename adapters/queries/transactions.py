"""Transactions as the view keeps them: one by any id that leads to it, or a filtered list, newest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from adapters.queries.documents import View
from adapters.queries.paging import Page
from adapters.tables import identities, transactions

CHAIN_MAX = 16
VIEW = View("transactions", transactions, transactions.c.txn_id)
_LAST_CHARACTER = "\U0010ffff"
_BEFORE_SURROGATES, _AFTER_SURROGATES = "\ud7ff", "\ue000"


@dataclass(frozen=True, kw_only=True, slots=True)
class TransactionFilters:
    """What to show; None shows all. From `since` on, and before `until`, as first heard of."""

    status: str | None = None
    kind: str | None = None
    payer: str | None = None
    invoice: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    q: str | None = None


def lead(book: Connection, txn_id: str) -> str | None:
    """Name the transaction that an id leads to: itself, or what it follows over at most `CHAIN_MAX` steps."""
    here = txn_id
    for _ in range(CHAIN_MAX + 1):
        own = select(transactions.c.txn_id).where(transactions.c.txn_id == here)
        if book.execute(own).first() is not None:
            return here
        step = book.scalar(select(identities.c.follows).where(identities.c.txn_id == here))
        if step is None:
            return None
        here = step
    return None


def one(book: Connection, txn_id: str) -> bytes | None:
    """Give the stored JSON document that an id leads to."""
    found = lead(book, txn_id)
    return None if found is None else VIEW.one(book, found)


def page(book: Connection, filters: TransactionFilters, limit: int, cursor: str | None) -> Page[bytes]:
    """List stored JSON documents, the one heard of last first; BadCursorError when the cursor is none."""
    return VIEW.page(book, _conditions(book, filters), limit, cursor)


def _conditions(book: Connection, filters: TransactionFilters) -> Iterator[ColumnElement[bool]]:
    row = transactions.c
    if filters.status is not None:
        yield row.status == filters.status
    if filters.kind is not None:
        yield row.kind == filters.kind
    if filters.payer is not None:
        yield VIEW.paid_by(filters.payer)
    if filters.invoice is not None:
        yield row.invoice == filters.invoice
    yield from VIEW.heard(filters.since, filters.until)
    if filters.q is not None:
        yield _speaks_of(book, filters.q)


def _speaks_of(book: Connection, text: str) -> ColumnElement[bool]:
    row = transactions.c
    found = [
        _begins_with(row.txn_id, text),
        _begins_with(row.invoice, text),
        _begins_with(row.payer_email, text.lower()),
    ]
    followed = lead(book, text)
    return or_(*found) if followed is None else or_(*found, row.txn_id == followed)


def _begins_with(column: ColumnElement[str], prefix: str) -> ColumnElement[bool]:
    # A range instead of LIKE: it is exact, knows no wildcards, and an index answers it.
    end = _after(prefix)
    return column >= prefix if end is None else and_(column >= prefix, column < end)


def _after(prefix: str) -> str | None:
    """Give the least text beyond everything that begins with `prefix`; None when there is none."""
    kept = prefix.rstrip(_LAST_CHARACTER)
    if not kept:
        return None
    last = kept[-1]
    following = _AFTER_SURROGATES if last == _BEFORE_SURROGATES else chr(ord(last) + 1)
    return kept[:-1] + following
