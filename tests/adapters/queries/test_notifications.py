"""The history of deliveries: what the worker has, and what it has not seen yet."""

from typing import Any

import pytest

from adapters.queries.notifications import NotificationFilters, page
from adapters.queries.paging import BadCursorError
from tests.adapters.conftest import Shelf, later


def found(shelf: Shelf, limit: int = 500, cursor: str | None = None, **asked: Any) -> list[int]:
    return [
        item["n"] for item in shelf.queries.notifications(NotificationFilters(**asked), limit, cursor).items
    ]


def test_a_delivery_shows_what_the_contract_names(shelf: Shelf) -> None:
    known: dict[str, Any] = {
        "txn_id": "61E",
        "txn_type": "web_accept",
        "payment_status": "completed",
        "attempts": 2,
    }
    shelf.take_in(shelf.deliver(), verdict="verified", outcome="refused", reason="receiver", **known)
    shelf.became(1, 8, "61E", 2)
    shelf.became(1, 7, "61E", 1)
    (item,) = shelf.queries.notifications(NotificationFilters(), 50, None).items
    assert item == {
        "n": 1,
        "received_at": "2026-11-20T12:00:00Z",
        "peer": "173.0.81.1",
        **known,
        "verdict": "verified",
        "outcome": "refused",
        "reason": "receiver",
        "events": [
            {"stream": "61E", "version": 1, "type": "PaymentCompleted"},
            {"stream": "61E", "version": 2, "type": "PaymentCompleted"},
        ],
    }


def test_what_the_worker_has_not_taken_in_is_unknown_and_waiting(shelf: Shelf) -> None:
    shelf.take_in(shelf.deliver(), verdict="verified", outcome="recorded", txn_id="61E")
    shelf.deliver(peer="10.0.0.1", at=later(seconds=5))
    newest, _ = shelf.queries.notifications(NotificationFilters(), 50, None).items
    assert (newest["n"], newest["verdict"], newest["outcome"]) == (2, "unknown", "waiting")
    assert (newest["peer"], newest["received_at"], newest["events"]) == (
        "10.0.0.1",
        "2026-11-20T12:00:05Z",
        [],
    )
    assert found(shelf, verdict="unknown") == found(shelf, outcome="waiting") == [2]
    assert (
        found(shelf, verdict="verified")
        == found(shelf, outcome="recorded")
        == found(shelf, txn_id="61E")
        == [1]
    )


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 10])
def test_pages_go_over_from_the_new_to_the_taken_in(shelf: Shelf, limit: int) -> None:
    for _ in range(4):
        shelf.take_in(shelf.deliver())
    for _ in range(3):
        shelf.deliver()
    seen: list[int] = []
    cursor = None
    while True:
        page = shelf.queries.notifications(NotificationFilters(), limit, cursor)
        seen += [item["n"] for item in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert seen == [7, 6, 5, 4, 3, 2, 1]


def test_an_id_finds_its_own_deliveries_and_its_followers(shelf: Shelf) -> None:
    shelf.take_in(1, txn_id="PAID")
    shelf.take_in(2, txn_id="REFUND", parent_txn_id="PAID")
    shelf.take_in(3, txn_id="OTHER")
    assert found(shelf, txn_id="PAID") == [2, 1]
    assert found(shelf, txn_id="REFUND") == [2]


def test_since_counts_from_its_moment_on_for_both(shelf: Shelf) -> None:
    shelf.take_in(shelf.deliver(at=later(hours=1)), at=later(hours=1))
    shelf.take_in(shelf.deliver(at=later(hours=2)), at=later(hours=2))
    shelf.deliver(at=later(hours=3))
    assert found(shelf, since=later(hours=2)) == [3, 2]
    assert found(shelf, since=later(hours=4)) == []


@pytest.mark.parametrize("many", [0, 5_000])
def test_a_clock_that_was_put_back_hides_nothing(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr("adapters.queries.notifications.MANY", many)
    for hours in (1, 3, 2, 4, 0):
        shelf.take_in(shelf.deliver(at=later(hours=hours)), at=later(hours=hours))
    assert found(shelf, since=later(hours=2)) == [4, 3, 2]
    assert found(shelf, since=later(hours=3), outcome="waiting") == [4, 2]
    assert found(shelf, since=later(hours=5)) == []


def test_a_wrong_cursor_is_refused(shelf: Shelf) -> None:
    with pytest.raises(BadCursorError):
        found(shelf, cursor="nonsense")


@pytest.mark.parametrize("beside", [{}, {"outcome": "recorded"}, {"verdict": "verified"}])
def test_an_id_is_looked_for_by_its_own_indexes_whatever_else_is_asked(
    shelf: Shelf, on_sqlite: str, beside: dict[str, Any]
) -> None:
    statements: list[str] = []
    with shelf.book.connect() as book, shelf.inbox.connect() as inbox:
        raw: Any = book.connection.driver_connection
        raw.set_trace_callback(statements.append)
        page(book, inbox, NotificationFilters(txn_id="T1", **beside), 50, None)
        raw.set_trace_callback(None)
        (asked,) = [one for one in statements if "parent_txn_id =" in one]
        plans = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {asked}")]
    used = {plan.partition("INDEX ")[2].split()[0] for plan in plans if plan.startswith("SEARCH")}
    assert used == {"notifications_txn_id", "notifications_parent_txn_id"}
