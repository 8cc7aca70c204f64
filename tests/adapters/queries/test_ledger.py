"""Entries newest first by any filter, and what accounts held at any time, over a real file."""

import itertools
from datetime import datetime, timedelta
from typing import Any

import pytest

from adapters.queries.ledger import EntryFilters, balances, page, show_balances, show_changes
from adapters.queries.paging import BadCursorError, Place, write_cursor
from tests.adapters.conftest import Shelf
from tests.given import NOON, MemoryBook, adjustment, follower, payment
from tests.ledgers import enter, entries

BODIES = (
    payment(),
    payment("T2", gross="2000", mc_fee="88", mc_currency="JPY"),
    follower("Refunded", "R1", gross="-5.00"),
    payment("T3", subscr_id="S-1"),
    adjustment("X1", "R1", gross="", payment_fee="-20.00"),
)


@pytest.fixture
def filled(shelf: Shelf) -> Shelf:
    enter(shelf.book, MemoryBook().deliver(*BODIES))
    shelf.show("T1")
    shelf.follow("R1", "T1")
    shelf.follow("X1", "R1")
    return shelf


def ids(shelf: Shelf, **asked: Any) -> list[str]:
    return [item["id"] for item in shelf.queries.ledger_entries(EntryFilters(**asked), 500, None).items]


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_an_entry_is_shown_with_both_times_and_its_postings(filled: Shelf) -> None:
    (shown,) = filled.queries.ledger_entries(EntryFilters(kind="refund"), 50, None).items
    assert shown == {
        "id": "T1:2",
        "txn_id": "R1",
        "transaction": "T1",
        "n": 3,
        "kind": "refund",
        "occurred_at": "2026-11-22T18:00:00Z",
        "recorded_at": "2026-11-20T12:00:03Z",
        "postings": [
            {"account": "Assets:PayPal:USD", "currency": "USD", "amount": "-5.00"},
            {"account": "Income:Refunds:USD", "currency": "USD", "amount": "5.00"},
        ],
    }


def test_yen_have_no_places(filled: Shelf) -> None:
    (shown,) = filled.queries.ledger_entries(EntryFilters(txn_id="T2"), 50, None).items
    assert [posting["amount"] for posting in shown["postings"]] == ["1912", "88", "-2000"]


ASKED: dict[str, tuple[dict[str, Any], list[str]]] = {
    "everything, newest first": ({}, ["T1:3", "T3:1", "T1:2", "T2:1", "T1:1"]),
    "a transaction with what follows it": ({"txn_id": "T1"}, ["T1:3", "T1:2", "T1:1"]),
    "a follower's id leads to its transaction": ({"txn_id": "X1"}, ["T1:3", "T1:2", "T1:1"]),
    "a transaction that no view has shown yet": ({"txn_id": "T3"}, ["T3:1"]),
    "an id that nobody heard of": ({"txn_id": "T9"}, []),
    "a kind": ({"kind": "sale"}, ["T2:1", "T1:1"]),
    "an account": ({"account": "Expenses:Fees:USD"}, ["T3:1", "T1:1"]),
    "an account that there is not": ({"account": "Assets:PayPal"}, []),
    "account and kind": ({"account": "Assets:PayPal:USD", "kind": "sale"}, ["T1:1"]),
    "account and kind that do not meet": ({"account": "Assets:PayPal:JPY", "kind": "refund"}, []),
    "transaction and kind": ({"txn_id": "T1", "kind": "adjustment"}, ["T1:3"]),
    "transaction and account": ({"txn_id": "T1", "account": "Income:Refunds:USD"}, ["T1:2"]),
    "from a time on": ({"since": at(3)}, ["T1:3", "T3:1", "T1:2"]),
    "before a time": ({"until": at(3)}, ["T2:1", "T1:1"]),
    "between two": ({"since": at(2), "until": at(4)}, ["T1:2", "T2:1"]),
    "an account between two": (
        {"account": "Assets:PayPal:USD", "since": at(2), "until": at(5)},
        ["T3:1", "T1:2"],
    ),
    "a transaction between two": ({"txn_id": "T1", "since": at(2), "until": at(5)}, ["T1:2"]),
    "all at once": (
        {"txn_id": "R1", "account": "Assets:PayPal:USD", "kind": "refund", "since": at(3), "until": at(4)},
        ["T1:2"],
    ),
}


