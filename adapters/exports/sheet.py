"""The ledger as CSV: a line a posting, and nothing that a spreadsheet would run."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Final

from adapters.exports.texts import items, one_line
from adapters.queries.ledger_book import BookedEntry, LedgerBook
from adapters.sheets import inert
from adapters.units import currency_of, spelled
from domain.spelling import moment

COLUMNS: Final = (
    *("entry", "occurred_at", "recorded_at", "kind", "txn_id", "transaction", "notification"),
    *("account", "currency", "amount", "name", "email", "items", "invoice", "custom"),
)


def write_sheet(book: LedgerBook) -> Iterator[str]:
    """Write a header, and then the lines of one entry after the other."""
    yield _lines([COLUMNS])
    for entry in book.entries:
        yield _lines(_rows(entry))


def _rows(entry: BookedEntry) -> Iterator[tuple[str, ...]]:
    before, after = tuple(map(inert, _which(entry))), tuple(map(inert, _about(entry)))
    for account, units in entry.postings:
        currency = currency_of(account)
        yield (*before, account, currency, spelled(units, currency), *after)


def _which(entry: BookedEntry) -> tuple[str, ...]:
    return (
        entry.id,
        moment(entry.occurred_at) or "",
        moment(entry.recorded_at) or "",
        entry.kind,
        one_line(entry.txn_id),
        one_line(entry.transaction),
        "" if entry.n is None else str(entry.n),
    )


def _about(entry: BookedEntry) -> tuple[str, ...]:
    about = entry.about
    return (
        one_line(about.name),
        one_line(about.email),
        items(entry),
        one_line(about.invoice),
        one_line(about.custom),
    )


def _lines(rows: Iterable[Iterable[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()
