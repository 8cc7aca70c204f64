"""The ledger in hledger's words, read by the real hledger."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest

from adapters.exports.hledger import write_hledger
from adapters.queries.ledger_book import BookedEntry
from adapters.units import currency_of, spelled
from tests.adapters.exports.conftest import DAY, EVERY_LETTER, REFUND, SALE, YEN, bound, saying
from tests.ledgers import HOSTILE

Ask = Callable[..., str]

TAGS = [
    *("custom", "email", "invoice", "items", "kind", "notification"),
    *("occurred", "recorded", "transaction", "txn"),
]


def written(*entries: BookedEntry) -> str:
    return "".join(write_hledger(bound(entries)))


def test_a_ledger_in_words(hledger: Ask) -> None:
    text = written(SALE, YEN, REFUND)
    assert text == (
        "; Counterfoil\n"
        "commodity 1000. JPY\n"
        "commodity 1000.00 USD\n"
        "account Assets:PayPal:JPY\n"
        "account Assets:PayPal:USD\n"
        "account Expenses:Fees:USD\n"
        "account Income:Refunds:USD\n"
        "account Income:Sales:JPY\n"
        "account Income:Sales:USD\n"
        "\n"
        "2026-11-20 * (T1:1) Test User | Sale T1\n"
        "    ; kind: sale\n"
        "    ; txn: T1\n"
        "    ; transaction: T1\n"
        "    ; notification: 1\n"
        "    ; occurred: 2026-11-20T16:12:59Z\n"
        "    ; recorded: 2026-11-20T17:12:59Z\n"
        "    ; email: b@example.com\n"
        "    ; invoice: abc-1\n"
        "    ; custom: xyz\n"
        "    ; items: A book\n"
        "    Assets:PayPal:USD  19.12 USD\n"
        "    Expenses:Fees:USD  0.88 USD\n"
        "    Income:Sales:USD  -20.00 USD\n"
        "\n"
        "2026-11-20 * (T2:1) Test User | Sale T2\n"
        "    ; kind: sale\n"
        "    ; txn: T2\n"
        "    ; transaction: T2\n"
        "    ; notification: 1\n"
        "    ; occurred: 2026-11-20T16:12:59Z\n"
        "    ; recorded: 2026-11-20T17:12:59Z\n"
        "    ; email: b@example.com\n"
        "    ; invoice: abc-1\n"
        "    ; custom: xyz\n"
        "    ; items: A book\n"
        "    Assets:PayPal:JPY  5 JPY\n"
        "    Income:Sales:JPY  -5 JPY\n"
        "\n"
        "2026-11-22 * (T1:2)  | Refund R1 of T1\n"
        "    ; kind: refund\n"
        "    ; txn: R1\n"
        "    ; transaction: T1\n"
        "    ; recorded: 2026-11-22T16:12:59Z\n"
        "    Assets:PayPal:USD  -5.00 USD\n"
        "    Income:Refunds:USD  5.00 USD\n"
        "\n"
        "2026-11-23 * Balances\n"
        "    Assets:PayPal:JPY  0 JPY = 5 JPY\n"
        "    Assets:PayPal:USD  0.00 USD = 14.12 USD\n"
        "    Expenses:Fees:USD  0.00 USD = 0.88 USD\n"
        "    Income:Refunds:USD  0.00 USD = 5.00 USD\n"
        "    Income:Sales:JPY  0 JPY = -5 JPY\n"
        "    Income:Sales:USD  0.00 USD = -20.00 USD\n"
    )
    assert hledger(text, "check", "--strict") == ""


def test_an_empty_ledger_is_one(hledger: Ask) -> None:
    assert written() == "; Counterfoil\n"
    assert hledger(written(), "check", "--strict") == ""


@pytest.mark.parametrize(
    ("told", "changed"),
    [
        ("19.12 USD", "19.13 USD"),
        ("= 14.12 USD", "= 14.13 USD"),
        ("account Income:Sales:USD\n", ""),
        ("commodity 1000.00 USD\n", ""),
    ],
    ids=[
        "an unbalanced entry",
        "a balance a cent too high",
        "an undeclared account",
        "an undeclared currency",
    ],
)
def test_what_is_wrong_would_be_noticed(hledger: Ask, told: str, changed: str) -> None:
    text = written(SALE, REFUND)
    assert told in text
    assert hledger(text.replace(told, changed, 1), "check", "--strict").startswith("refused: ")


HOSTILE_BOOK = [
    saying(text, id=f"H{number}:1", n=number, recorded_at=DAY + timedelta(hours=number))
    for number, text in enumerate((*HOSTILE, *EVERY_LETTER))
]


def table(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))[1:]


def test_whatever_messages_say_is_text_and_nothing_else(hledger: Ask) -> None:
    text = written(*HOSTILE_BOOK, YEN, REFUND)
    assert hledger(text, "check", "--strict", "ordereddates") == ""
    assert sorted(hledger(text, "tags").split()) == TAGS
    codes = hledger(text, "codes").split()
    assert sorted(codes) == sorted(entry.id for entry in (*HOSTILE_BOOK, YEN, REFUND))
    dates = {line[:10] for line in hledger(text, "print").splitlines() if line[:1].isdigit()}
    assert dates == {"2026-11-20", "2026-11-22", "2026-11-23"}


def test_what_hledger_reads_is_what_the_ledger_says(hledger: Ask) -> None:
    book = bound([*HOSTILE_BOOK, YEN, REFUND])
    expected = {
        name: f"{spelled(units, currency_of(name))} {currency_of(name)}"
        for name, units in book.balances.items()
    }
    text = "".join(write_hledger(book))
    found = dict(table(hledger(text, "bal", "--flat", "--no-total", "-E", "-O", "csv")))
    assert found == expected
    postings = table(hledger(text, "reg", "-O", "csv"))
    assert len(postings) == 3 * len(HOSTILE_BOOK) + 4 + len(expected)


def test_payees_are_as_they_were_told_but_for_what_would_end_them(hledger: Ask) -> None:
    text = written(saying("M\u00fcller; S\u00f6hne | Co, Ltd."))
    assert "M\u00fcller\uff1b S\u00f6hne \uff5c Co\uff0c Ltd." in hledger(text, "payees")
    assert (
        hledger(text, "tags", "custom", "--values").strip()
        == "M\u00fcller\uff1b S\u00f6hne \uff5c Co\uff0c Ltd."
    )
