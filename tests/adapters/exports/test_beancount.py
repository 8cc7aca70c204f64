"""The ledger in beancount's words, read by the real beancount."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from beancount import loader
from beancount.core import data

from adapters.exports.beancount import write_beancount
from adapters.exports.texts import items, narration, one_line, payee
from adapters.queries.ledger_book import BookedEntry
from adapters.units import currency_of, spelled
from tests.adapters.exports.conftest import DAY, EVERY_LETTER, REFUND, SALE, YEN, bound, saying
from tests.ledgers import HOSTILE

Check = Callable[[str], str]


def written(*entries: BookedEntry) -> str:
    return "".join(write_beancount(bound(entries)))


def test_a_ledger_in_words(bean_check: Check) -> None:
    text = written(SALE, REFUND)
    assert text == (
        'option "title" "Counterfoil"\n'
        'option "operating_currency" "USD"\n'
        "\n"
        "2026-11-20 commodity USD\n"
        "2026-11-20 open Assets:PayPal:USD USD\n"
        "2026-11-20 open Expenses:Fees:USD USD\n"
        "2026-11-20 open Income:Refunds:USD USD\n"
        "2026-11-20 open Income:Sales:USD USD\n"
        "\n"
        '2026-11-20 * "Test User" "Sale T1"\n'
        '  entry: "T1:1"\n'
        '  kind: "sale"\n'
        '  txn: "T1"\n'
        '  transaction: "T1"\n'
        '  notification: "1"\n'
        '  occurred: "2026-11-20T16:12:59Z"\n'
        '  recorded: "2026-11-20T17:12:59Z"\n'
        '  email: "b@example.com"\n'
        '  invoice: "abc-1"\n'
        '  custom: "xyz"\n'
        '  items: "A book"\n'
        "  Assets:PayPal:USD  19.12 USD\n"
        "  Expenses:Fees:USD  0.88 USD\n"
        "  Income:Sales:USD  -20.00 USD\n"
        "\n"
        '2026-11-22 * "Refund R1 of T1"\n'
        '  entry: "T1:2"\n'
        '  kind: "refund"\n'
        '  txn: "R1"\n'
        '  transaction: "T1"\n'
        '  recorded: "2026-11-22T16:12:59Z"\n'
        "  Assets:PayPal:USD  -5.00 USD\n"
        "  Income:Refunds:USD  5.00 USD\n"
        "\n"
        "2026-11-23 balance Assets:PayPal:USD 14.12 ~ 0.00 USD\n"
    )
    assert bean_check(text) == ""


def test_an_empty_ledger_is_one(bean_check: Check) -> None:
    assert written() == 'option "title" "Counterfoil"\n'
    assert bean_check(written()) == ""


@pytest.mark.parametrize(
    ("told", "changed"),
    [("19.12 USD", "19.13 USD"), ("14.12 ~", "14.13 ~"), ("open Income", "; open Income")],
    ids=["an entry that does not balance", "a balance a cent too high", "an account that nobody opened"],
)
def test_what_is_wrong_would_be_noticed(bean_check: Check, told: str, changed: str) -> None:
    text = written(SALE, REFUND)
    assert told in text
    assert bean_check(text.replace(told, changed, 1)) != ""


def loaded(text: str, folder: Path) -> list[Any]:
    path = folder / "ledger.beancount"
    path.write_text(text, encoding="utf-8")
    found, errors, _ = loader.load_file(str(path))
    assert errors == []
    return list(found)


HOSTILE_BOOK = [
    saying(text, id=f"H{number}:1", n=number, recorded_at=DAY + timedelta(hours=number))
    for number, text in enumerate((*HOSTILE, *EVERY_LETTER))
]


def test_whatever_messages_say_is_text_and_nothing_else(bean_check: Check, tmp_path: Path) -> None:
    text = written(*HOSTILE_BOOK, YEN, REFUND)
    assert bean_check(text) == ""
    found = loaded(text, tmp_path)
    transactions = {one.meta["entry"]: one for one in found if isinstance(one, data.Transaction)}
    assert len(transactions) == len(HOSTILE_BOOK) + 2
    kinds = Counter(type(one).__name__ for one in found)
    assert set(kinds) == {"Commodity", "Open", "Transaction", "Balance"}
    for entry in HOSTILE_BOOK:
        told = transactions[entry.id]
        assert ((told.payee or ""), told.narration) == (payee(entry), narration(entry))
        assert told.meta.get("custom", "") == told.meta.get("invoice", "") == one_line(entry.about.custom)
        assert told.meta.get("items", "") == items(entry)
        assert (told.tags, told.links) == (frozenset(), frozenset())


def test_what_beancount_reads_is_what_the_ledger_says(tmp_path: Path) -> None:
    book = bound([*HOSTILE_BOOK, YEN, REFUND])
    found = loaded("".join(write_beancount(book)), tmp_path)
    sums: Counter[str] = Counter()
    for one in found:
        if isinstance(one, data.Transaction):
            for posting in one.postings:
                assert posting.units is not None
                assert posting.units.currency == currency_of(posting.account)
                sums[posting.account] += posting.units.number  # type: ignore[assignment, operator]
    expected = {name: Decimal(spelled(units, currency_of(name))) for name, units in book.balances.items()}
    assert sums == expected
    balances = {one.account: one.amount.number for one in found if isinstance(one, data.Balance)}
    assert balances == {name: sum_ for name, sum_ in expected.items() if name.startswith("Assets:")}


@pytest.mark.parametrize("year", [1998, 2199])
def test_the_first_and_the_last_year_that_a_message_may_name(bean_check: Check, year: int) -> None:
    old = replace(SALE, occurred_at=datetime(year, 12, 31, 23, 59, tzinfo=DAY.tzinfo))
    text = written(old, REFUND)
    assert f"\n{date(year, 12, 31)} * " in text
    assert bean_check(text) == ""
