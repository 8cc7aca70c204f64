from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.breaker import SLOW_START, UNKNOWNS_MAX, Breaker

DRAWS = st.floats(min_value=0.0, max_value=1.0, exclude_max=True)


def a_breaker(concurrency_max: int = 64, draw: float = 0.5) -> Breaker:
    return Breaker(concurrency_max=concurrency_max, draw=lambda: draw)


def ask(breaker: Breaker, answers: Iterable[bool], now: float = 0.0) -> None:
    for known in answers:
        breaker.started(now)
        breaker.answered(verdict_known=known, now=now)


def opened(concurrency_max: int = 64) -> Breaker:
    breaker = a_breaker(concurrency_max)
    ask(breaker, [False] * UNKNOWNS_MAX)
    return breaker


def due(breaker: Breaker) -> float:
    assert breaker.next_probe_at is not None
    return breaker.next_probe_at


def test_a_closed_breaker_allows_all_that_is_not_in_flight() -> None:
    breaker = a_breaker(3)
    breaker.started(0.0)
    assert breaker.allowance(0.0) == 2
    assert breaker.describe()["state"] == "closed"


def test_four_unknowns_in_a_row_are_borne_and_five_are_not() -> None:
    breaker = a_breaker()
    ask(breaker, [False, False, False, False, True, False, False, False, False])
    assert breaker.describe()["state"] == "closed"
    ask(breaker, [False])
    assert breaker.describe()["state"] == "open"
    assert breaker.allowance(0.0) == 0


def test_an_open_breaker_lets_one_probe_through_when_its_pause_is_over() -> None:
    breaker = opened()
    now = due(breaker)
    assert breaker.allowance(now - 0.01) == 0
    assert breaker.allowance(now) == 1
    breaker.started(now)
    assert breaker.allowance(now) == 0
    assert breaker.describe()["state"] == "probing"


def test_a_failed_probe_is_followed_by_a_longer_pause() -> None:
    breaker, now, pauses = opened(), 0.0, []
    for _ in range(12):
        pauses.append(due(breaker) - now)
        now = due(breaker)
        ask(breaker, [False], now)
    assert pauses == sorted(pauses)
    assert 1.0 <= pauses[0] < 2.0
    assert 30.0 <= pauses[-1] <= 60.0


def test_a_verdict_closes_it_with_a_slow_start() -> None:
    breaker = opened(concurrency_max=10)
    now = due(breaker)
    allowed = []
    for _ in range(5):
        ask(breaker, [True], now)
        allowed.append(breaker.allowance(now))
    assert allowed == [SLOW_START, 4, 8, 10, 10]
    assert breaker.describe()["state"] == "closed"


def test_hundreds_are_reached_one_by_one() -> None:
    breaker = opened(concurrency_max=800)
    now, allowed = due(breaker), []
    for _ in range(10):
        ask(breaker, [True], now)
        allowed.append(breaker.allowance(now))
    assert allowed == [2, 4, 8, 16, 32, 64, 128, 129, 130, 131]
    ask(breaker, [True] * 1000, now)
    assert breaker.allowance(now) == 800


def test_each_round_of_answers_no_more_than_doubles_the_hundreds() -> None:
    breaker, now = opened(concurrency_max=800), 0.0
    ask(breaker, [True] * 7, due(breaker))
    rounds = [breaker.allowance(now)]
    while rounds[-1] < 800:
        for _ in range(rounds[-1]):
            breaker.started(now)
        for _ in range(rounds[-1]):
            breaker.answered(verdict_known=True, now=now)
        rounds.append(breaker.allowance(now))
    assert rounds == [128, 256, 512, 800]


def test_what_is_nearly_all_is_well_again() -> None:
    breaker = opened(concurrency_max=800)
    now = due(breaker)
    ask(breaker, [True] * 6, now)
    assert breaker.describe()["state"] == "recovering"
    ask(breaker, [True], now)
    assert breaker.describe()["state"] == "closed"


def test_while_it_recovers_it_says_so() -> None:
    breaker = opened()
    ask(breaker, [True], due(breaker))
    assert breaker.describe()["state"] == "recovering"


def test_a_probe_that_nobody_ended_gives_way_to_another() -> None:
    breaker = opened()
    now = due(breaker)
    breaker.started(now)
    assert breaker.allowance(now + breaker.probe_lease_seconds - 1) == 0
    later = now + breaker.probe_lease_seconds
    assert breaker.allowance(later) == 1
    breaker.started(later)
    assert breaker.allowance(later) == 0


