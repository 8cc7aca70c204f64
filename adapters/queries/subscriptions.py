"""Subscriptions, profiles and agreements as the view keeps them: one by its id, or a filtered list."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection

from adapters.queries.documents import View
from adapters.queries.paging import Page
from adapters.queries.prefixes import without_index
from adapters.view_tables import subscriptions

VIEW = View("subscriptions", subscriptions, subscriptions.c.subscription_id)


@dataclass(frozen=True, kw_only=True, slots=True)
class SubscriptionFilters:
    """What to show; None shows all. From `since` on, and before `until`, as first heard of."""

    status: str | None = None
    kind: str | None = None
    payer: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def one(book: Connection, subscription_id: str) -> bytes | None:
    """Give the stored JSON document of an id."""
    return VIEW.one(book, subscription_id)


def page(book: Connection, filters: SubscriptionFilters, limit: int, cursor: str | None) -> Page[bytes]:
    """List stored JSON documents, the one heard of last first; BadCursorError when the cursor is none."""
    return VIEW.page(book, _conditions(filters), limit, cursor)


def _conditions(filters: SubscriptionFilters) -> Iterator[ColumnElement[bool]]:
    row = subscriptions.c
    narrow = filters.payer is not None
    status, kind = (without_index(row.status), without_index(row.kind)) if narrow else (row.status, row.kind)
    if filters.status is not None:
        yield status == filters.status
    if filters.kind is not None:
        yield kind == filters.kind
    if filters.payer is not None:
        yield VIEW.paid_by(filters.payer)
    yield from VIEW.heard(filters.since, filters.until)
