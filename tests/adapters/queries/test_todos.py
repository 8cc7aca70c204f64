"""One list of to-dos, wherever they come from: newest first, page by page."""

from typing import Any

import pytest

from adapters.queries.paging import BadCursorError
from adapters.queries.todos import TodoFilters, page
from projections.todos import TodoKind
from tests.adapters.conftest import NOON, Shelf, later
from tests.adapters.workshop import Workshop
from tests.given import SELLER, follower, payment, pending
from tests.given_streams import subscribed


def items(shelf: Shelf, **asked: Any) -> list[dict[str, Any]]:
    part = shelf.queries.todos(TodoFilters(**asked), 500, None)
    assert part.next is None
    return list(part.items)


def found(shelf: Shelf, **asked: Any) -> list[str]:
    return [item["id"] for item in items(shelf, **asked)]


def fill(shelf: Shelf) -> None:
    shelf.ask_for("T1", at=later(minutes=1))
    shelf.ask_for("T2", "accept_currency", at=later(minutes=5), open=False, note="settled by itself")
    shelf.ask_for("T3", "unilateral", at=later(minutes=3))
    shelf.turn_away("refused", "receiver", at=later(minutes=4))
    shelf.turn_away("unreadable", "mc_gross is missing", at=later(minutes=2))
    shelf.turn_away("unmodelled", "txn_type 'foo'", at=later(minutes=2))
    shelf.take_in(shelf.deliver(), verdict="verified", outcome="recorded")
    shelf.noticed("txn_type", "foo", n=3, count=3)


EVERY = [
    "accept_currency:T2", "refused:1", "unilateral:T3", "unreadable:2", "unmodelled:3", "contradiction:T1",
    "drift:txn_type:foo",
]  # fmt: skip


def test_all_that_waits_is_in_one_list_newest_first(shelf: Shelf) -> None:
    fill(shelf)
    assert found(shelf) == EVERY


def test_a_transactions_row_is_as_the_view_has_it(shelf: Shelf) -> None:
    due = later(days=30)
    shelf.ask_for("T1", "accept_currency", n=4, due_us=int(due.timestamp()) * 1_000_000)
    assert items(shelf) == [
        {
            "id": "accept_currency:T1",
            "kind": "accept_currency",
            "txn_id": "T1",
            "n": 4,
            "since": "2026-11-20T12:00:00Z",
            "due": "2026-12-20T12:00:00Z",
            "what": "Look at the transaction in PayPal.",
            "open": True,
            "closed_by": None,
            "note": None,
        }
    ]


def test_a_closed_row_says_how_it_was_closed(shelf: Shelf) -> None:
    shelf.ask_for("T1", open=False, closed_by="me", note="seen")
    (item,) = items(shelf)
    assert (item["open"], item["closed_by"], item["note"]) == (False, "me", "seen")


def test_a_refused_delivery_is_to_be_looked_at(shelf: Shelf) -> None:
    shelf.turn_away("refused", "receiver", txn_id="61E", at=later(seconds=7))
    (item,) = items(shelf)
    assert item.pop("what").startswith("Notification 1 was refused: it names no receiver of ours.")
    assert item == {
        "id": "refused:1",
        "kind": "refused",
        "txn_id": "61E",
        "n": 1,
        "since": "2026-11-20T12:00:07Z",
        "due": None,
        "open": True,
        "closed_by": None,
        "note": None,
    }


def test_news_is_one_row_however_often_it_came(shelf: Shelf) -> None:
    shelf.noticed("transaction[#].status", "wild: ~", n=12, count=3)
    (item,) = items(shelf)
    assert item["id"] == "drift:transaction~5B~23~5D.status:wild:~20~7E"
    assert item["what"].startswith(
        "PayPal sent transaction[#].status 'wild: ~', which this version does not know,"
    )
    assert (item["kind"], item["txn_id"], item["n"], item["open"]) == ("drift", None, 12, True)