def test_a_cancelled_probe_may_be_followed_at_once() -> None:
    breaker = opened()
    now = due(breaker)
    breaker.started(now)
    breaker.abandoned(now)
    assert breaker.allowance(now) == 1
    assert breaker.in_flight == 0


def test_late_unknowns_of_before_do_not_count_as_failed_probes() -> None:
    breaker = a_breaker()
    for _ in range(20):
        breaker.started(0.0)
    for _ in range(20):
        breaker.answered(verdict_known=False, now=1.0)
    assert breaker.describe()["probes_failed"] == 0
    assert breaker.allowance(due(breaker)) == 1


def test_a_late_verdict_of_before_closes_it() -> None:
    breaker = a_breaker()
    for _ in range(UNKNOWNS_MAX + 1):
        breaker.started(0.0)
    for _ in range(UNKNOWNS_MAX):
        breaker.answered(verdict_known=False, now=1.0)
    breaker.answered(verdict_known=True, now=1.1)
    assert not breaker.is_open


def test_what_a_person_asked_for_is_no_probe() -> None:
    breaker = opened()
    breaker.started(0.0)
    breaker.answered(verdict_known=False, now=0.5)
    assert breaker.describe()["probes_failed"] == 0
    assert breaker.allowance(due(breaker)) == 1


def test_a_clock_set_back_does_not_push_the_probe_away() -> None:
    breaker = opened()
    assert breaker.allowance(due(breaker) - 86_400.0) == 1


def test_more_answers_than_questions_cannot_be() -> None:
    with pytest.raises(AssertionError):
        a_breaker().answered(verdict_known=True, now=0.0)


STEPS = st.lists(
    st.tuples(st.sampled_from(["start", "verdict", "unknown", "abandon"]), st.floats(0.0, 20.0)), max_size=200
)


@given(STEPS, st.integers(1, 70), DRAWS)
def test_whatever_happens_it_never_allows_too_much_and_never_sticks(
    steps: list[tuple[str, float]], concurrency_max: int, draw: float
) -> None:
    breaker, now = a_breaker(concurrency_max, draw), 0.0
    for what, seconds in steps:
        now += seconds
        if what == "start" and breaker.allowance(now):
            breaker.started(now)
        elif what in ("verdict", "unknown") and breaker.in_flight:
            breaker.answered(verdict_known=what == "verdict", now=now)
        elif what == "abandon" and breaker.in_flight:
            breaker.abandoned(now)
        assert 0 <= breaker.allowance(now) <= concurrency_max
        assert breaker.allowance(now) <= 1 or not breaker.is_open
    while breaker.in_flight:
        breaker.abandoned(now)
    later = now + 60.0
    assert breaker.allowance(later) >= 1
    for _ in range(8):
        breaker.started(later)
        breaker.answered(verdict_known=True, now=later)
    assert breaker.allowance(later) == concurrency_max


@given(DRAWS, st.floats(0.0, 30.0))
def test_an_hour_without_verdicts_costs_few_questions(draw: float, answer_seconds: float) -> None:
    breaker, now, asked = a_breaker(64, draw), 0.0, 0
    while now < 3600.0:
        if breaker.allowance(now):
            breaker.started(now)
            asked += 1
            now += answer_seconds
            breaker.answered(verdict_known=False, now=now)
        else:
            now += 0.5
    assert asked < 5 + 6 + 3600 / 30


@given(st.integers(1, 50), DRAWS)
def test_late_unknowns_do_not_end_a_probe_that_is_under_way(stragglers: int, draw: float) -> None:
    breaker = a_breaker(64, draw)
    for _ in range(stragglers + UNKNOWNS_MAX):
        breaker.started(0.0)
    for _ in range(UNKNOWNS_MAX):
        breaker.answered(verdict_known=False, now=0.0)
    now = due(breaker)
    breaker.started(now)
    for _ in range(stragglers):
        breaker.answered(verdict_known=False, now=now)
        assert breaker.describe()["state"] == "probing"
        assert breaker.allowance(now + 30.0) == 0
    breaker.answered(verdict_known=False, now=now)
    assert (breaker.describe()["state"], breaker.describe()["probes_failed"]) == ("open", 1)
