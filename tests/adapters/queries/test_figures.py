"""Figures: nothing is forgotten, nothing is counted twice."""

from typing import Any

from adapters.queries.figures import Figures, Lag, age_seconds, read_figures
from tests.adapters.conftest import FOLLOWED, NOON, Shelf, later


def figures(shelf: Shelf) -> Figures:
    with shelf.book.connect() as book, shelf.inbox.connect() as inbox:
        return read_figures(book, inbox, shelf.tail, FOLLOWED, shelf.now)


def test_an_empty_house_has_every_word_at_nought(shelf: Shelf) -> None:
    found = figures(shelf)
    assert set(found.verdicts.values()) == set(found.outcomes.values()) == {0}
    assert len(found.outcomes) == 9
    assert (found.oldest_waiting, found.last_received, found.position) == (None, None, 0)
    assert [lag.name for lag in found.projections] == list(FOLLOWED)


def test_deliveries_not_taken_in_count_as_waiting(shelf: Shelf) -> None:
    shelf.take_in(shelf.deliver(), verdict="verified", outcome="recorded")
    shelf.take_in(shelf.deliver(), verdict="unknown", outcome="waiting")
    shelf.take_in(shelf.deliver(), verdict="verified", outcome="parked")
    shelf.deliver(at=later(seconds=7))
    found = figures(shelf)
    assert (found.outcomes["waiting"], found.outcomes["recorded"], found.outcomes["parked"]) == (2, 1, 1)
    assert (found.verdicts["unknown"], found.verdicts["verified"]) == (2, 2)
    assert found.oldest_waiting == NOON
    assert found.last_received == later(seconds=7)


def test_the_oldest_waiting_may_stand_in_the_inbox_alone(shelf: Shelf) -> None:
    shelf.take_in(shelf.deliver(), verdict="verified", outcome="recorded")
    shelf.deliver(at=later(seconds=3))
    shelf.deliver(at=later(seconds=4))
    assert figures(shelf).oldest_waiting == later(seconds=3)


def test_a_projection_lags_by_the_events_and_the_time_it_has_not_seen(shelf: Shelf) -> None:
    shelf.tail.recorded = [NOON, later(seconds=10), later(seconds=20)]
    shelf.project("transactions", 1)
    shelf.project("somebody else's", 1)
    shelf.now = later(seconds=25)
    assert figures(shelf).projections == (
        Lag("transactions", 1, 2, 15.0),
        Lag("origins", 0, 3, 25.0),  # never moved at all
    )


def test_a_projection_at_the_end_has_no_lag_however_long_ago_that_was(shelf: Shelf) -> None:
    shelf.tail.recorded = [NOON]
    for name in FOLLOWED:
        shelf.project(name, 1)
    shelf.now = later(days=30)
    assert {(lag.lag_events, lag.lag_seconds) for lag in figures(shelf).projections} == {(0, 0.0)}


def test_counts_are_answered_by_indexes(shelf: Shelf) -> None:
    statements: list[str] = []
    with shelf.book.connect() as book, shelf.inbox.connect() as inbox:
        raw: Any = book.connection.driver_connection
        raw.set_trace_callback(statements.append)
        read_figures(book, inbox, shelf.tail, FOLLOWED, shelf.now)
        raw.set_trace_callback(None)
        asked = [each for each in statements if "notifications" in each and each.startswith("SELECT")]
        plans = [next(raw.execute(f"EXPLAIN QUERY PLAN {each}"))[3] for each in asked]
    grouped = [plan for each, plan in zip(asked, plans, strict=True) if "GROUP BY" in each]
    assert len(grouped) == 2
    assert all("COVERING INDEX" in plan for plan in grouped), grouped


def test_ages_never_go_below_nought() -> None:
    assert age_seconds(NOON, None) == 0.0
    assert age_seconds(NOON, later(seconds=5)) == 0.0
    assert age_seconds(later(milliseconds=1500), NOON) == 1.5
