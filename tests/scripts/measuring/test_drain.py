"""A backlog is waited for until it is gone, and no longer than there is patience."""

import pytest

from scripts.measuring import drain
from scripts.measuring.bench_context import CheckFailedError
from scripts.measuring.drain import wait
from tests.scripts.measuring.test_flow import Looking


def test_it_waits_until_it_is_so() -> None:
    looking = Looking(0, 0, 5, 9)
    wait(looking, 0.0, lambda: looking.shown >= 5, patience_seconds=float("inf"))
    assert looking.shown == 5


def test_it_gives_up_and_says_how_far_it_came() -> None:
    with pytest.raises(CheckFailedError, match="of a backlog 5 are seen after 1 s"):
        wait(Looking(5), 0.0, lambda: False, patience_seconds=1.0)


def test_a_worker_has_minutes_for_it() -> None:
    assert drain.PATIENCE_SECONDS >= 300