@pytest.mark.parametrize("kind", TodoKind)
def test_a_kind_narrows_the_list(shelf: Shelf, kind: TodoKind) -> None:
    fill(shelf)
    assert found(shelf, kind=kind.value) == [one for one in EVERY if one.startswith(f"{kind.value}:")]
    assert [item["kind"] for item in items(shelf, kind=kind.value)] == [kind.value]


def test_what_is_done_is_apart_from_what_is_not(shelf: Shelf) -> None:
    fill(shelf)
    assert found(shelf, open=False) == ["accept_currency:T2"]
    assert found(shelf, open=True) == [one for one in EVERY if one != "accept_currency:T2"]
    assert found(shelf, open=False, kind="refused") == found(shelf, open=False, kind="drift") == []


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 100])
@pytest.mark.parametrize("asked", [{}, {"open": True}, {"kind": "refused"}, {"kind": "drift"}])
def test_pages_together_are_the_list_whatever_their_size(
    shelf: Shelf, limit: int, asked: dict[str, Any]
) -> None:
    fill(shelf)
    for number in range(5):
        shelf.turn_away("refused", "receiver", at=later(minutes=2))
        shelf.noticed("field", f"é{number}", n=number)
        shelf.ask_for(f"X{number}", at=later(minutes=2))
    whole = found(shelf, **asked)
    seen: list[str] = []
    cursor = None
    while True:
        part = shelf.queries.todos(TodoFilters(**asked), limit, cursor)
        assert len(part.items) <= limit
        seen += [item["id"] for item in part.items]
        # One that comes meanwhile belongs before the first page and shifts nothing.
        shelf.turn_away("refused", "receiver", at=later(days=1))
        cursor = part.next
        if cursor is None:
            break
    assert seen == whole
    assert len(set(whole)) == len(whole)


def test_a_wrong_cursor_is_refused_also_where_nothing_is_listed(shelf: Shelf) -> None:
    for asked in (TodoFilters(), TodoFilters(kind="drift", open=False)):
        with pytest.raises(BadCursorError):
            shelf.queries.todos(asked, 5, "nonsense")


def test_nothing_waits_in_an_empty_house(shelf: Shelf) -> None:
    assert items(shelf) == []
    assert items(shelf, kind="drift", open=False) == []


def test_a_page_reads_no_more_deliveries_than_it_shows(shelf: Shelf) -> None:
    # Somebody may send their messages here for years; each of them is refused, and waits.
    statements: list[str] = []
    shelf.turn_away("refused", "receiver")
    with shelf.book.connect() as book:
        raw: Any = book.connection.driver_connection
        raw.set_trace_callback(statements.append)
        page(book, TodoFilters(open=True), 50, None)
        raw.set_trace_callback(None)
        (listing,) = (each for each in statements if "ORDER BY" in each)
        plans = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {listing}")]
    reading = [plan for plan in plans if "notifications" in plan or "todos" in plan]
    assert len(reading) == 4
    assert all("notifications_todo" in plan or "todos_open" in plan for plan in reading), plans


def test_every_delivery_that_waits_for_a_person_has_a_time(workshop: Workshop) -> None:
    workshop.deliver(
        payment(receiver_email="other@example.com"),
        payment("T2", gross="1_000"),
        payment("T3", txn_type="foo"),
        payment("T4", test_ipn=""),
        follower("Refunded", "R1", "T9"),
        subscribed("subscr_signup", receiver_email="other@example.com"),
        pending("T5", reason="multi_currency"),
        payment("T6", "Denied"),
        follower("Refunded", "R6", "T6"),
    )
    workshop.follower.follow()
    part = workshop.queries.todos(TodoFilters(), 500, None)
    found_ = {item["id"]: item["since"] for item in part.items}
    assert set(found_) == {
        "refused:1", "unreadable:2", "unmodelled:3", "refused:4", "refused:6", "accept_currency:T5",
        "refused:9", "contradiction:T6", "drift:txn_type:foo",
    }  # fmt: skip
    assert all(since is not None for since in found_.values())
    assert workshop.at > NOON
    assert SELLER not in found_
