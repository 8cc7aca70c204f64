"""The flow of messages: every hour by the clock, nothing twice, and outcomes as they are now."""

from datetime import datetime, timedelta

from sqlalchemy import delete, update

from adapters.queries.flow import HOUR_US, Flow, Remembered, message_flow
from adapters.tables import notifications
from adapters.times import to_us
from tests.adapters.conftest import NOON, Shelf, later


def flow(shelf: Shelf, hours: int = 3, remembered: Remembered | None = None) -> tuple[Flow, ...]:
    kept: Remembered = {} if remembered is None else remembered
    with shelf.book.connect() as book, shelf.inbox.connect() as inbox:
        return message_flow(book, inbox, shelf.now, hours, kept)


def figures(found: tuple[Flow, ...]) -> list[tuple[int, int, int, int]]:
    return [(hour.received, hour.verified, hour.recorded, hour.refused) for hour in found]


def come(shelf: Shelf, at: datetime, outcome: str = "recorded", verdict: str = "verified") -> int:
    return shelf.take_in(shelf.deliver(at=at), at=at, outcome=outcome, verdict=verdict)


def ago(hours: float) -> datetime:
    return NOON - timedelta(hours=hours)


def test_an_empty_house_has_every_hour_at_nought(shelf: Shelf) -> None:
    found = flow(shelf)
    assert [hour.since for hour in found] == [ago(2), ago(1), NOON]
    assert figures(found) == [(0, 0, 0, 0)] * 3


def test_each_message_is_told_of_its_hour_with_what_became_of_it(shelf: Shelf) -> None:
    shelf.now = later(minutes=20)
    come(shelf, ago(3))
    come(shelf, ago(2))
    come(shelf, ago(1.5), "refused")
    come(shelf, ago(1), "duplicate")
    come(shelf, ago(0.5), "invalid", "invalid")
    come(shelf, later(minutes=5), "waiting", "unknown")
    come(shelf, later(minutes=6))
    assert figures(flow(shelf)) == [(2, 2, 1, 1), (2, 1, 0, 0), (2, 1, 1, 0)]


def test_what_no_worker_has_seen_has_come_all_the_same(shelf: Shelf) -> None:
    come(shelf, ago(1))
    shelf.deliver(at=ago(0.75))
    shelf.deliver(at=NOON)
    assert figures(flow(shelf)) == [(0, 0, 0, 0), (2, 1, 1, 0), (1, 0, 0, 0)]


def test_hours_that_are_over_are_counted_once_and_their_outcomes_every_time(shelf: Shelf) -> None:
    shelf.now = later(hours=5)
    remembered: Remembered = {}
    first = come(shelf, NOON, "refused")
    come(shelf, later(minutes=1))
    assert figures(flow(shelf, 6, remembered))[0] == (2, 2, 1, 1)
    assert remembered[to_us(NOON)] == 2
    assert max(remembered) == to_us(later(hours=3))  # the last two may still get a message
    with shelf.book.begin() as book:
        row = notifications.c
        book.execute(update(notifications).where(row.n == first).values(outcome="recorded"))
    assert figures(flow(shelf, 6, remembered))[0] == (2, 2, 2, 0)
    with shelf.book.begin() as book:
        book.execute(delete(notifications).where(row.n == first))
    assert figures(flow(shelf, 6, remembered))[0][0] == 2
    shelf.now = later(hours=7)
    flow(shelf, 6, remembered)
    assert min(remembered) == to_us(later(hours=2))


def test_an_hour_is_not_over_while_something_of_it_was_not_seen(shelf: Shelf) -> None:
    shelf.now = later(hours=5)
    remembered: Remembered = {}
    come(shelf, NOON)
    n = shelf.deliver(at=later(hours=1))
    assert figures(flow(shelf, 6, remembered))[:2] == [(1, 1, 1, 0), (1, 0, 0, 0)]
    shelf.take_in(n, at=later(hours=1), outcome="recorded", verdict="verified")
    assert figures(flow(shelf, 6, remembered))[:2] == [(1, 1, 1, 0), (1, 1, 1, 0)]


def test_a_request_that_is_an_hour_behind_another_counts_nothing_twice(shelf: Shelf) -> None:
    """It began before the hour struck, and the other one after: they share what is remembered."""
    remembered: Remembered = {}
    come(shelf, NOON)
    come(shelf, later(hours=1))
    shelf.now = later(hours=6)
    flow(shelf, 6, remembered)
    shelf.now -= timedelta(microseconds=1)
    assert [hour.received for hour in flow(shelf, 6, remembered)] == [1, 1, 0, 0, 0, 0]
    assert [hour.received for hour in flow(shelf, 6, remembered)] == [1, 1, 0, 0, 0, 0]
    shelf.now = later(hours=6)
    assert [hour.received for hour in flow(shelf, 6, remembered)] == [1, 0, 0, 0, 0, 0]


def test_a_clock_that_was_put_forward_for_a_while_moves_little(shelf: Shelf) -> None:
    shelf.now = later(hours=2)
    come(shelf, later(hours=2), "refused")
    come(shelf, NOON)
    come(shelf, later(hours=1))
    come(shelf, later(hours=2))
    found = flow(shelf)
    assert [hour.received for hour in found] == [1, 1, 2]
    assert all(hour.verified <= hour.received and hour.recorded <= hour.received for hour in found)


def test_times_outside_are_not_told(shelf: Shelf) -> None:
    come(shelf, ago(2) - timedelta(microseconds=1))
    come(shelf, later(hours=1))
    assert figures(flow(shelf)) == [(0, 0, 0, 0)] * 3
    assert HOUR_US == 3_600_000_000
