from hypothesis import given
from hypothesis import strategies as st

from adapters.pauses import pause_seconds

DRAWS = st.floats(min_value=0.0, max_value=1.0, exclude_max=True)
ATTEMPTS = st.integers(min_value=1, max_value=100_000)


@given(DRAWS)
def test_the_first_pause_is_under_two_seconds(draw: float) -> None:
    assert 0.5 < pause_seconds(1, draw) < 2.0


@given(ATTEMPTS, DRAWS)
def test_every_pause_is_under_fifteen_minutes(attempts: int, draw: float) -> None:
    assert 0.0 < pause_seconds(attempts, draw) < 900.0


@given(ATTEMPTS, DRAWS)
def test_pauses_grow(attempts: int, draw: float) -> None:
    assert pause_seconds(attempts + 1, draw) >= pause_seconds(attempts, draw)


@given(st.integers(min_value=1, max_value=8), DRAWS)
def test_early_pauses_at_least_almost_double(attempts: int, draw: float) -> None:
    assert pause_seconds(attempts + 1, draw) > 1.8 * pause_seconds(attempts, draw)


@given(ATTEMPTS)
def test_messages_that_failed_together_come_back_apart(attempts: int) -> None:
    earliest, latest = pause_seconds(attempts, 0.0), pause_seconds(attempts, 0.999)
    assert latest > 1.9 * earliest


@given(ATTEMPTS, DRAWS)
def test_another_caller_may_want_other_limits(attempts: int, draw: float) -> None:
    assert 1.0 <= pause_seconds(attempts, draw, first_seconds=2.0, longest_seconds=60.0) <= 60.0
