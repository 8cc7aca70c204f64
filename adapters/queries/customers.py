"""Customers as the view keeps them: one by its payer id, or a filtered list, the one heard of last first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import msgspec
from sqlalchemy import ColumnElement, Connection, RowMapping, or_, select, true, tuple_

from adapters.queries.paging import Page, Place, read_cursor, write_cursor
from adapters.queries.prefixes import any_begins
from adapters.times import rfc3339
from adapters.units import spelled
from adapters.view_tables import customer_sums, customers

LIST: Final = "customers"

Entry: TypeAlias = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class CustomerFilters:
    """What to show; None shows all. `q`: how an id, e-mail address or name begins."""

    payer: str | None = None
    q: str | None = None


def one(book: Connection, payer_id: str) -> Entry | None:
    """Give the customer of a payer id."""
    found = book.execute(select(customers).where(customers.c.payer_id == payer_id)).mappings().first()
    return None if found is None else next(iter(_entries(book, [found])))


def page(book: Connection, filters: CustomerFilters, limit: int, cursor: str | None) -> Page[Entry]:
    """List customers; BadCursorError when the cursor is none."""
    begun, few = _begins(book, filters.q) if filters.q is not None else (true(), False)
    # Few are found first and sorted then, as in `documents.View.page`.
    heard, key = customers.c.first_heard_us + 0 if few else customers.c.first_heard_us, customers.c.payer_id
    wanted = select(heard, key).where(begun, *_paid_by(filters.payer))
    if cursor is not None:
        place = read_cursor(LIST, cursor)
        wanted = wanted.where(tuple_(heard, key) < tuple_(place.number, place.text))
    found = book.execute(wanted.order_by(heard.desc(), key.desc()).limit(limit + 1)).all()
    shown = found[:limit]
    more = write_cursor(LIST, Place(*shown[-1])) if len(found) > limit else None
    # Only now: where a wide search must be sorted, all else would be carried through it.
    rows = book.execute(select(customers).where(key.in_([payer_id for _, payer_id in shown]))).mappings()
    by_id = {row["payer_id"]: row for row in rows}
    return Page(tuple(_entries(book, [by_id[payer_id] for _, payer_id in shown])), more)


def _paid_by(payer: str | None) -> Iterator[ColumnElement[bool]]:
    if payer is not None:
        yield or_(customers.c.payer_id == payer, customers.c.email_folded == payer.lower())


def _begins(book: Connection, text: str) -> tuple[ColumnElement[bool], bool]:
    """Whether a customer's id, e-mail address or name begins so; and whether few do."""
    row, folded = customers.c, text.lower()
    return any_begins(book, ((row.payer_id, text), (row.email_folded, folded), (row.name_folded, folded)))


def _entries(book: Connection, found: Sequence[RowMapping]) -> Iterator[Entry]:
    sums: dict[str, list[RowMapping]] = {row["payer_id"]: [] for row in found}
    wanted = select(customer_sums).where(customer_sums.c.payer_id.in_(list(sums)))
    for each in book.execute(wanted.order_by(customer_sums.c.currency)).mappings():
        sums[each["payer_id"]].append(each)
    for row in found:
        yield _entry(row, sums[row["payer_id"]])


def _entry(row: RowMapping, sums: Sequence[RowMapping]) -> Entry:
    return {
        "id": row["payer_id"],
        "name": row["name"],
        "email": row["email"],
        "country": row["country"],
        "address": None if row["address"] is None else msgspec.json.decode(row["address"]),
        "payments": sum(each["payments"] for each in sums),
        # A payment that turned out to be somebody else's leaves nothing behind.
        "totals": [_totals(each) for each in sums if each["payments"]],
        "first_heard": rfc3339(row["first_heard_us"]),
        "last_changed": rfc3339(row["last_changed_us"]),
    }


def _totals(sums: RowMapping) -> Entry:
    currency = sums["currency"]
    amounts = {name: spelled(sums[name], currency) for name in ("paid", "refunded", "disputed")}
    return {"currency": currency, **amounts}
