from itertools import accumulate, pairwise

import pytest

from adapters.simulator.schedule import FIRST_PAUSE_SECONDS, SPAN_SECONDS, TRIES_MAX, schedule

DAY = 24 * 3600.0


def test_a_message_is_tried_sixteen_times_over_four_days_at_growing_intervals() -> None:
    pauses = list(schedule(speed=1.0).pauses())
    assert len(pauses) + 1 == TRIES_MAX == 16
    assert sum(pauses) == pytest.approx(4 * DAY)
    assert all(later == 2 * earlier for earlier, later in pairwise(pauses))
    assert 10.0 < FIRST_PAUSE_SECONDS < 11.0


def test_an_hour_may_last_a_second() -> None:
    fast = schedule(speed=3600.0)
    assert sum(fast.pauses()) == pytest.approx(96.0)
    assert fast.patience_seconds == pytest.approx(96.0)


def test_patience_alone_says_how_fast_the_clock_runs() -> None:
    assert sum(schedule(patience_seconds=60.0).pauses()) == pytest.approx(60.0)
    assert len(list(schedule(patience_seconds=60.0).pauses())) == TRIES_MAX - 1
    assert sum(schedule().pauses()) == pytest.approx(10.0)
    assert list(schedule(patience_seconds=0.0).pauses()) == []


def test_patience_breaks_off_a_schedule_whose_clock_is_set() -> None:
    cut = schedule(speed=3600.0, patience_seconds=10.0)
    times = list(accumulate(cut.pauses()))
    assert times[-1] <= 10.0 < times[-1] * 2 + 1
    assert len(times) < TRIES_MAX - 1


def test_what_failed_together_does_not_come_back_together_and_never_after_the_end() -> None:
    one, other = (list(accumulate(schedule(speed=1.0).pauses(stretch))) for stretch in (0.8, 1.0))
    assert all(early < late for early, late in zip(one, other, strict=True))
    assert one[-1] == pytest.approx(SPAN_SECONDS * 0.8)
