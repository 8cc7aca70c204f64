"""Figures: nothing is forgotten, nothing is counted twice."""

from typing import Any

from adapters.queries.figures import Counts, Vitals, read_counts, read_vitals
from tests.adapters.conftest import FOLLOWED, NOON, Shelf, later


def vitals(shelf: Shelf) -> Vitals:
    with shelf.book.connect() as book, shelf.inbox.connect() as inbox:
        return read_vitals(book, inbox, shelf.tail, FOLLOWED, shelf.now)


def counts(shelf: Shelf) -> Counts:
    with shelf.book.connect() as book, shelf.inbox.connect() as inbox:
        return read_counts(book, inbox)


def test_an_empty_house_has_every_word_at_nought(shelf: Shelf) -> None:
    counted, found = counts(shelf), vitals(shelf)
    assert set(counted.verdicts.values()) == set(counted.outcomes.values()) == {0}
    assert len(counted.outcomes) == 9
    assert (found.waiting, found.parked) == (0, 0)
    assert (found.oldest_waiting, found.last_received, found.position) == (None, None, 0)
    assert [lag.name for lag in found.projections] == list(FOLLOWED)


def test_deliveries_not_taken_in_count_as_waiting(shelf: Shelf) -> None:
    shelf.take_in(shelf.deliver(), verdict="verified", outcome="recorded")
    shelf.take_in(shelf.deliver(), verdict="unknown", outcome="waiting")
    shelf.take_in(shelf.deliver(), verdict="verified", outcome="parked")
    shelf.deliver(at=later(seconds=7))
    counted, found = counts(shelf), vitals(shelf)
    assert (counted.outcomes["waiting"], counted.outcomes["recorded"], counted.outcomes["parked"]) == (
        2,
        1,
        1,
    )
    assert (counted.verdicts["unknown"], counted.verdicts["verified"]) == (2, 2)
    assert (found.waiting, found.parked) == (2, 1)
    assert found.oldest_waiting == NOON
    assert found.last_received == later(seconds=7)


def test_the_oldest_waiting_may_stand_in_the_inbox_alone(shelf: Shelf) -> None:
    shelf.take_in(shelf.deliver(), verdict="verified", outcome="recorded")
    shelf.deliver(at=later(seconds=3))
    shelf.deliver(at=later(seconds=4))
    assert vitals(shelf).oldest_waiting == later(seconds=3)


def test_counts_are_answered_by_indexes(shelf: Shelf, on_sqlite: str) -> None:
    statements: list[str] = []
    with shelf.book.connect() as book, shelf.inbox.connect() as inbox:
        raw: Any = book.connection.driver_connection
        raw.set_trace_callback(statements.append)
        read_vitals(book, inbox, shelf.tail, FOLLOWED, shelf.now)
        read_counts(book, inbox)
        raw.set_trace_callback(None)
        asked = [each for each in statements if "notifications" in each and each.startswith("SELECT")]
        plans = [next(raw.execute(f"EXPLAIN QUERY PLAN {each}"))[3] for each in asked]
    counting = [plan for each, plan in zip(asked, plans, strict=True) if "count(" in each]
    assert len(counting) == 4
    assert all("COVERING INDEX" in plan for plan in counting), counting