@pytest.mark.parametrize("name", ASKED)
def test_what_is_listed(filled: Shelf, name: str) -> None:
    asked, expected = ASKED[name]
    assert ids(filled, **asked) == expected


def test_what_moved_under_an_id_is_found_though_the_id_is_a_transaction_too(shelf: Shelf) -> None:
    enter(
        shelf.book, MemoryBook().deliver(payment(), follower("Refunded", "T2", gross="-5.00"), payment("T2"))
    )
    shelf.show("T1")
    shelf.show("T2")
    assert ids(shelf, txn_id="T2") == ["T2:2", "T1:2"]
    assert ids(shelf, txn_id="T1") == ["T1:2", "T1:1"]


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
@pytest.mark.parametrize("asked", [{}, {"account": "Assets:PayPal:USD"}, {"txn_id": "T1"}, {"kind": "sale"}])
def test_pages_together_are_the_list_whatever_their_size(
    filled: Shelf, limit: int, asked: dict[str, Any]
) -> None:
    seen: list[str] = []
    cursor = None
    while True:
        part = filled.queries.ledger_entries(EntryFilters(**asked), limit, cursor)
        assert len(part.items) <= limit
        seen += [item["id"] for item in part.items]
        cursor = part.next
        if cursor is None:
            break
    assert seen == ids(filled, **asked)


def test_entries_of_one_event_and_of_one_moment_keep_their_order(shelf: Shelf) -> None:
    book = MemoryBook().deliver(follower("Refunded", "R1", gross="-5.00"), *[
        payment(settle_amount="17.21", settle_currency="EUR")])  # fmt: skip
    enter(shelf.book, book)
    assert len({entry.recorded_at for entry in entries(book)}) == 1
    assert ids(shelf) == ["T1:3", "T1:2:2", "T1:2"]
    first = shelf.queries.ledger_entries(EntryFilters(), 1, None)
    second = shelf.queries.ledger_entries(EntryFilters(), 1, first.next)
    assert [item["id"] for item in (*first.items, *second.items)] == ["T1:3", "T1:2:2"]


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        write_cursor("todos", Place(1, "1")),
        write_cursor("ledger", Place(1, "one")),
        write_cursor("ledger", Place(1, "")),
        write_cursor("ledger", Place(1, "-1")),
        write_cursor("ledger", Place(1, "\u0661")),
        write_cursor("ledger", Place(1, "9" * 30)),
    ],
)
def test_a_wrong_cursor_is_refused(filled: Shelf, cursor: str) -> None:
    with pytest.raises(BadCursorError):
        filled.queries.ledger_entries(EntryFilters(), 50, cursor)


FILTERS = {
    "txn_id": "T1",
    "account": "Assets:PayPal:USD",
    "kind": "sale",
    "since": NOON,
    "until": NOON + timedelta(days=1),
}


