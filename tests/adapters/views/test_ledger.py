"""The ledger's rows: entries, postings and the sums of days, only ever added to."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from adapters.times import to_us
from adapters.view_tables import ledger_days, ledger_entries, ledger_postings
from adapters.views.ledger import DAY_US
from tests.adapters.conftest import Shelf
from tests.given import NOON, MemoryBook, follower, payment
from tests.ledgers import enter, save_steps, steps_of

BOOK = (payment(settle_amount="17.21", settle_currency="EUR"), follower("Refunded", "R1", gross="-5.00"))


def rows(shelf: Shelf, statement: object) -> list[tuple[object, ...]]:
    with shelf.book.connect() as book:
        return [tuple(row) for row in book.execute(statement)]  # type: ignore[call-overload]


def test_an_entry_and_its_postings_are_numbered_by_their_event(shelf: Shelf) -> None:
    enter(shelf.book, MemoryBook().deliver(*BOOK))
    entry, posting = ledger_entries.c, ledger_postings.c
    place = 2**20
    found = rows(shelf, select(entry.number, entry.id, entry.kind, entry.stream, entry.txn_id, entry.n))
    assert found == [
        (place, "T1:1", "sale", "T1", "T1", 1),
        (place + 1, "T1:1:2", "conversion", "T1", "T1", 1),
        (3 * place, "T1:2", "refund", "T1", "R1", 2),
    ]
    told = select(posting.account, posting.units, posting.kind).where(posting.number == 3 * place)
    assert rows(shelf, told) == [
        ("Assets:PayPal:USD", -500, "refund"),
        ("Income:Refunds:USD", 500, "refund"),
    ]


def test_times_are_those_of_the_fact_and_of_the_event(shelf: Shelf) -> None:
    enter(shelf.book, MemoryBook().deliver(payment(payment_date=""), payment("T2")))
    entry, posting = ledger_entries.c, ledger_postings.c
    heard = to_us(NOON) + 1_000_000
    assert rows(shelf, select(entry.occurred_us, entry.recorded_us).order_by(entry.number)) == [
        (None, heard),
        (to_us(NOON + timedelta(hours=4, minutes=12, seconds=59)), heard + 1_000_000),
    ]
    assert set(rows(shelf, select(posting.recorded_us))) == {(heard,), (heard + 1_000_000,)}


def test_days_are_summed_over_batches(shelf: Shelf) -> None:
    first, second, third = steps_of(MemoryBook().deliver(payment(), payment("T2"), payment("T3")))
    save_steps(shelf.book, [first, second])
    save_steps(shelf.book, [third])
    day = to_us(NOON) // DAY_US
    assert rows(shelf, select(ledger_days).order_by(ledger_days.c.account)) == [
        ("Assets:PayPal:USD", day, 3 * 1912),
        ("Expenses:Fees:USD", day, 3 * 88),
        ("Income:Sales:USD", day, -6000),
    ]


def test_a_day_begins_at_midnight_in_utc(shelf: Shelf) -> None:
    book = MemoryBook(at=NOON + timedelta(hours=11, minutes=59, seconds=58)).deliver(payment(), payment("T2"))
    enter(shelf.book, book)
    day = to_us(NOON) // DAY_US
    assert set(rows(shelf, select(ledger_days.c.day))) == {(day,), (day + 1,)}


def test_steps_that_move_nothing_write_nothing(shelf: Shelf) -> None:
    enter(shelf.book, MemoryBook().deliver(payment(status="Pending"), payment("T2", status="Denied")))
    save_steps(shelf.book, [])
    assert rows(shelf, select(func.count()).select_from(ledger_entries)) == [(0,)]


def test_a_step_that_is_told_twice_is_no_second_entry(shelf: Shelf) -> None:
    book = MemoryBook().deliver(payment())
    enter(shelf.book, book)
    with pytest.raises(IntegrityError):
        enter(shelf.book, book)
    assert rows(shelf, select(ledger_days.c.units).where(ledger_days.c.account == "Assets:PayPal:USD")) == [
        (1912,)
    ]


def test_a_stream_that_is_told_later_makes_the_same_rows(shelf: Shelf) -> None:
    book = MemoryBook().deliver(payment(), payment("T2"), *BOOK[1:])
    late = [step for step in steps_of(book) if step.stream == "T1"]
    save_steps(shelf.book, [step for step in steps_of(book) if step.stream != "T1"])
    save_steps(shelf.book, late)
    found = rows(
        shelf, select(ledger_postings.c.units).where(ledger_postings.c.account == "Assets:PayPal:USD")
    )
    assert sorted(found) == [(-500,), (1912,), (1912,)]
    summed = rows(shelf, select(ledger_days.c.units).where(ledger_days.c.account == "Assets:PayPal:USD"))
    assert summed == [(2 * 1912 - 500,)]
