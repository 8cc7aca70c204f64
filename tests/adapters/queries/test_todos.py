"""One list of to-dos, wherever they come from: newest first, page by page."""

from datetime import timedelta
from typing import Any

import pytest

from adapters import slots
from adapters.queries.paging import BadCursorError
from adapters.queries.todo_origins import DATED, TodoFilters
from adapters.queries.todos import entry_of, page
from adapters.times import to_us
from domain.streams import is_transaction
from projections.todos.kinds import FROM_TRANSACTIONS, TodoKind
from projections.todos.rows import rows_of
from tests.adapters.conftest import NOON, Shelf, later
from tests.adapters.workshop import Workshop
from tests.given import SELLER, MemoryBook, case, follower, payment, pending
from tests.given_streams import subscribed
from tests.lives import LIFECYCLES


def items(shelf: Shelf, **asked: Any) -> list[dict[str, Any]]:
    part = shelf.queries.todos(TodoFilters(**asked), 500, None)
    assert part.next is None
    return list(part.items)


def found(shelf: Shelf, **asked: Any) -> list[str]:
    return [item["id"] for item in items(shelf, **asked)]


def fill(shelf: Shelf) -> None:
    shelf.now = later(hours=1)
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
    shelf.ask_for("X", kind.value) if kind in FROM_TRANSACTIONS else None
    assert {item["kind"] for item in items(shelf, kind=kind.value)} == {kind.value}


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


# ---- what is to come ----


def test_what_is_to_come_is_not_listed_yet(shelf: Shelf) -> None:
    shelf.ask_for("A1", "authorization_expiring", at=later(days=26), due_us=1_797_783_179_000_000)
    shelf.ask_for("T1")
    assert found(shelf) == found(shelf, open=True) == ["contradiction:T1"]
    assert found(shelf, kind="authorization_expiring") == []
    assert shelf.queries.todo("authorization_expiring:A1") is None
    shelf.now = later(days=26)
    assert found(shelf) == ["authorization_expiring:A1", "contradiction:T1"]
    assert shelf.queries.todo("authorization_expiring:A1") is not None


# ---- what people closed ----


def test_what_a_person_closed_is_apart_whatever_its_origin(shelf: Shelf) -> None:
    fill(shelf)
    for place in ("refused:1", "drift:txn_type:foo"):
        shelf.close(place)
    assert found(shelf) == EVERY
    assert found(shelf, open=False) == ["accept_currency:T2", "refused:1", "drift:txn_type:foo"]
    assert found(shelf, open=True) == ["unilateral:T3", "unreadable:2", "unmodelled:3", "contradiction:T1"]
    assert found(shelf, kind="refused", open=True) == found(shelf, kind="drift", open=True) == []
    told = {item["id"]: (item["open"], item["closed_by"], item["note"]) for item in items(shelf)}
    assert told["refused:1"] == told["drift:txn_type:foo"] == (False, "Ann", "seen")
    assert told["unreadable:2"] == (True, None, None)


def test_closed_news_is_known_again_by_its_own_words(shelf: Shelf) -> None:
    shelf.noticed("field", "a: b/é")
    shelf.noticed("field", "a")
    shelf.close("drift:field:a: b/é")
    assert found(shelf, open=False) == ["drift:field:a:~20b~2F~C3~A9"]


def test_what_was_closed_and_is_something_else_now_is_gone(shelf: Shelf) -> None:
    n = shelf.turn_away("recorded", "")
    shelf.close(f"refused:{n}")
    assert found(shelf) == []


# ---- one by its id ----


@pytest.mark.parametrize("name", EVERY)
def test_each_is_found_by_its_id_as_the_list_has_it(shelf: Shelf, name: str) -> None:
    fill(shelf)
    shelf.close("unreadable:2")
    assert shelf.queries.todo(name) == next(item for item in items(shelf) if item["id"] == name)


@pytest.mark.parametrize(
    "name",
    [
        "", "nonsense", "contradiction:T9", "look:T1", "refused:2", "refused:9", "refused:01", "refused:x",
        "refused:", "refused:99999999999999999999", "refused:-1", "refused:\u0661", "drift:txn_type:bar",
        "drift:foo:foo", "drift:txn_type", "answer_case:T1", "contradiction:T1 ",
    ],
)  # fmt: skip
def test_an_id_of_none_leads_to_none(shelf: Shelf, name: str) -> None:
    fill(shelf)
    assert shelf.queries.todo(name) is None


def test_a_row_is_shown_as_the_list_shows_it(workshop: Workshop) -> None:
    workshop.deliver(payment(), case())
    workshop.follower.follow()
    listed = workshop.queries.todos(TodoFilters(open=True), 5, None).items
    rows = rows_of("T1", workshop.book.streams(["T1"])["T1"]).values()
    assert [entry_of(row) for row in rows if row.open] == list(listed)


# ---- answered by indexes ----


