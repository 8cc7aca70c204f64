"""Customers: a list that stays as it is while it is paged through, found by what was told of them."""

from typing import Any

import pytest

from adapters.queries.customers import CustomerFilters, page
from adapters.queries.paging import BadCursorError
from tests.adapters.conftest import Shelf, later


def items(shelf: Shelf, **asked: Any) -> list[dict[str, Any]]:
    part = shelf.queries.customers(CustomerFilters(**asked), 500, None)
    assert part.next is None
    return list(part.items)


def found(shelf: Shelf, **asked: Any) -> list[str]:
    return [item["id"] for item in items(shelf, **asked)]


def test_a_customer_is_all_that_is_known_of_the_payer(shelf: Shelf) -> None:
    place = (
        '{"name":"Ann","street":null,"city":"Ulm","state":null,"zip":null,"country":"DE","confirmed":true}'
    )
    shelf.meet(
        "PAYER1",
        name="Ann",
        email="Ann@B.de",
        country="DE",
        address=place,
        last_changed_us=1_800_000_000_000_000,
    )
    shelf.owe("PAYER1", "USD", 3990, payments=2, refunded=500, disputed=5)
    shelf.owe("PAYER1", "JPY", 150)
    shelf.owe("PAYER1", "EUR", 0, payments=0)
    expected = {
        "id": "PAYER1",
        "name": "Ann",
        "email": "Ann@B.de",
        "country": "DE",
        "address": {
            "name": "Ann", "street": None, "city": "Ulm", "state": None, "zip": None, "country": "DE",
            "confirmed": True,
        },
        "payments": 3,
        "totals": [
            {"currency": "JPY", "paid": "150", "refunded": "0", "disputed": "0"},
            {"currency": "USD", "paid": "39.90", "refunded": "5.00", "disputed": "0.05"},
        ],
        "first_heard": "2026-11-20T12:00:00Z",
        "last_changed": "2027-01-15T08:00:00Z",
    }  # fmt: skip
    assert items(shelf) == [expected]
    assert shelf.queries.customer("PAYER1") == expected


def test_what_was_never_told_is_null(shelf: Shelf) -> None:
    shelf.meet("PAYER1")
    told = shelf.queries.customer("PAYER1")
    assert told is not None
    assert (told["name"], told["email"], told["country"], told["address"]) == (None, None, None, None)
    assert (told["payments"], told["totals"]) == (0, [])


def test_who_was_never_heard_of_is_unknown(shelf: Shelf) -> None:
    shelf.meet("PAYER1")
    assert shelf.queries.customer("payer1") is None


def fill(shelf: Shelf) -> None:
    shelf.meet("AB1", name="Jörg Maß", email="X@y.de", at=later(minutes=1))
    shelf.meet("AB2", name="jörgen", email="ab@y.de", at=later(minutes=3))
    shelf.meet("C", name="100%", at=later(minutes=2))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ["AB2", "C", "AB1"]),
        ({"q": "AB"}, ["AB2", "AB1"]),
        ({"q": "ab"}, ["AB2"]),
        ({"q": "JÖRG"}, ["AB2", "AB1"]),
        ({"q": "x@Y"}, ["AB1"]),
        ({"q": "100%"}, ["C"]),
        ({"q": "%"}, []),
        ({"q": "örg"}, []),
        ({"payer": "AB1"}, ["AB1"]),
        ({"payer": "x@Y.DE"}, ["AB1"]),
        ({"payer": "AB"}, []),
        ({"payer": "jörgen"}, []),
        ({"payer": "AB1", "q": "AB"}, ["AB1"]),
        ({"payer": "AB1", "q": "C"}, []),
    ],
)
def test_customers_are_looked_for(shelf: Shelf, asked: dict[str, str], expected: list[str]) -> None:
    fill(shelf)
    assert found(shelf, **asked) == expected


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_pages_together_are_the_list_whatever_comes_meanwhile(shelf: Shelf, limit: int) -> None:
    for number in range(7):
        shelf.meet(f"P{number}", at=later(minutes=number // 2))
        shelf.owe(f"P{number}", paid=number)
    whole, seen, cursor = items(shelf), [], None
    while True:
        part = shelf.queries.customers(CustomerFilters(), limit, cursor)
        seen += list(part.items)
        shelf.meet(f"NEW{len(seen)}", at=later(days=1))
        cursor = part.next
        if cursor is None:
            break
    assert seen == whole
    assert [item["id"] for item in whole] == ["P6", "P5", "P4", "P3", "P2", "P1", "P0"]


def test_a_wrong_cursor_is_refused(shelf: Shelf) -> None:
    with pytest.raises(BadCursorError):
        shelf.queries.customers(CustomerFilters(), 5, "nonsense")


def test_a_search_that_nearly_all_answer_goes_through_the_list(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(shelf)
    few = found(shelf, q="A")
    monkeypatch.setattr("adapters.queries.prefixes.MANY", 0)
    assert found(shelf, q="A") == few != []


@pytest.mark.parametrize("asked", [{}, {"q": "AB"}, {"payer": "x@y.de"}, {"q": "AB", "payer": "AB1"}])
@pytest.mark.parametrize("paged", [False, True])
def test_every_filter_is_answered_by_an_index(
    shelf: Shelf,
    on_sqlite: str,
    asked: dict[str, str],
    paged: bool,  # noqa: FBT001
) -> None:
    fill(shelf)
    cursor = shelf.queries.customers(CustomerFilters(), 1, None).next if paged else None
    statements: list[str] = []
    with shelf.book.connect() as book:
        raw: Any = book.connection.driver_connection
        raw.set_trace_callback(statements.append)
        page(book, CustomerFilters(**asked), 50, cursor)
        raw.set_trace_callback(None)
        for statement in statements:
            if statement.startswith("SELECT"):
                plans = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}")]
                # What was found by an index may be counted in passing.
                reading = [p for p in plans if p.startswith(("SEARCH", "SCAN")) and p != "SCAN anon_1"]
                assert reading
                assert all("INDEX" in plan for plan in reading), plans
