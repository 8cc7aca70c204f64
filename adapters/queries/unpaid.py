"""Payments of which no cleared money has come: their goods stand in no queue, and are asked for by state."""

from typing import Any, Final

import msgspec
from sqlalchemy import Connection, select, tuple_

from adapters.queries.paging import Page, Place, read_cursor, write_cursor
from adapters.queries.prefixes import without_index
from adapters.times import rfc3339
from adapters.view_tables import transactions
from domain.vocabulary import Fulfillment, Kind

LIST: Final = "unpaid"

Entry = dict[str, Any]


def page(book: Connection, limit: int, cursor: str | None) -> Page[Entry]:
    """List them as the queue lists goods, the one heard of first first; BadCursorError when it is none."""
    row = transactions.c
    wanted = select(row.first_heard_us, row.txn_id, row.document).where(
        row.fulfillment == Fulfillment.NONE.value, without_index(row.kind) == Kind.PAYMENT.value
    )
    if cursor is not None:
        place = read_cursor(LIST, cursor)
        wanted = wanted.where(tuple_(row.first_heard_us, row.txn_id) > tuple_(place.number, place.text))
    found = book.execute(wanted.order_by(row.first_heard_us, row.txn_id).limit(limit + 1)).all()
    shown = found[:limit]
    more = (
        write_cursor(LIST, Place(shown[-1].first_heard_us, shown[-1].txn_id)) if len(found) > limit else None
    )
    return Page(tuple(_entry(each.first_heard_us, each.document) for each in shown), more)


def _entry(heard_us: int, document: bytes) -> Entry:
    told = msgspec.json.decode(document)
    return {
        "txn_id": told["txn_id"],
        "state": Fulfillment.NONE.value,
        "since": rfc3339(heard_us),
        "by": None,
        "until": None,
        **{name: told[name] for name in ("gross", "currency", "invoice", "items", "payer")},
        "address": None,
        "doubts": told["doubts"],
        "note": None,
        "version": told["version"],
    }
