"""Drift: each new thing once, with the first delivery that said it and how many did."""

from adapters.queries import drift
from adapters.queries.drift import Drift, Sightings, read_drift, read_sightings
from domain.drift import WHATS
from tests.adapters.conftest import Shelf


def test_what_is_new_is_listed_by_its_first_delivery(shelf: Shelf) -> None:
    shelf.noticed("txn_type", "other", n=3)
    shelf.noticed("txn_type", "novelty", n=2, count=7)
    shelf.noticed("field", "x", n=2)
    with shelf.book.connect() as book:
        assert read_drift(book) == (
            Drift("field", "x", 2, 1),
            Drift("txn_type", "novelty", 2, 7),
            Drift("txn_type", "other", 3, 1),
        )


def test_a_flood_of_new_things_is_cut(shelf: Shelf) -> None:
    for number in range(drift.DRIFTS_MAX + 5):
        shelf.noticed("field", f"{number:03}", n=1_000 - number)
    with shelf.book.connect() as book:
        found = read_drift(book)
    assert len(found) == drift.DRIFTS_MAX
    assert found[0] == Drift("field", f"{drift.DRIFTS_MAX + 4:03}", 1_000 - drift.DRIFTS_MAX - 4, 1)


def test_sightings_are_counted_by_kind_and_every_kind_is_there(shelf: Shelf) -> None:
    shelf.noticed("field", "x", count=4)
    shelf.noticed("field", "y")
    shelf.noticed("reason_code", "regret", count=2)
    with shelf.book.connect() as book:
        found = read_sightings(book)
    assert set(found) == WHATS
    assert found["field"] == Sightings(2, 5)
    assert found["reason_code"] == Sightings(1, 2)
    assert found["txn_type"] == Sightings(0, 0)


def test_a_kind_of_another_version_counts_as_a_field(shelf: Shelf) -> None:
    shelf.noticed("field", "x")
    shelf.noticed("buyer@example.com", "x", count=2)
    with shelf.book.connect() as book:
        found = read_sightings(book)
    assert set(found) == WHATS
    assert found["field"] == Sightings(2, 3)
