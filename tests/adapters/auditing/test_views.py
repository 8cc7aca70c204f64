"""Every row that is read is what the book tells."""

import pytest

from adapters import slots
from adapters.slots import read_from, table
from adapters.tables import payer_keys, positions, set_aside
from adapters.view_tables import VIEWS
from adapters.views.registry import PROJECTIONS
from tests.adapters.auditing.conftest import Store, where
from tests.engines import spoil


def test_a_store_that_nobody_touched_is_whole(store: Store) -> None:
    assert store.check("views") == []


def test_views_that_are_behind_are_held_against_the_book_as_it_was(store: Store) -> None:
    store.history.seal()
    store.workshop.deliver(*[b"txn_id=X&payment_status=Completed"])
    assert store.check("views") == []


def test_while_somebody_is_forgotten_rows_are_not_compared_and_that_is_said(store: Store) -> None:
    store.change(table("transactions", "a"), {"status": "refunded"}, txn_id="T1")
    gone = {"payer": "payer:P1#1", "key": None, "made_us": 1, "destroyed_us": 2, "cleaned_us": None}
    with store.workshop.engine.begin() as book:
        book.execute(payer_keys.insert(), gone)
    (said,) = store.said("views")
    assert said.first == []
    assert "a payer is being forgotten" in said.notes[-1]
    store.change(payer_keys, {"cleaned_us": 3}, payer="payer:P1#1")
    assert len(store.check("views")) == 1


@pytest.mark.parametrize("name", VIEWS.tables)
def test_a_row_that_is_gone_is_missed(store: Store, name: str) -> None:
    made = table(name, slots.FIRST)
    with store.workshop.engine.begin() as book:
        if not book.execute(made.delete()).rowcount:
            assert name in {"subscriptions", "todo_closings"}, "the small store tells of none"
            return
    assert {one for one, _ in where(store.check("views"))} == {name}


def test_a_changed_row_is_named_with_its_columns(store: Store) -> None:
    store.change(table("transactions", "a"), {"status": "refunded"}, txn_id="T1")
    (found,) = store.check("views")
    assert (found.table, found.key, found.what) == (
        "transactions",
        {"txn_id": "T1"},
        "not as the book tells it: status",
    )


def test_rows_that_other_code_told_are_told_anew_by_the_worker(store: Store) -> None:
    store.change(positions, {"digest": "of another text"}, projection="transactions")
    store.change(table("transactions", "a"), {"status": "refunded"}, txn_id="T1")
    (said,) = store.said("views")
    assert (said.first, said.counts["rows that other code told"]) == ([], 1)


@pytest.mark.parametrize(
    "change",
    [
        {"position": 0},
        {"position": 1},
        {"position": 10_000},
        {"slot": "b"},
        {"slot": "c"},
        {"projection": "none"},
    ],
)
def test_a_place_that_is_none_is_named(store: Store, change: dict[str, object]) -> None:
    store.change(positions, change, projection="transactions")
    assert {one for one, _ in where(store.check("views"))} & {"positions", "transactions"}


def test_what_is_read_is_what_is_written(store: Store) -> None:
    with store.workshop.engine.begin() as book:
        read_from(book, ["identities"], "b")
    assert ("positions", {"projection": "identities"}) in where(store.check("views"))


def aside(store: Store, position: int, version: int, stream: str = "T1") -> None:
    row = {"projection": "transactions", "slot": "a", "stream": stream, "position": position}
    with store.workshop.engine.begin() as book:
        book.execute(set_aside.insert(), row | {"version": version, "why": "why", "since_us": 1})


def test_a_stream_that_was_set_aside_ends_where_it_says(store: Store) -> None:
    position = store.positions()[0]
    aside(store, position, 1)
    assert where(store.check("views")) == [("transactions", {"txn_id": "T1"})]
    with store.workshop.engine.begin() as book:
        book.execute(table("transactions", "a").delete().where(table("transactions", "a").c.txn_id == "T1"))
    assert store.check("views") == []


def test_a_stream_is_set_aside_at_an_event_of_its_own(store: Store) -> None:
    aside(store, 2, 7)
    key = {"projection": "transactions", "slot": "a", "stream": "T1"}
    assert where(store.check("views")) == [("set_aside", key)]


def test_what_cannot_be_read_was_to_be_set_aside(store: Store) -> None:
    position = store.positions()[-1]
    with store.workshop.engine.begin() as book:
        spoil(book, position)
    found = store.check("views")
    assert ("set_aside", position) in {(one.table, one.key.get("position")) for one in found}


def test_streams_longer_than_a_page_are_told_whole(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.auditing.views._PAGE", 2)
    assert store.check("views") == []
    assert PROJECTIONS