def asked(shelf: Shelf, cursor: str | None = None, **filters: Any) -> tuple[str, list[str]]:
    """The statement of a page and its plan."""
    statements: list[str] = []
    with shelf.book.connect() as book:
        raw: Any = book.connection.driver_connection
        raw.set_trace_callback(statements.append)
        page(book, TodoFilters(**filters), 50, cursor, later(days=1))
        raw.set_trace_callback(None)
        (listing,) = (each for each in statements if "ORDER BY" in each)
        return listing, [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {listing}")]


FILTERS: list[dict[str, Any]] = [
    {name: value for name, value in (("kind", kind), ("open", is_open)) if value is not None}
    for kind in (None, "ship", "look", "refused", "drift")
    for is_open in (None, True, False)
]


@pytest.mark.parametrize("filters", FILTERS, ids=repr)
@pytest.mark.parametrize("paged", [False, True])
def test_every_filter_is_answered_by_an_index(
    shelf: Shelf,
    on_sqlite: str,
    filters: dict[str, Any],
    paged: bool,  # noqa: FBT001
) -> None:
    fill(shelf)
    shelf.ask_for("T8", "ship")
    cursor = shelf.queries.todos(TodoFilters(), 1, None).next if paged else None
    _, plans = asked(shelf, cursor, **filters)
    reading = [plan for plan in plans if plan.startswith(("SEARCH", "SCAN"))]
    # Somebody may send their messages here for years; each of them is refused, and waits. Of news there is
    # never much, and it may be read as a whole.
    indexes = ("todos_open_a", "todos_kind_a", "notifications_todo", "sqlite_autoindex_todo_closings_a_1")
    unread = [plan for plan in reading if not any(index in plan for index in indexes)]
    assert [plan for plan in unread if "todos" in plan or "notifications" in plan or "closings" in plan] == []
    own = [plan for plan in reading if "todos_a" in plan]
    assert all("SEARCH todos_a USING INDEX" in plan and "since_us<?" in plan for plan in own), plans
    assert len(own) == (0 if filters.get("kind") in ("refused", "drift") else 1 + ("open" not in filters))


@pytest.mark.parametrize("filters", FILTERS, ids=repr)
def test_a_page_of_many_closed_ones_reads_what_it_shows(
    shelf: Shelf, on_sqlite: str, filters: dict[str, Any]
) -> None:
    with shelf.book.begin() as book:
        many = [
            {
                "id": f"ship:{n}",
                "kind": "ship",
                "txn_id": str(n),
                "n": n,
                "since_us": n,
                "what": "it",
                "open": n % 1000 == 0,
            }
            for n in range(20_000)
        ]
        book.execute(slots.table("todos", slots.FIRST).insert(), many)
    fill(shelf)
    listing, _ = asked(shelf, **filters)
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    with shelf.book.connect() as book:
        raw: Any = book.connection.driver_connection
        raw.set_progress_handler(step, 100)
        raw.execute(listing).fetchall()
        raw.set_progress_handler(None, 0)
    # Far below what it takes to look at twenty thousand rows, with the machine's own measure.
    assert steps * 100 < 20_000


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


# ---- by date ----


def due(shelf: Shelf, txn_id: str, kind: str, **delta: float) -> None:
    shelf.ask_for(txn_id, kind, due_us=to_us(later(**delta)))


def test_those_with_a_date_are_listed_by_it_the_earliest_first(shelf: Shelf) -> None:
    shelf.now = later(days=10)
    due(shelf, "T1", "echeck", days=12)
    due(shelf, "T2", "answer_case", days=9)
    due(shelf, "T3", "unilateral", days=11)
    shelf.ask_for("T4", "accept_currency")
    shelf.ask_for("T5", "echeck", due_us=to_us(later(days=1)), open=False)
    shelf.ask_for("T6", "echeck", due_us=to_us(later(days=1)), at=later(days=11))
    shelf.turn_away("refused", "receiver")
    assert found(shelf, by_date=True) == ["answer_case:T2", "unilateral:T3", "echeck:T1"]
    assert found(shelf, by_date=True, kind="echeck") == ["echeck:T1"]
    assert found(shelf, by_date=True, kind="refused") == []
    assert found(shelf, by_date=True, due_within=timedelta()) == ["answer_case:T2"]
    assert found(shelf, by_date=True, due_within=timedelta(days=1)) == ["answer_case:T2", "unilateral:T3"]


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_by_date_together_are_the_list(shelf: Shelf, limit: int) -> None:
    shelf.now = later(days=1)
    for n in range(5):
        due(shelf, f"T{n}", "echeck", days=n // 2)
    together: list[str] = []
    cursor = None
    while True:
        part = shelf.queries.todos(TodoFilters(by_date=True), limit, cursor)
        assert len(part.items) <= limit
        together += [item["id"] for item in part.items]
        cursor = part.next
        if cursor is None:
            break
    assert together == [f"echeck:T{n}" for n in range(5)]


def test_a_cursor_of_the_one_order_is_none_of_the_other(shelf: Shelf) -> None:
    for n in range(2):
        due(shelf, f"T{n}", "echeck", days=1)
    for one, other in ((True, False), (False, True)):
        cursor = shelf.queries.todos(TodoFilters(by_date=one), 1, None).next
        with pytest.raises(BadCursorError):
            shelf.queries.todos(TodoFilters(by_date=other), 1, cursor)


def test_no_other_kind_than_those_ever_has_a_date() -> None:
    have: set[TodoKind] = set()
    for bodies, *_ in LIFECYCLES.values():
        book = MemoryBook().deliver(*bodies)
        for stream, entries in book.streams.items():
            if is_transaction(stream):
                have |= {row.kind for row in rows_of(stream, entries).values() if row.due is not None}
    assert have == set(DATED)