def plans_of(shelf: Shelf, asked: dict[str, Any], cursor: str | None) -> list[str]:
    """How the store finds what is listed, without the rows that it then shows."""
    statements: list[str] = []
    with shelf.book.connect() as book:
        raw: Any = book.connection.driver_connection
        raw.set_trace_callback(statements.append)
        page(book, EntryFilters(**asked), 50, cursor)
        raw.set_trace_callback(None)
        (listing,) = (each for each in statements if "ORDER BY" in each and "LIMIT" in each)
        return [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {listing}")]


def test_every_filter_is_answered_by_an_index(filled: Shelf, on_sqlite: str) -> None:
    every = [names for count in range(6) for names in itertools.combinations(FILTERS, count)]
    for names, cursor in itertools.product(every, (None, write_cursor("ledger", Place(10**15, "10")))):
        plans = plans_of(filled, {name: FILTERS[name] for name in names}, cursor)
        scans = [plan for plan in plans if plan.startswith("SCAN")]
        if names or cursor:
            assert scans == [], names
        else:  # the index is read from its end, as far as the page goes
            assert scans == ["SCAN ledger_entries_a USING COVERING INDEX ledger_entries_recorded_a"]
        # What one transaction has is put in order; whatever may be long is read in order.
        assert any("ORDER BY" in plan for plan in plans) == ("txn_id" in names), names
        assert any("ledger_entries_stream_a" in plan for plan in plans) == ("txn_id" in names), names


def held(shelf: Shelf, as_of: datetime | None = None) -> dict[str, str]:
    return {item["account"]: item["balance"] for item in shelf.queries.balances(as_of)}


def test_balances_now_and_then(filled: Shelf) -> None:
    assert held(filled, at(0)) == {}
    assert held(filled, at(1)) == {
        "Assets:PayPal:USD": "19.12",
        "Expenses:Fees:USD": "0.88",
        "Income:Sales:USD": "-20.00",
    }
    assert held(filled, at(3))["Assets:PayPal:USD"] == "14.12"
    assert held(filled) == held(filled, at(10**6)) == held(filled, at(5))
    assert held(filled)["Assets:PayPal:USD"] == "13.24"
    assert held(filled)["Assets:PayPal:JPY"] == "1912"


def test_balances_are_in_the_order_of_accounts_and_an_empty_one_is_named(shelf: Shelf) -> None:
    enter(shelf.book, MemoryBook().deliver(payment(mc_fee=""), follower("Refunded", "R1")))
    shown = shelf.queries.balances(None)
    assert shown == [
        {"account": "Assets:PayPal:USD", "currency": "USD", "balance": "0.00"},
        {"account": "Income:Refunds:USD", "currency": "USD", "balance": "20.00"},
        {"account": "Income:Sales:USD", "currency": "USD", "balance": "-20.00"},
    ]


def test_a_balance_at_any_second_over_midnights_is_the_sum_of_the_entries_until_then(shelf: Shelf) -> None:
    book = MemoryBook()
    for number in range(12):
        book.at += timedelta(hours=7)
        book.deliver(payment(f"T{number}"), follower("Refunded", f"R{number}", f"T{number}", gross="-1.01"))
    enter(shelf.book, book)
    told = entries(book)
    moments = [entry.recorded_at + timedelta(microseconds=step) for entry in told for step in (-1, 0, 1)]
    with shelf.book.connect() as connection:
        for moment in moments:
            known = sum(
                posting.amount.amount
                for entry in told
                if entry.recorded_at <= moment
                for posting in entry.postings
                if posting.account == "Assets:PayPal:USD"
            )
            assert balances(connection, moment).get("Assets:PayPal:USD", 0) == known * 100


def test_what_changed_names_every_account_of_either_time() -> None:
    before = {"Assets:PayPal:USD": 1912, "Assets:PayPal:JPY": 5}
    after = {"Assets:PayPal:USD": 1412, "Income:Refunds:USD": 500}
    assert show_changes(before, after) == [
        {"account": "Assets:PayPal:JPY", "currency": "JPY", "before": "5", "after": "0", "difference": "-5"},
        {
            "account": "Assets:PayPal:USD",
            "currency": "USD",
            "before": "19.12",
            "after": "14.12",
            "difference": "-5.00",
        },
        {
            "account": "Income:Refunds:USD",
            "currency": "USD",
            "before": "0.00",
            "after": "5.00",
            "difference": "5.00",
        },
    ]
    assert show_balances({}) == []


def test_what_changed_between_two_times(filled: Shelf) -> None:
    changed = {item["account"]: item["difference"] for item in filled.queries.balance_changes(at(1), at(3))}
    assert changed["Assets:PayPal:USD"] == "-5.00"
    assert changed["Income:Sales:USD"] == "0.00"
    now = {item["account"]: item["after"] for item in filled.queries.balance_changes(at(1), None)}
    assert now == held(filled)


@pytest.mark.parametrize("as_of", [None, NOON])
def test_balances_read_no_posting_but_those_of_a_day(
    filled: Shelf, on_sqlite: str, as_of: datetime | None
) -> None:
    statements: list[str] = []
    with filled.book.connect() as book:
        raw: Any = book.connection.driver_connection
        raw.set_trace_callback(statements.append)
        balances(book, as_of)
        raw.set_trace_callback(None)
        plans = [row[3] for each in statements if "ledger" in each
                 for row in raw.execute(f"EXPLAIN QUERY PLAN {each}")]  # fmt: skip
    of_postings = [plan for plan in plans if "ledger_postings" in plan]
    assert len(of_postings) == (as_of is not None)
    assert all("(account=? AND recorded_us>? AND recorded_us<?)" in plan for plan in of_postings)
