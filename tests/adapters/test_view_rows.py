"""Rows of the views: read by key and written, however many there are."""

import msgspec
from sqlalchemy import insert, select

from adapters.tables import heartbeats, identities, transactions
from adapters.view_rows import chunks, load_states, upsert
from tests.adapters.conftest import Shelf


def test_keys_come_in_parts_that_a_statement_takes() -> None:
    keys = [str(n) for n in range(1_234)]
    parts = list(chunks(keys))
    assert [key for part in parts for key in part] == keys
    assert max(map(len, parts)) <= 500
    assert list(chunks([])) == []


def test_states_are_read_by_their_keys(shelf: Shelf) -> None:
    for n in range(3):
        shelf.show(f"T{n}", state=f'{{"n": {n}}}'.encode())
    decoder = msgspec.json.Decoder(dict[str, int])
    with shelf.book.connect() as book:
        assert load_states(book, transactions, ["T0", "T2", "T9"], decoder) == {
            "T0": {"n": 0},
            "T2": {"n": 2},
        }
        assert load_states(book, transactions, [], decoder) == {}
        many = [f"T{n}" for n in range(2_000)]
        assert len(load_states(book, transactions, many, decoder)) == 3


def test_a_row_is_written_over_the_one_with_its_key(shelf: Shelf) -> None:
    with shelf.book.begin() as book:
        upsert(book, identities, [{"txn_id": "A", "follows": "B"}, {"txn_id": "C", "follows": "D"}])
        upsert(book, identities, [{"txn_id": "A", "follows": "X"}])
        upsert(book, identities, [])
        found = book.execute(select(identities).order_by(identities.c.txn_id)).all()
    assert found == [("A", "X"), ("C", "D")]


def test_other_rows_are_left_alone(shelf: Shelf) -> None:
    with shelf.book.begin() as book:
        book.execute(insert(heartbeats), {"worker": "other", "beat_us": 1, "detail": "{}"})
        upsert(book, heartbeats, [{"worker": "w", "beat_us": 2, "detail": "{}"}])
        upsert(book, heartbeats, [{"worker": "w", "beat_us": 3, "detail": "{}"}])
        found = book.execute(select(heartbeats.c.worker, heartbeats.c.beat_us)).all()
    assert sorted(found) == [("other", 1), ("w", 3)]
