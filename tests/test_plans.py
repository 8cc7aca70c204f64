"""PostgreSQL answers every list from its indexes: a page of thousands reads little more than it shows."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection

from adapters.queries import (
    customers,
    fulfillment,
    ledger,
    notifications,
    subscriptions,
    todos,
    transactions,
    unpaid,
)
from adapters.queries.customers import CustomerFilters
from adapters.queries.fulfillment import ChangesFilters, FulfillmentFilters
from adapters.queries.ledger import EntryFilters
from adapters.queries.notifications import NotificationFilters
from adapters.queries.subscriptions import SubscriptionFilters
from adapters.queries.todo_origins import TodoFilters
from adapters.queries.transactions import TransactionFilters
from adapters.times import to_us
from tests.engines import open_parts
from tests.plans import Ask, postgresql_steps, selects

ROWS = 20_000
SHOWN = 50
# What a page shows, its next row, what stands beside each, and some that an index could not leave out.
READ_MAX = 12 * SHOWN
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=1)
# One second from each row to the next, the last one now.
WHEN = f"({to_us(NOON)} + (n - {ROWS}) * 1000000::bigint)"


def rarely(every: int, one: str, other: str) -> str:
    return f"CASE WHEN n % {every} = 0 THEN '{one}' ELSE '{other}' END"


# Most are of one kind and one state, as in a shop; a hundredth is what people look for.
CASE, PROFILE = rarely(50, "case", "payment"), rarely(50, "profile", "subscription")
PENDING, CANCELLED = rarely(100, "pending", "completed"), rarely(100, "cancelled", "active")
UNPAID, READY, REFUND = (
    rarely(100, "none", "fulfilled"),
    rarely(100, "ready", "fulfilled"),
    rarely(50, "refund", "sale"),
)
MAIL = "'p' || n % 2000 || '@example.com'"
OWN_MAIL = "'p' || n || '@example.com'"
ALL = f"FROM generate_series(1, {ROWS}) n"
FILL = f"""
INSERT INTO transactions_a
    SELECT 'T' || n, {CASE}, {PENDING}, {UNPAID}, 'P' || n % 2000, {MAIL}, 'i-' || n,
    {WHEN}, {WHEN}, '{{}}' {ALL};
INSERT INTO subscriptions_a
    SELECT 'S' || n, {PROFILE}, {CANCELLED}, 'P' || n, {OWN_MAIL}, {WHEN}, {WHEN}, '{{}}' {ALL};
INSERT INTO customers_a
    (payer_id, name, name_folded, email, email_folded, first_heard_us, last_changed_us)
    SELECT 'P' || n, 'Name ' || n, 'name ' || n, {OWN_MAIL}, {OWN_MAIL}, {WHEN}, {WHEN} {ALL};
INSERT INTO customer_sums_a SELECT 'P' || n, 'USD', 1, 1995, 0, 0 {ALL};
INSERT INTO todos_a (id, kind, txn_id, n, since_us, what, open)
    SELECT 'ship:T' || n, 'ship', 'T' || n, n, {WHEN}, 'x', n % 1000 = 0 {ALL};
INSERT INTO notifications
    (n, received_us, peer, txn_id, parent_txn_id, verdict, attempts, outcome, urgent, settled_us)
    SELECT n, {WHEN}, '', 'T' || n, CASE WHEN n % 10 = 0 THEN 'T' || n - 1 END,
    {rarely(200, "invalid", "verified")}, 1, {rarely(200, "invalid", "recorded")}, false, {WHEN} {ALL};
INSERT INTO notification_events_a SELECT n, n, 'T' || n, 1, 'PaymentCompleted' {ALL};
INSERT INTO ledger_entries_a
    SELECT n, 'e' || n, 'T' || n, 'T' || n, n, {REFUND}, {WHEN}, {WHEN}, '{{}}' {ALL};
INSERT INTO ledger_postings_a SELECT n, account, {REFUND}, {WHEN}, 1 {ALL},
    (VALUES ('Assets:PayPal:USD'), ('Income:Sales:USD')) accounts (account);
INSERT INTO fulfillment_a
    SELECT 'T' || n, 1, {READY}, {WHEN}, NULL, NULL, NULL, {WHEN}, NULL, '{{}}' {ALL};
