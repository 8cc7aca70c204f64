"""The ledger over HTTP: balances now or then, changes between two times, entries, the whole for export."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Any, Final

import falcon

from adapters.api import asking
from adapters.api.answers import CSV, write_json
from adapters.api.asking import PAGING, read_query
from adapters.api.lists import Listing, write_list
from adapters.api.parts import Parts
from adapters.exports.formats import FORMATS, pieces
from adapters.queries.ledger import EntryFilters
from adapters.sheets import write_sheet
from domain.accounts import EntryKind

ENTRIES: Final = Listing(
    name="ledger",
    filters=EntryFilters,
    query={
        "account": asking.plain_text,
        "txn_id": asking.plain_text,
        "kind": asking.one_of(*EntryKind),
        "since": asking.moment,
        "until": asking.moment,
        **PAGING,
    },
    columns=("id", "txn_id", "transaction", "n", "kind", "occurred_at", "recorded_at", "postings"),
)
BALANCES_QUERY: Final = {"as_of": asking.moment}
CHANGES_QUERY: Final = {"since": asking.moment, "until": asking.moment}
EXPORT_QUERY: Final = {"format": asking.one_of(*FORMATS), "as_of": asking.moment}


class Balances:
    """`GET /api/ledger/balances`."""

    def __init__(self, parts: Parts) -> None:
        self._queries = parts.queries

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        asked = read_query(req, BALANCES_QUERY)
        items = self._queries.balances(asked.get("as_of"))
        _write_whole(req, resp, items, "balances", ("account", "currency", "balance"))


class Changes:
    """`GET /api/ledger/changes`."""

    def __init__(self, parts: Parts) -> None:
        self._queries = parts.queries
        self._clock = parts.clock

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        asked = read_query(req, CHANGES_QUERY)
        since, _ = asking.between(asked, self._clock())
        items = self._queries.balance_changes(since, asked.get("until"))
        _write_whole(req, resp, items, "changes", ("account", "currency", "before", "after", "difference"))


class Entries:
    """`GET /api/ledger/entries`."""

    def __init__(self, parts: Parts) -> None:
        self._queries = parts.queries

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        write_list(req, resp, ENTRIES, self._queries.ledger_entries)


class Export:
    """`GET /api/ledger/export`."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        write_export(resp, self._parts, read_query(req, EXPORT_QUERY))


def write_export(resp: falcon.Response, parts: Parts, asked: Mapping[str, Any]) -> None:
    """Answer with the whole ledger; what cannot be opened is an error while there can still be one."""
    if "format" not in asked:
        raise falcon.HTTPMissingParam("format")
    form = FORMATS[asked["format"]]

    def made(opened: ExitStack) -> Iterator[bytes]:
        return pieces(form.write, opened.enter_context(parts.queries.ledger(asked.get("as_of"))))

    resp.stream = parts.downloads.begin(made)
    resp.content_type = form.content_type
    resp.downloadable_as = form.file_name


def _write_whole(
    req: falcon.Request,
    resp: falcon.Response,
    items: Sequence[Mapping[str, Any]],
    name: str,
    columns: Sequence[str],
) -> None:
    """Answer with a list that has no pages: there are no more accounts than currencies times a dozen."""
    resp.append_header("Vary", "Accept")
    if req.client_prefers((falcon.MEDIA_JSON, CSV)) != CSV:
        write_json(resp, {"items": items})
        return
    resp.content_type = f"{CSV}; charset=utf-8; header=present"
    resp.downloadable_as = f"{name}.csv"
    resp.data = write_sheet(columns, items)
