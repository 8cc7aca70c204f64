"""Rows of the views: written whether they are new or not, however many there are."""

from sqlalchemy import Column, Integer, MetaData, Table, insert, select

from adapters.slots import table
from adapters.tables import heartbeats
from adapters.view_rows import chunks, upsert
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


def test_other_rows_are_left_alone(shelf: Shelf) -> None:
    with shelf.book.begin() as book:
        book.execute(insert(heartbeats), {"worker": "other", "beat_us": 1, "detail": "{}"})
        upsert(book, heartbeats, [{"worker": "w", "beat_us": 2, "detail": "{}"}])
        upsert(book, heartbeats, [{"worker": "w", "beat_us": 3, "detail": "{}"}])
        found = book.execute(select(heartbeats.c.worker, heartbeats.c.beat_us)).all()
    assert sorted(found) == [("other", 1), ("w", 3)]
