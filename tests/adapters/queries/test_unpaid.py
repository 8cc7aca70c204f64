"""Payments without cleared money, over a real file: an index finds them in order."""

from typing import Any

import pytest

from adapters.queries.paging import BadCursorError
from adapters.queries.unpaid import page
from tests.adapters.conftest import Shelf, later
from tests.adapters.workshop import Workshop
from tests.given import authorization, payment, pending


def test_they_are_listed_by_when_they_were_heard_of_first(workshop: Workshop) -> None:
    for one in (pending("P2"), payment("T1"), pending("P1"), authorization("A1"), payment("D1", "Denied")):
        workshop.deliver(one)
    workshop.follower.follow()
    with workshop.queries.book.connect() as book:
        assert [item["txn_id"] for item in page(book, 10, None).items] == ["P2", "P1", "D1"]
        seen, cursor = [], None
        while True:
            part = page(book, 1, cursor)
            seen += [item["txn_id"] for item in part.items]
            cursor = part.next
            if cursor is None:
                break
        assert seen == ["P2", "P1", "D1"]
        with pytest.raises(BadCursorError):
            page(book, 1, "nonsense")


def test_an_index_answers(shelf: Shelf, on_sqlite: str) -> None:
    shelf.show("A", at=later())
    statements: list[str] = []
    with shelf.book.connect() as book:
        raw: Any = book.connection.driver_connection
        raw.set_trace_callback(statements.append)
        page(book, 50, None)
        raw.set_trace_callback(None)
        (asked,) = [one for one in statements if one.startswith("SELECT")]
        plans = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {asked}")]
    assert len(plans) == 1
    assert "USING INDEX transactions_fulfillment_a (fulfillment=?)" in plans[0]
