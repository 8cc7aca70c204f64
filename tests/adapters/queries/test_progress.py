"""How far the projections are: nothing is looked for in the past, and nothing dead is shown as alive."""

import json

from adapters.queries.progress import SET_ASIDE_SHOWN_MAX, Aside, Lag, Rebuilding, age_seconds, lags, shown
from adapters.times import to_us
from tests.adapters.conftest import FOLLOWED, NOON, Shelf, later

WHY = "KeyError at todos.py:1"


def found(shelf: Shelf) -> tuple[Lag, ...]:
    with shelf.book.connect() as book:
        return lags(book, shelf.tail, FOLLOWED, shelf.now)


def test_a_projection_lags_by_the_events_and_the_time_it_has_not_seen(shelf: Shelf) -> None:
    shelf.tail.recorded = [NOON, later(seconds=10), later(seconds=20)]
    shelf.project("transactions", 1, version=7)
    shelf.project("somebody else's", 1)
    shelf.now = later(seconds=25)
    assert found(shelf) == (
        Lag(name="transactions", position=1, lag_events=2, lag_seconds=15.0, version=7),
        Lag(name="origins", position=0, lag_events=3, lag_seconds=25.0),  # never moved at all
    )


def test_a_projection_at_the_end_has_no_lag_however_long_ago_that_was(shelf: Shelf) -> None:
    shelf.tail.recorded = [NOON]
    for name in FOLLOWED:
        shelf.project(name, 1)
    shelf.now = later(days=30)
    assert {(lag.lag_events, lag.lag_seconds) for lag in found(shelf)} == {(0, 0.0)}


def test_a_rebuild_shows_how_far_it_is(shelf: Shelf) -> None:
    shelf.tail.recorded = [NOON] * 9
    shelf.project("transactions", 9)
    shelf.rebuild("transactions", 4)
    shelf.rebuild("origins", 0)  # of which nothing was told yet
    assert [lag.rebuilding for lag in found(shelf)] == [Rebuilding(4, 9), Rebuilding(0, 9)]


def test_one_that_died_or_is_done_is_not_shown(shelf: Shelf) -> None:
    for name in FOLLOWED:
        shelf.project(name, 0, slot="b")
    shelf.rebuild("transactions", 4, slot="b")  # read by now: it only clears away
    shelf.rebuild("origins", 4, slot="a", lease_until_us=to_us(NOON) - 1)
    assert [lag.rebuilding for lag in found(shelf)] == [None, None]


def test_streams_that_were_set_aside_are_named_those_first_that_ended_first(shelf: Shelf) -> None:
    shelf.project("transactions", 9)
    shelf.put_aside("transactions", "T2", 5)
    shelf.put_aside("transactions", "<T1>", 3)
    shelf.put_aside("transactions", "T3", 1, slot="b")  # of rows that nobody reads
    shelf.put_aside("other", "T9", 1)
    first, second = found(shelf)
    assert first.set_aside == (Aside("<T1>", 3, WHY), Aside("T2", 5, WHY))
    assert (first.streams_set_aside, second.streams_set_aside, second.set_aside) == (2, 0, ())


def test_of_very_many_only_the_first_are_named(shelf: Shelf) -> None:
    shelf.project("origins", 500)
    for position in range(1, SET_ASIDE_SHOWN_MAX + 10):
        shelf.put_aside("origins", f"T{position}", position)
    _, origins = found(shelf)
    assert (origins.streams_set_aside, len(origins.set_aside)) == (
        SET_ASIDE_SHOWN_MAX + 9,
        SET_ASIDE_SHOWN_MAX,
    )
    assert origins.set_aside[-1].position == SET_ASIDE_SHOWN_MAX


def test_what_is_shown_is_what_json_can_say(shelf: Shelf) -> None:
    shelf.project("transactions", 9)
    shelf.put_aside("transactions", "T2", 5)
    shelf.rebuild("transactions", 4)
    told = [shown(lag) for lag in found(shelf)]
    assert json.loads(json.dumps(told)) == told
    assert told[0]["set_aside"] == [{"stream": "T2", "position": 5, "why": WHY}]


def test_ages_never_go_below_nought() -> None:
    assert age_seconds(NOON, None) == 0.0
    assert age_seconds(NOON, later(seconds=5)) == 0.0
    assert age_seconds(later(milliseconds=1500), NOON) == 1.5
