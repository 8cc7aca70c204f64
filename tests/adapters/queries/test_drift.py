"""Drift: each new word once, with the first delivery that brought it."""

import json

from adapters.queries import drift
from adapters.queries.drift import Drift, read_drift
from tests.adapters.conftest import Shelf


def test_each_pair_is_told_once_with_its_first_delivery(shelf: Shelf) -> None:
    shelf.take_in(1)
    shelf.take_in(2, drift=json.dumps([["txn_type", "novelty"], ["field", "x"]]))
    shelf.take_in(3, drift=json.dumps([["txn_type", "novelty"], ["txn_type", "other"]]))
    with shelf.book.connect() as book:
        assert read_drift(book) == (
            Drift("txn_type", "novelty", 2),
            Drift("field", "x", 2),
            Drift("txn_type", "other", 3),
        )


def test_a_flood_of_new_words_is_cut(shelf: Shelf) -> None:
    flood = [["field", str(number)] for number in range(drift.DRIFTS_MAX + 50)]
    shelf.take_in(1, drift=json.dumps(flood))
    shelf.take_in(2, drift=json.dumps([["field", "one more"]]))
    with shelf.book.connect() as book:
        assert len(read_drift(book)) == drift.DRIFTS_MAX
