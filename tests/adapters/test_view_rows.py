"""Rows of the views: written whether they are new or not, however many there are."""

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select
from sqlalchemy.exc import IntegrityError

from adapters.keys import KEY_CHARACTERS_MAX, shortened
from adapters.slots import table
from adapters.statements import Insert
from adapters.tables import heartbeats
from adapters.view_rows import add, change, chunks, find, put, remove, upsert
from tests.adapters.conftest import Shelf


def test_keys_come_in_parts_that_a_statement_takes() -> None:
    keys = [str(n) for n in range(1_234)]
    parts = list(chunks(keys))
    assert [key for part in parts for key in part] == keys
    assert max(map(len, parts)) <= 500
    assert list(chunks([])) == []


def test_a_row_is_written_over_the_one_with_its_key(shelf: Shelf) -> None:
    identities = table("identities", "a")
    with shelf.book.begin() as book:
        upsert(book, identities, [{"txn_id": "A", "follows": "B"}, {"txn_id": "C", "follows": "D"}])
        upsert(book, identities, [{"txn_id": "A", "follows": "X"}])
        upsert(book, identities, [])
        found = book.execute(select(identities).order_by(identities.c.txn_id)).all()
    assert found == [("A", "X"), ("C", "D")]


def test_a_row_that_is_all_key_may_be_there_already(shelf: Shelf) -> None:
    keys = Table("keys", MetaData(), Column("one", Integer, primary_key=True))
    with shelf.book.begin() as book:
        keys.create(book)
        for _ in range(2):
            upsert(book, keys, [{"one": 1}])
        assert book.execute(select(keys.c.one)).scalars().all() == [1]


def test_rows_that_are_not_there_yet_are_added(shelf: Shelf) -> None:
    identities = table("identities", "a")
    with shelf.book.begin() as book:
        add(book, identities, ("txn_id", "follows"), [("A", "B")])
        add(book, identities, ("follows", "txn_id"), [("D", "C")])
        add(book, identities, ("txn_id", "follows"), [])
        with pytest.raises(IntegrityError), book.begin_nested():
            add(book, identities, ("txn_id", "follows"), [("A", "X")])
        found = book.execute(select(identities).order_by(identities.c.txn_id)).all()
    assert found == [("A", "B"), ("C", "D")]


def test_long_keys_are_shortened_as_they_are_looked_for(shelf: Shelf) -> None:
    closings, place = table("todo_closings", "a"), "p" * (KEY_CHARACTERS_MAX + 1)
    row = {"place": place, "closed_by": None, "note": place, "closed_us": 1}
    with shelf.book.begin() as book:
        upsert(book, closings, [row, row | {"note": "twice"}])
        found = book.execute(select(closings).where(closings.c.place == place)).all()
    assert found == [(shortened(place), None, "twice", 1)]
    assert row["place"] == place, "the caller's row is left as it is"


def test_rows_are_found_changed_and_taken_away_by_long_keys_too(shelf: Shelf) -> None:
    closings, long = table("todo_closings", "a"), "p" * (KEY_CHARACTERS_MAX + 1)
    columns = ("place", "closed_us")
    with shelf.book.begin() as book:
        put(book, closings, columns, [(long, 1), ("q", 2), ("r", 3)])
        assert find(book, closings, columns, "place", [long, "r", "s"]) == [(shortened(long), 1), ("r", 3)]
        remove(book, closings, "place", [long, "r", "s"])
        remove(book, closings, "place", [])
        assert find(book, closings, columns, "place", [long, "q", "r"]) == [("q", 2)]


def test_rows_that_are_there_are_changed(shelf: Shelf) -> None:
    days = table("ledger_days", "a")
    with shelf.book.begin() as book:
        put(book, days, ("account", "day", "units"), [("A", 1, 10), ("A", 2, 20), ("B", 1, 30)])
        change(book, days, ("account", "day", "units"), [("A", 2, 21), ("B", 1, 31), ("B", 2, 41)])
        found = book.execute(select(days).order_by(days.c.units)).all()
    assert found == [("A", 1, 10), ("A", 2, 21), ("B", 1, 31)]


def test_what_comes_of_two_rows_can_be_said(shelf: Shelf) -> None:
    days, columns = table("ledger_days", "a"), ("account", "day", "units")

    def summed(_: Table, statement: Insert) -> Insert:
        added = {"units": days.c.units + statement.excluded.units}
        return statement.on_conflict_do_update(index_elements=["account", "day"], set_=added)

    with shelf.book.begin() as book:
        for _ in range(2):
            put(book, days, columns, [(f"A{n:04}", 1, n) for n in range(1_100)], summed)
        found = book.execute(select(days.c.units).order_by(days.c.account)).scalars().all()
    assert found == [2 * n for n in range(1_100)]


def test_columns_that_are_not_told_are_null(shelf: Shelf) -> None:
    closings = table("todo_closings", "a")
    with shelf.book.begin() as book:
        upsert(book, closings, [{"place": "p", "closed_us": 1, "note": "n", "closed_by": "ann"}])
        upsert(book, closings, [{"place": "p", "closed_us": 2}])
        found = book.execute(select(closings)).all()
    assert found == [("p", None, None, 2)]


def test_other_rows_are_left_alone(shelf: Shelf) -> None:
    with shelf.book.begin() as book:
        book.execute(insert(heartbeats), {"worker": "other", "beat_us": 1, "detail": "{}"})
        upsert(book, heartbeats, [{"worker": "w", "beat_us": 2, "detail": "{}"}])
        upsert(book, heartbeats, [{"worker": "w", "beat_us": 3, "detail": "{}"}])
        found = book.execute(select(heartbeats.c.worker, heartbeats.c.beat_us)).all()
    assert sorted(found) == [("other", 1), ("w", 3)]