ANALYZE
"""

FEW_SECONDS = timedelta(seconds=20)
SOUGHT: Mapping[str, Mapping[str, Any]] = {
    "transactions": {
        "status": "pending", "kind": "case", "payer": "P7", "invoice": "i-77", "q": "T77",
        "since": NOON - FEW_SECONDS, "until": NOON - timedelta(seconds=ROWS - 20),
    },
    "subscriptions": {"payer": "P7", "status": "cancelled", "kind": "profile"},
    "customers": {"payer": "P77@example.com", "q": "name 77"},
    "todos": {"kind": "ship", "open": True},
    "notifications": {
        "outcome": "invalid", "verdict": "invalid", "txn_id": "T77", "since": NOON - FEW_SECONDS,
    },
    "ledger": {
        "account": "Assets:PayPal:USD", "kind": "refund", "txn_id": "T77",
        "since": NOON - FEW_SECONDS, "until": NOON - timedelta(seconds=ROWS - 20),
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def book(on_postgresql: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    with open_parts(tmp_path_factory.mktemp("many")) as parts:
        with parts.book.begin() as connection:
            connection.exec_driver_sql(FILL.replace("%", "%%"))
        with parts.views.connect() as connection:
            yield connection


def rows_read(book: Connection, ask: Ask) -> int:
    steps = postgresql_steps(book, selects(book, ask), run=True)
    return sum(step.rows for step in steps if step.table)


Page = Callable[..., Any]
PAGES: Mapping[str, Page] = {
    "transactions": lambda on, after, **what: transactions.page(on, TransactionFilters(**what), SHOWN, after),
    "subscriptions": lambda on, after, **what: subscriptions.page(
        on, SubscriptionFilters(**what), SHOWN, after
    ),
    "customers": lambda on, after, **what: customers.page(on, CustomerFilters(**what), SHOWN, after),
    "todos": lambda on, after, **what: todos.page(on, TodoFilters(**what), SHOWN, after, LATER),
    "notifications": lambda on, after, **what: notifications.page(
        on, on, NotificationFilters(**what), SHOWN, after
    ),
    "ledger": lambda on, after, **what: ledger.page(on, EntryFilters(**what), SHOWN, after),
}


@pytest.mark.parametrize("later", [False, True], ids=["first page", "next page"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_reads_little_more_than_it_shows(book: Connection, name: str, *, later: bool) -> None:
    page, sought = PAGES[name], SOUGHT[name]
    after = page(book, None).next if later else None
    read = {
        names: rows_read(book, partial(page, after=after, **{one: sought[one] for one in names}))
        for count in range(3)
        for names in itertools.combinations(sought, count)
    }
    assert {names: rows for names, rows in read.items() if rows > READ_MAX} == {}


@pytest.mark.parametrize(("name", "begins"), [("transactions", "T2"), ("customers", "name 2")])
def test_few_that_are_old_are_found_without_all_that_is_newer(
    book: Connection, name: str, begins: str
) -> None:
    # 1,112 of them: they are counted, found and sorted; in the order of the list 17,000 would come first.
    assert rows_read(book, partial(PAGES[name], after=None, q=begins)) < ROWS / 4


@pytest.mark.parametrize("as_of", [None, NOON - timedelta(seconds=100)], ids=["now", "then"])
@pytest.mark.parametrize("state", [None, "ready", "fulfilled", "claimed"])
def test_the_queue_reads_little_more_than_it_shows(
    book: Connection, state: str | None, as_of: datetime | None
) -> None:
    filters = FulfillmentFilters(state=state, as_of=as_of)
    assert rows_read(book, lambda book: fulfillment.page(book, filters, LATER, SHOWN, None)) <= READ_MAX


def test_what_changed_lately_is_found_without_the_rest(book: Connection) -> None:
    filters = ChangesFilters(since=NOON - FEW_SECONDS)
    assert rows_read(book, lambda book: fulfillment.changes(book, filters, LATER, SHOWN, None)) <= READ_MAX


def test_what_is_unpaid_is_found_without_the_rest(book: Connection) -> None:
    assert rows_read(book, lambda book: unpaid.page(book, SHOWN, None)) <= READ_MAX
