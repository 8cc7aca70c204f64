"""Documents of a view: one by its id, pages by when they were heard of, whatever the view is of."""

import json

import pytest
from sqlalchemy import select

from adapters.queries.documents import View
from adapters.queries.paging import BadCursorError
from adapters.view_tables import subscriptions, transactions
from tests.adapters.conftest import Shelf, later

VIEWS = {
    "transactions": View("transactions", transactions, transactions.c.txn_id),
    "subscriptions": View("subscriptions", subscriptions, subscriptions.c.subscription_id),
}


def fill(shelf: Shelf, name: str, count: int) -> None:
    for number in range(count):
        row = {"at": later(minutes=number // 2), "document": json.dumps(number).encode()}
        if name == "transactions":
            shelf.show(f"T{number}", **row)  # type: ignore[arg-type]
        else:
            shelf.subscribe(f"T{number}", **row)  # type: ignore[arg-type]


def pages(shelf: Shelf, view: View, limit: int) -> list[int]:
    seen: list[int] = []
    cursor = None
    with shelf.book.connect() as book:
        while True:
            part = view.page(book, (), limit, cursor)
            assert len(part.items) <= limit
            seen += [json.loads(item) for item in part.items]
            cursor = part.next
            if cursor is None:
                return seen


@pytest.mark.parametrize("name", VIEWS)
def test_one_is_given_as_it_is_stored(shelf: Shelf, name: str) -> None:
    fill(shelf, name, 2)
    with shelf.book.connect() as book:
        assert VIEWS[name].one(book, "T1") == b"1"
        assert VIEWS[name].one(book, "T2") is None


@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 50])
def test_pages_together_are_the_list_newest_first(shelf: Shelf, name: str, limit: int) -> None:
    fill(shelf, name, 7)
    assert pages(shelf, VIEWS[name], limit) == [6, 5, 4, 3, 2, 1, 0]


def test_a_cursor_of_one_list_is_none_of_another(shelf: Shelf) -> None:
    fill(shelf, "transactions", 2)
    fill(shelf, "subscriptions", 2)
    with shelf.book.connect() as book:
        given = VIEWS["transactions"].page(book, (), 1, None).next
        assert given is not None
        assert len(VIEWS["transactions"].page(book, (), 1, given).items) == 1
        for cursor in (given, "nonsense", ""):
            with pytest.raises(BadCursorError):
                VIEWS["subscriptions"].page(book, (), 1, cursor)


@pytest.mark.parametrize("name", VIEWS)
def test_conditions_are_those_of_its_table(shelf: Shelf, name: str) -> None:
    fill(shelf, name, 6)
    view = VIEWS[name]
    with shelf.book.connect() as book:
        found = select(view.key).where(*view.heard(later(minutes=1), later(minutes=2)))
        assert sorted(book.scalars(found)) == ["T2", "T3"]
        assert book.scalars(select(view.key).where(*view.heard(None, None))).all() != []
        assert book.scalars(select(view.key).where(view.paid_by("nobody"))).all() == []
