"""The list and the single transaction, over a real file."""

import json
import re
from datetime import datetime
from typing import Any

import pytest

from adapters.queries.paging import BadCursorError
from adapters.queries.transactions import CHAIN_MAX, TransactionFilters, page
from tests.adapters.conftest import Shelf, later


def found(shelf: Shelf, **asked: Any) -> list[str]:
    part = shelf.queries.transactions(TransactionFilters(**asked), 500, None)
    return [json.loads(item)["txn_id"] for item in part.items]


def test_a_transaction_answers_with_the_stored_document(shelf: Shelf) -> None:
    shelf.show("61E", document=b'{"txn_id": "61E"}')
    assert shelf.queries.transaction("61E") == b'{"txn_id": "61E"}'
    assert shelf.queries.transaction("62E") is None


def test_a_refund_s_id_answers_with_what_it_follows(shelf: Shelf) -> None:
    shelf.show("PAID", document=b"{}")
    shelf.follow("REFUND", "PAID")
    shelf.follow("ADJUSTED", "REFUND")
    assert shelf.queries.lead("ADJUSTED") == "PAID"
    assert shelf.queries.transaction("ADJUSTED") == b"{}"


def test_a_row_of_its_own_comes_before_what_it_follows(shelf: Shelf) -> None:
    shelf.show("A")
    shelf.show("B")
    shelf.follow("A", "B")
    assert shelf.queries.lead("A") == "A"


def test_followers_that_follow_each_other_lead_nowhere(shelf: Shelf) -> None:
    shelf.follow("A", "B")
    shelf.follow("B", "A")
    assert shelf.queries.transaction("A") is None


def test_a_chain_is_followed_so_far_and_no_further(shelf: Shelf) -> None:
    for step in range(CHAIN_MAX + 1):
        shelf.follow(f"F{step}", f"F{step + 1}")
    shelf.show(f"F{CHAIN_MAX + 1}")
    assert shelf.queries.lead("F1") == f"F{CHAIN_MAX + 1}"
    assert shelf.queries.lead("F0") is None


def test_newest_comes_first_and_ties_go_by_id(shelf: Shelf) -> None:
    for txn_id, at in (("A", later()), ("C", later(hours=1)), ("B", later(hours=1))):
        shelf.show(txn_id, at=at)
    assert found(shelf) == ["C", "B", "A"]


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_together_are_the_list_whatever_their_size(shelf: Shelf, limit: int) -> None:
    for number in range(7):
        shelf.show(f"T{number}", at=later(minutes=number // 3))
    whole, seen, cursor = found(shelf), [], None
    while True:
        part = shelf.queries.transactions(TransactionFilters(), limit, cursor)
        assert len(part.items) <= limit
        seen += [json.loads(item)["txn_id"] for item in part.items]
        # One that comes meanwhile belongs before the first page and shifts nothing.
        shelf.show(f"NEW{len(seen)}", at=later(days=1))
        cursor = part.next
        if cursor is None:
            break
    assert seen == whole


def test_a_wrong_cursor_is_refused(shelf: Shelf) -> None:
    with pytest.raises(BadCursorError):
        shelf.queries.transactions(TransactionFilters(), 5, "nonsense")


def test_filters_narrow_the_list(shelf: Shelf) -> None:
    shelf.show("A", status="refunded", kind="payment", invoice="abc-1", payer_id="LPL", at=later(hours=1))
    shelf.show("B", status="completed", kind="payout", payer_email="andré@example.com", at=later(hours=2))
    assert found(shelf, status="refunded") == ["A"]
    assert found(shelf, kind="payout") == ["B"]
    assert found(shelf, invoice="abc-1") == ["A"]
    assert found(shelf, payer="LPL") == ["A"]
    assert found(shelf, payer="ANDRÉ@Example.com") == ["B"]
    assert found(shelf, payer="nobody") == []
    assert found(shelf, status="refunded", kind="payout") == []


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (later(hours=1), None, ["B", "A"]),
        (later(hours=2), None, ["B"]),
        (None, later(hours=2), ["A"]),
        (later(hours=1), later(hours=1), []),
    ],
)
def test_since_is_the_first_moment_and_until_the_first_too_late(
    shelf: Shelf, since: datetime | None, until: datetime | None, expected: list[str]
) -> None:
    shelf.show("A", at=later(hours=1))
    shelf.show("B", at=later(hours=2))
    assert found(shelf, since=since, until=until) == expected


def fill(shelf: Shelf) -> None:
    shelf.show("61E67681CH3238416", invoice="abc-1", payer_email="buyer@example.com")
    shelf.show("5AB", invoice="x%y", payer_email="other@example.com")
    shelf.follow("REFUND", "5AB")


def test_free_text_finds_beginnings_and_takes_nothing_for_a_wildcard(shelf: Shelf) -> None:
    fill(shelf)
    assert found(shelf, q="61E") == ["61E67681CH3238416"]
    assert found(shelf, q="abc") == ["61E67681CH3238416"]
    assert found(shelf, q="Buyer@") == ["61E67681CH3238416"]
    assert found(shelf, q="x%") == ["5AB"]
    assert found(shelf, q="REFUND") == ["5AB"]
    assert found(shelf, q="%") == []
    assert found(shelf, q="1E6") == []


@pytest.mark.parametrize("many", [0, 5_000])
@pytest.mark.parametrize(
    "beside", [{}, {"status": "completed"}, {"kind": "payment"}, {"since": later()}, {"payer": "nobody"}]
)
def test_a_search_finds_the_same_whether_few_or_many_answer_it(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, many: int, beside: dict[str, Any]
) -> None:
    fill(shelf)
    monkeypatch.setattr("adapters.queries.prefixes.MANY", many)
    listed = set(found(shelf, **beside))
    for q, expected in (("6", {"61E67681CH3238416"}), ("5", {"5AB"}), ("REFUND", {"5AB"}), ("none", set())):
        assert set(found(shelf, q=q, **beside)) == listed & expected


@pytest.mark.parametrize("q", ["\ud7ff", "\U0010ffff", "a\U0010ffff", "'; DROP TABLE transactions; --"])
def test_odd_texts_are_only_looked_for(shelf: Shelf, q: str) -> None:
    shelf.show("A", invoice=q)
    assert found(shelf, q=q) == ["A"]
    assert found(shelf, q=q, payer=q) == []


@pytest.mark.parametrize(
    "asked", [{"q": "61E"}, {"payer": "LPL"}, {"invoice": "a"}, {"status": "completed"}, {"kind": "payment"}]
)
def test_every_filter_is_answered_by_an_index(shelf: Shelf, on_sqlite: str, asked: dict[str, Any]) -> None:
    statements: list[str] = []
    with shelf.book.connect() as book:
        raw: Any = book.connection.driver_connection
        raw.set_trace_callback(statements.append)
        page(book, TransactionFilters(**asked), 50, None)
        raw.set_trace_callback(None)
        (listing,) = (each for each in statements if "ORDER BY" in each)
        plans = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {listing}")]
    assert not [plan for plan in plans if plan.startswith("SCAN transactions_a") and "INDEX" not in plan]
    assert any(re.match("SEARCH transactions_a USING (COVERING )?INDEX", plan) for plan in plans), plans
