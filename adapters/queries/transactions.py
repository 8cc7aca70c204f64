"""Transactions as the view keeps them: one by any id that leads to it, or a filtered list, newest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from sqlalchemy import ColumnElement, Connection, or_, select

from adapters.engines import StoreEngine
from adapters.glances import Glance
from adapters.queries.documents import View
from adapters.queries.paging import Page
from adapters.queries.prefixes import any_begins, without_index
from adapters.view_tables import identities, transactions

CHAIN_MAX = 16
VIEW = View("transactions", transactions, transactions.c.txn_id)
# Nearly every id that is asked for speaks for itself.
_DOCUMENT = Glance("SELECT document FROM transactions WHERE txn_id = ?")
_ID = Glance("SELECT txn_id FROM transactions WHERE txn_id = ?")


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


def document_of(engine: StoreEngine, txn_id: str) -> bytes | None:
    """Give the stored JSON document that an id leads to: as `one`, at a glance where that is enough."""
    document = _DOCUMENT.of(engine, txn_id)
    if document is not None:
        return bytes(document)
    with engine.connect() as book:
        return one(book, txn_id)


def lead_of(engine: StoreEngine, txn_id: str) -> str | None:
    """Name the transaction that an id leads to: as `lead`, at a glance where that is enough."""
    if _ID.of(engine, txn_id) is not None:
        return txn_id
    with engine.connect() as book:
        return lead(book, txn_id)


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
    spoken_of, few = _speaks_of(book, filters.q) if filters.q is not None else (None, False)
    conditions = _conditions(filters, few=few)
    if spoken_of is not None:
        conditions = chain(conditions, (spoken_of,))
    return VIEW.page(book, conditions, limit, cursor, few=few)


def _conditions(filters: TransactionFilters, *, few: bool) -> Iterator[ColumnElement[bool]]:
    """What is asked beside how something begins; `few`: where that leaves few, it alone uses an index."""
    row = transactions.c
    narrow = few or filters.payer is not None or filters.invoice is not None
    status, kind = (without_index(row.status), without_index(row.kind)) if narrow else (row.status, row.kind)
    if filters.status is not None:
        yield status == filters.status
    if filters.kind is not None:
        yield kind == filters.kind
    if filters.payer is not None:
        yield VIEW.paid_by(filters.payer)
    if filters.invoice is not None:
        yield row.invoice == filters.invoice
    yield from VIEW.heard(filters.since, filters.until, by_index=not few)


def _speaks_of(book: Connection, text: str) -> tuple[ColumnElement[bool], bool]:
    """Whether a transaction's id, invoice or payer begins so, or is led to; and whether few are."""
    row = transactions.c
    begun, few = any_begins(book, ((row.txn_id, text), (row.invoice, text), (row.payer_email, text.lower())))
    followed = lead(book, text)
    if followed is None:
        return begun, few
    led_to = (row.txn_id if few else without_index(row.txn_id)) == followed
    return or_(begun, led_to), few
