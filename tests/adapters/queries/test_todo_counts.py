"""Counts of to-dos: what the list would show as open, by kind."""

import pytest

from adapters.queries import todo_counts
from adapters.queries.todo_counts import OpenTodos, open_todos
from adapters.times import to_us
from projections.todos.kinds import TodoKind
from tests.adapters.conftest import NOON, Shelf, later


def counted(shelf: Shelf) -> dict[TodoKind, OpenTodos]:
    with shelf.book.connect() as book:
        return {each.kind: each for each in open_todos(book, shelf.now)}


def test_where_nothing_is_to_do_no_kind_is_named(shelf: Shelf) -> None:
    assert counted(shelf) == {}


def test_open_ones_are_counted_with_the_oldest_and_what_is_overdue(shelf: Shelf) -> None:
    shelf.now = later(hours=9)
    shelf.ask_for("T1", "answer_case", at=later(hours=2), due_us=to_us(later(hours=8)))
    shelf.ask_for("T2", "answer_case", at=later(hours=1), due_us=to_us(later(hours=9)))
    shelf.ask_for("T3", "answer_case", at=later(hours=3))
    shelf.ask_for("T4", "answer_case", at=NOON, open=False)
    shelf.ask_for("T5", "authorization_expiring", at=later(hours=10))  # that is to come
    shelf.ask_for("T6", "ship", at=NOON)
    found = counted(shelf)
    assert list(found) == [TodoKind.SHIP, TodoKind.ANSWER_CASE]
    case = found[TodoKind.ANSWER_CASE]
    assert (case.count, case.more, case.oldest, case.overdue) == (3, False, later(hours=1), 1)
    assert (found[TodoKind.SHIP].count, found[TodoKind.SHIP].overdue) == (1, 0)


def test_deliveries_and_news_count_until_somebody_closes_them(shelf: Shelf) -> None:
    shelf.now = later(hours=3)
    n = shelf.turn_away("refused", "receiver: not ours", at=later(hours=1))
    shelf.turn_away("refused", "receiver: not ours", at=later(hours=2))
    shelf.turn_away("unreadable", "no amount")
    shelf.noticed("payment_type", "barter")
    assert {kind: each.count for kind, each in counted(shelf).items()} == {
        TodoKind.REFUSED: 2,
        TodoKind.UNREADABLE: 1,
        TodoKind.DRIFT: 1,
    }
    shelf.close(f"refused:{n}")
    refused = counted(shelf)[TodoKind.REFUSED]
    assert (refused.count, refused.oldest) == (1, later(hours=2))


def test_of_very_many_it_is_said_that_there_are_more(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(todo_counts, "COUNTED_MAX", 2)
    shelf.now = later(hours=3)
    for place in range(3):
        shelf.ask_for(f"T{place}", "ship", at=later(hours=place))
    ship = counted(shelf)[TodoKind.SHIP]
    assert (ship.count, ship.more, ship.oldest) == (2, True, NOON)
