"""The whole ledger, read once, over a real file."""

from datetime import UTC, datetime, timedelta

import pytest

from adapters.queries import ledger_book
from adapters.queries.ledger_book import read_ledger
from projections.ledger import About
from tests.adapters.conftest import Shelf
from tests.given import NOON, MemoryBook, follower, payment
from tests.ledgers import enter, entries, save_steps, steps_of

LATER = "10:00:00 Dec 24, 2026 PST"


@pytest.fixture
def filled(shelf: Shelf) -> Shelf:
    bodies = (
        payment("T2", payment_date=LATER, first_name="Test", invoice="abc-1"),
        payment("T3", payment_date="no date"),
        payment("T1"),
        follower("Refunded", "R1", gross="-5.00"),
    )
    enter(shelf.book, MemoryBook().deliver(*bodies))
    return shelf


def test_entries_come_in_the_order_of_their_dates_and_undated_ones_by_when_they_were_heard_of(
    filled: Shelf,
) -> None:
    with filled.queries.ledger(None) as book:
        assert [entry.id for entry in book.entries] == ["T3:1", "T1:1", "T1:2", "T2:1"]
        assert book.first == NOON + timedelta(seconds=2)
        assert book.last == datetime(2026, 12, 24, 18, tzinfo=UTC)


def test_an_entry_has_all_that_is_kept_of_it(filled: Shelf) -> None:
    with filled.queries.ledger(None) as book:
        *_, last = book.entries
    assert last.about == About(name="Test", invoice="abc-1")
    assert (last.transaction, last.txn_id, last.n, last.kind) == ("T2", "T2", 1, "sale")
    assert last.recorded_at == NOON + timedelta(seconds=1)
    assert last.dated_at == last.occurred_at == datetime(2026, 12, 24, 18, tzinfo=UTC)
    assert last.postings == [
        ("Assets:PayPal:USD", 1912),
        ("Expenses:Fees:USD", 88),
        ("Income:Sales:USD", -2000),
    ]


def test_as_of_a_time_it_ends_there(filled: Shelf) -> None:
    with filled.queries.ledger(NOON + timedelta(seconds=2)) as book:
        assert [entry.id for entry in book.entries] == ["T3:1", "T2:1"]
        assert book.balances["Assets:PayPal:USD"] == 2 * 1912


def test_a_ledger_without_entries_has_no_days(shelf: Shelf) -> None:
    with shelf.queries.ledger(None) as book:
        assert (book.first, book.last, dict(book.balances), list(book.entries)) == (None, None, {}, [])


def test_it_is_one_ledger_though_more_is_entered_meanwhile(
    filled: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_book, "_ENTRIES_AT_ONCE", 1)
    with filled.queries.ledger(None) as book:
        first = next(book.entries)
        more = MemoryBook().deliver(*[payment(f"N{number}") for number in range(20)])
        # Entries of a later place in the book: the numbers of the first ones are taken.
        late = [step for step in steps_of(more) if step.position > 8]
        save_steps(filled.book, late)
        rest = list(book.entries)
        sums: dict[str, int] = {}
        for entry in (first, *rest):
            for account, units in entry.postings:
                sums[account] = sums.get(account, 0) + units
        assert sums == dict(book.balances)
        assert len(rest) == 3


@pytest.mark.parametrize("at_once", [1, 2, 500])
def test_some_are_read_at_a_time(filled: Shelf, monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    monkeypatch.setattr(ledger_book, "_ENTRIES_AT_ONCE", at_once)
    with filled.book.connect() as connection:
        assert len(list(read_ledger(connection, None).entries)) == 4


def test_what_was_entered_is_what_is_read(shelf: Shelf) -> None:
    book = MemoryBook().deliver(payment(settle_amount="17.21", settle_currency="EUR"), payment("T2"))
    enter(shelf.book, book)
    told = {entry.id: entry for entry in entries(book)}
    with shelf.queries.ledger(None) as read:
        found = list(read.entries)
    assert {entry.id for entry in found} == set(told)
    for entry in found:
        same = told[entry.id]
        assert (entry.about, entry.occurred_at, entry.recorded_at) == (
            same.about,
            same.occurred_at,
            same.recorded_at,
        )
