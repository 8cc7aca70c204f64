"""To-dos that people close: decided against the book, so that only one of two closes one."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from adapters.acts import Acts
from adapters.book import Book
from adapters.queries.todo_origins import TodoFilters
from adapters.todo_acts import TodoActs, TodoClosedError, UnknownTodoError
from tests.adapters.workshop import Workshop
from tests.given import SHOP, authorization, case, follower, payment, pending
from tests.given_streams import batch, record

STRANGE = {"masspay_txn_id": "", "unique_id": "a/b: ~c"}


def acts_of(workshop: Workshop, book: Book | None = None) -> TodoActs:
    """As the office has them, with the views brought forward after each act."""
    mine = book or workshop.book
    return TodoActs(mine, Acts(mine, SHOP, workshop.clock, workshop.follower.follow), workshop.queries.todo)


def closed(workshop: Workshop) -> list[dict[str, Any]]:
    return list(workshop.queries.todos(TodoFilters(open=False), 500, None).items)


@pytest.fixture
def filled(workshop: Workshop) -> Workshop:
    workshop.deliver(
        payment(), case(), pending("T2"), batch(record(1, **STRANGE)), batch(record(1, "Failed", **STRANGE)),
        payment("T3", receiver_email="other@example.com"), payment("T4", gross="1_000"),
        payment("T5", txn_type="f: /é", charset="utf-8"), authorization(),
    )  # fmt: skip
    workshop.follower.follow()
    return workshop


def test_every_to_do_of_the_list_can_be_closed_as_it_stands_there(filled: Workshop) -> None:
    listed = filled.queries.todos(TodoFilters(open=True), 500, None).items
    assert {item["kind"] for item in listed} == {
        "answer_case", "echeck", "contradiction", "refused", "unreadable", "unmodelled", "drift",
    }  # fmt: skip
    acts = acts_of(filled)
    for item in listed:
        told = acts.close(item["id"], "Ann", "seen")
        assert told == item | {"open": False, "closed_by": "Ann", "note": "seen"}
        assert filled.queries.todo(item["id"]) == told
    assert filled.queries.todos(TodoFilters(open=True), 500, None).items == ()
    again = [item for item in closed(filled) if item["closed_by"]]
    assert [item["id"] for item in again] == [item["id"] for item in listed]


@pytest.mark.parametrize("name", ["answer_case:T1:PP-1", "refused:6"])
def test_what_is_closed_cannot_be_closed_again(filled: Workshop, name: str) -> None:
    acts = acts_of(filled)
    acts.close(name, "Ann", None)
    with pytest.raises(TodoClosedError, match=r"^It was closed by Ann\.$"):
        acts.close(name, "Bob", "mine")
    assert [item["closed_by"] for item in closed(filled) if item["id"] == name] == ["Ann"]


def test_what_has_settled_cannot_be_closed(filled: Workshop) -> None:
    filled.deliver(payment("T2"))
    with pytest.raises(TodoClosedError, match="settled by itself"):
        acts_of(filled).close("echeck:T2", "Ann", None)


def test_what_the_views_do_not_show_yet_is_known_to_the_book(filled: Workshop) -> None:
    filled.deliver(follower("Refunded", "R1", gross="-5.00"))
    assert filled.queries.todo("look:T1") is None
    assert acts_of(filled).close("look:T1", "Ann", "seen")["txn_id"] == "T1"


def test_it_is_open_again_when_it_says_something_else(filled: Workshop) -> None:
    acts = acts_of(filled)
    acts.close("answer_case:T1:PP-1", "Ann", None)
    filled.deliver(case(case_type="chargeback"))
    assert "chargeback" in acts.close("answer_case:T1:PP-1", "Bob", None)["what"]


@pytest.mark.parametrize(
    "name",
    [
        "", "nonsense", "ship:T2", "ship:~FF", "echeck:T9", "echeck:T1", "refused:1", "refused:7",
        "refused:x", "unreadable:6", "answer_case:T1", "answer_case:T1:PP-2", "answer_case:PP-1:T1",
        "drift:field:x", "drift:nothing:x", "contradiction:payout:a/b", "contradiction:invoice:a",
        "contradiction:todo:refused:1", "look:subscription:S-1",
        # It is to come, and so not there yet.
        "authorization_expiring:A1",
    ],
)  # fmt: skip
def test_what_is_none_cannot_be_closed(filled: Workshop, name: str) -> None:
    before = filled.book.last_position()
    with pytest.raises(UnknownTodoError):
        acts_of(filled).close(name, "Ann", None)
    assert filled.book.last_position() == before


def test_a_delivery_that_ends_the_same_again_stays_closed(filled: Workshop) -> None:
    acts_of(filled).close("refused:6", "Ann", None)
    with filled.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE notifications SET outcome = 'waiting' WHERE n = 6")
    assert filled.queries.todo("refused:6") is None
    with filled.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE notifications SET outcome = 'refused', settled_us = settled_us + 1 WHERE n = 6"
        )
    again = filled.queries.todo("refused:6")
    assert again is not None
    assert (again["open"], again["closed_by"]) == (False, "Ann")


@pytest.fixture
def books(filled: Workshop) -> Iterator[list[Book]]:
    opened = [filled.parts.database.events() for _ in range(4)]
    yield opened
    for book in opened:
        book.close()


@pytest.mark.parametrize(
    "name", ["answer_case:T1:PP-1", "echeck:T2", "refused:6", "drift:txn_type:f:~20~2F~C3~A9"]
)
def test_of_many_who_close_it_at_once_one_does(filled: Workshop, books: list[Book], name: str) -> None:
    ready = Barrier(len(books))

    def close(book: Book) -> str:
        acts = TodoActs(book, Acts(book, SHOP, lambda: filled.at, lambda: None), filled.queries.todo)
        ready.wait()
        try:
            acts.close(name, "Ann", None)
        except TodoClosedError:
            return "closed"
        return "mine"

    with ThreadPoolExecutor(len(books)) as pool:
        assert sorted(pool.map(close, books)) == ["closed", "closed", "closed", "mine"]
