"""The ledger as CSV: a line a posting."""

import csv
import io
from dataclasses import replace

from adapters.exports.sheet import COLUMNS, write_sheet
from adapters.queries.ledger_book import BookedEntry
from projections.ledger import About
from tests.adapters.exports.conftest import EVERY_LETTER, SALE, bound, saying
from tests.ledgers import HOSTILE


def written(*entries: BookedEntry) -> str:
    return "".join(write_sheet(bound(entries)))


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_ledger_in_lines() -> None:
    assert written(SALE).splitlines() == [
        (
            "entry,occurred_at,recorded_at,kind,txn_id,transaction,notification,account,currency,amount,"
            "name,email,items,invoice,custom"
        ),
        (
            "T1:1,2026-11-20T16:12:59Z,2026-11-20T17:12:59Z,sale,T1,T1,1,Assets:PayPal:USD,USD,19.12,"
            "Test User,b@example.com,A book,abc-1,xyz"
        ),
        (
            "T1:1,2026-11-20T16:12:59Z,2026-11-20T17:12:59Z,sale,T1,T1,1,Expenses:Fees:USD,USD,0.88,"
            "Test User,b@example.com,A book,abc-1,xyz"
        ),
        (
            "T1:1,2026-11-20T16:12:59Z,2026-11-20T17:12:59Z,sale,T1,T1,1,Income:Sales:USD,USD,-20.00,"
            "Test User,b@example.com,A book,abc-1,xyz"
        ),
    ]


def test_an_empty_ledger_is_a_header() -> None:
    assert written() == ",".join(COLUMNS) + "\r\n"


def test_what_was_not_told_is_empty() -> None:
    told = replace(SALE, n=None, occurred_at=None, about=About())
    for row in rows(written(told)):
        assert (row["notification"], row["occurred_at"], row["name"], row["items"]) == ("", "", "", "")


def test_whatever_messages_say_is_text_in_its_cell() -> None:
    texts = (*HOSTILE, *EVERY_LETTER)
    text = written(*(saying(one, id=f"T{number}:1") for number, one in enumerate(texts)))
    # As many lines as postings, in whatever program: no cell has a line of its own.
    assert len(text.splitlines()) == 3 * len(texts) + 1
    found = rows(text)
    assert len(found) == 3 * len(texts)
    for row in found:
        assert None not in row
        assert row["account"].startswith(("Assets:PayPal:", "Expenses:Fees:", "Income:Sales:"))
        for name in ("name", "email", "items", "invoice", "custom"):
            assert not row[name].startswith(("=", "+", "-", "@", "\t", "\r", "\uff1d")) or row[name] == "+1-1"
