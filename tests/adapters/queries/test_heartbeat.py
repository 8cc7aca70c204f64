"""The newest sign of life counts, whoever gave it."""

from sqlalchemy import update

from adapters.queries.heartbeat import newest_heartbeat
from adapters.tables import heartbeats
from tests.adapters.conftest import Shelf, later


def test_the_newest_beat_of_any_worker_counts(shelf: Shelf) -> None:
    with shelf.book.connect() as book:
        assert newest_heartbeat(book) is None
    shelf.beat(worker="old", state="open")
    shelf.beat(later(seconds=3), worker="new", state="closed")
    with shelf.book.connect() as book:
        found = newest_heartbeat(book)
    assert found is not None
    assert (found.at, found.detail) == (later(seconds=3), {"state": "closed"})


def test_a_detail_that_is_no_object_is_nothing(shelf: Shelf) -> None:
    shelf.beat()
    with shelf.book.begin() as book:
        book.execute(update(heartbeats).values(detail="[1]"))
    with shelf.book.connect() as book:
        found = newest_heartbeat(book)
    assert found is not None
    assert found.detail == {}
