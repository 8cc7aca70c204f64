"""The list of subscriptions and the single one, over a real file."""

import json
import re
from datetime import datetime
from typing import Any

import pytest

from adapters.queries.paging import BadCursorError
from adapters.queries.subscriptions import SubscriptionFilters, page
from tests.adapters.conftest import Shelf, later, subscription_document


def found(shelf: Shelf, **asked: Any) -> list[str]:
    part = shelf.queries.subscriptions(SubscriptionFilters(**asked), 500, None)
    assert part.next is None
    return [json.loads(item)["subscription_id"] for item in part.items]


def test_one_answers_with_the_stored_document(shelf: Shelf) -> None:
    shelf.subscribe("S-1")
    assert json.loads(shelf.queries.subscription("S-1") or b"") == subscription_document("S-1")
    assert shelf.queries.subscription("S-2") is None
    assert shelf.queries.transaction("S-1") is None


def test_newest_comes_first_page_by_page(shelf: Shelf) -> None:
    for name, at in (("A", later()), ("C", later(hours=1)), ("B", later(hours=1))):
        shelf.subscribe(name, at=at)
    assert found(shelf) == ["C", "B", "A"]
    first = shelf.queries.subscriptions(SubscriptionFilters(), 2, None)
    shelf.subscribe("NEW", at=later(days=1))
    second = shelf.queries.subscriptions(SubscriptionFilters(), 2, first.next)
    assert [json.loads(item)["subscription_id"] for item in (*first.items, *second.items)] == ["C", "B", "A"]
    with pytest.raises(BadCursorError):
        shelf.queries.subscriptions(SubscriptionFilters(), 2, "nonsense")


def test_filters_narrow_the_list(shelf: Shelf) -> None:
    shelf.subscribe("A", status="cancelled", payer_id="LPL", at=later(hours=1))
    shelf.subscribe("B", kind="profile", payer_email="andré@example.com", at=later(hours=2))
    shelf.subscribe("C", kind=None, at=later(hours=3))
    assert found(shelf, status="cancelled") == ["A"]
    assert found(shelf, kind="profile") == ["B"]
    assert found(shelf, payer="LPL") == ["A"]
    assert found(shelf, payer="ANDRÉ@Example.com") == ["B"]
    assert found(shelf, payer="nobody") == []
    assert found(shelf, status="cancelled", kind="profile") == []


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
    shelf.subscribe("A", at=later(hours=1))
    shelf.subscribe("B", at=later(hours=2))
    assert found(shelf, since=since, until=until) == expected


@pytest.mark.parametrize("name", ["'; DROP TABLE subscriptions; --", "\u202e", "a/b", "x" * 900])
def test_odd_names_are_only_names(shelf: Shelf, name: str) -> None:
    shelf.subscribe(name, payer_id=name)
    assert found(shelf, payer=name) == [name]
    assert shelf.queries.subscription(name) is not None


@pytest.mark.parametrize("asked", [{"payer": "LPL"}, {"status": "active"}, {"kind": "profile"}])
def test_every_filter_is_answered_by_an_index(shelf: Shelf, on_sqlite: str, asked: dict[str, Any]) -> None:
    statements: list[str] = []
    with shelf.book.connect() as book:
        raw: Any = book.connection.driver_connection
        raw.set_trace_callback(statements.append)
        page(book, SubscriptionFilters(**asked), 50, None)
        raw.set_trace_callback(None)
        (listing,) = (each for each in statements if "ORDER BY" in each)
        plans = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {listing}")]
    assert any(re.match("SEARCH subscriptions_a USING (COVERING )?INDEX", plan) for plan in plans), plans
