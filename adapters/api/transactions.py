"""Transactions over HTTP: the list, one of them now or as of a time, its events."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import falcon

from adapters.api import asking
from adapters.api.answers import write_document, write_json
from adapters.api.asking import PAGING, read_query
from adapters.api.errors import unknown
from adapters.api.lists import Listing, write_list
from adapters.api.parts import Parts
from adapters.queries.paging import Page, Place, read_cursor, write_cursor
from adapters.queries.transactions import TransactionFilters
from domain.vocabulary import Kind, Status

LIST: Final = Listing(
    name="transactions",
    filters=TransactionFilters,
    query={
        "status": asking.one_of(*Status),
        "kind": asking.one_of(*Kind),
        "payer": asking.plain_text,
        "invoice": asking.plain_text,
        "since": asking.moment,
        "until": asking.moment,
        "q": asking.plain_text,
        **PAGING,
    },
    columns=(
        *("txn_id", "kind", "status", "currency", "gross", "fee", "net", "refunded", "reversed"),
        *("pending_reason", "parent_txn_id", "invoice", "custom", "subscription"),
        *("payer.id", "payer.email", "payer.name", "payer.country", "receiver.id", "receiver.email"),
        *("items", "followers", "cases", "parked", "fulfillment", "doubts"),
        *("version", "occurred_at", "first_heard", "last_changed"),
        # Newer than the others: columns that were there keep their places.
        *("extras.tax", "extras.shipping", "extras.handling", "extras.insurance", "extras.discount"),
        *("conversion.amount", "conversion.currency", "conversion.rate"),
        *("goods.claimed_by", "goods.claimed_until", "goods.sent_by", "goods.sent_at", "goods.note"),
    ),
)
EVENTS: Final[Listing[dict[str, Any]]] = Listing(
    name="events",
    filters=dict,
    query=PAGING,
    columns=("position", "version", "type", "recorded_at", "notification", "by", "data"),
)
ONE_QUERY: Final = {"as_of": asking.moment}
CHANGES_QUERY: Final = {"since": asking.moment, "until": asking.moment}


class Transactions:
    """`GET /api/transactions`."""

    def __init__(self, parts: Parts) -> None:
        self._queries = parts.queries

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        write_list(req, resp, LIST, self._queries.transactions)


class Transaction:
    """`GET /api/transactions/{txn_id}`."""

    def __init__(self, parts: Parts) -> None:
        self._queries = parts.queries
        self._book = parts.book

    def on_get(self, req: falcon.Request, resp: falcon.Response, txn_id: str) -> None:
        asked = read_query(req, ONE_QUERY)
        if "as_of" in asked:
            known = self._book.as_of(self._queries.lead(txn_id) or txn_id, asked["as_of"])
            if known is None:
                raise unknown("transaction as of that time")
            write_json(resp, known)
            return
        document = self._queries.transaction(txn_id)
        if document is None:
            raise unknown("transaction")
        write_document(resp, document)


class TransactionEvents:
    """`GET /api/transactions/{txn_id}/events`."""

    def __init__(self, parts: Parts) -> None:
        self._queries = parts.queries
        self._book = parts.book

    def on_get(self, req: falcon.Request, resp: falcon.Response, txn_id: str) -> None:
        def page(_: dict[str, Any], limit: int, cursor: str | None) -> Page[Any]:
            # What no view has shown yet may stand in the book already.
            history = self._book.history(self._queries.lead(txn_id) or txn_id)
            if not history:
                raise unknown("transaction")
            return _page(history, limit, cursor)

        write_list(req, resp, EVENTS, page)


class TransactionExplained:
    """`GET /api/transactions/{txn_id}/explain`."""

    def __init__(self, parts: Parts) -> None:
        self._book = parts.book
        self._clock = parts.clock

    def on_get(self, req: falcon.Request, resp: falcon.Response, txn_id: str) -> None:
        asked, moment = read_query(req, ONE_QUERY), self._clock()
        if "as_of" not in asked and (explained := self._book.explain(txn_id, moment)) is not None:
            write_json(resp, explained)
            return
        # What an id leads to now is explained as of then; and which of the two is unknown is told.
        stream = self._book.lead(txn_id)
        explained = None if stream is None else self._book.explain(stream, asked.get("as_of", moment))
        if explained is None:
            raise unknown("transaction" if stream is None else "transaction as of that time")
        write_json(resp, explained)


class TransactionChanges:
    """`GET /api/transactions/{txn_id}/changes`."""

    def __init__(self, parts: Parts) -> None:
        self._book = parts.book
        self._clock = parts.clock

    def on_get(self, req: falcon.Request, resp: falcon.Response, txn_id: str) -> None:
        since, until = asking.between(read_query(req, CHANGES_QUERY), self._clock())
        stream = self._book.lead(txn_id)
        changes = None if stream is None else self._book.changes(stream, since, until)
        if changes is None:
            raise unknown("transaction" if stream is None else "transaction as of that time")
        write_json(resp, changes)


def _page(history: Sequence[Mapping[str, Any]], limit: int, cursor: str | None) -> Page[Any]:
    after = 0 if cursor is None else read_cursor("events", cursor).number
    left = [event for event in history if event["position"] > after]
    shown = left[:limit]
    more = write_cursor("events", Place(shown[-1]["position"])) if len(left) > limit else None
    return Page(tuple(shown), more)
