"""Upkeep: a bit each time, and a fault in the views is said now and then and stops nothing else."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from adapters.engines import StoreError
from adapters.upkeep import Upkeep
from tests.given import NOON

Fault = Callable[[], None]
MARKUP = "<b>Jörg Payer</b>"


class Parts:
    """A follower and a renewal that do as they are told."""

    def __init__(self) -> None:
        self.at = NOON
        self.left = 0
        self.followed: list[int] = []
        self.waited: list[float | None] = []
        self.more: list[bool] = []
        self.steps = self.ends = 0
        self.fault: Fault = lambda: None
        self.rebuild_fault: Fault = lambda: None

    def clock(self) -> datetime:
        return self.at

    def follow(self, events_max: int, *, busy_seconds: float | None) -> int:
        self.waited.append(busy_seconds)
        self.fault()
        some = min(self.left, events_max)
        self.left -= some
        self.followed.append(some)
        return some

    def step(self) -> bool:
        self.rebuild_fault()
        self.steps += 1
        return self.more.pop() if self.more else False

    def end(self) -> None:
        self.ends += 1

    @property
    def upkeep(self) -> Upkeep:
        return Upkeep(cast("Any", self), cast("Any", self), self.clock)


class Sealing:
    """A notary's part that does as it is told."""

    def __init__(self, trouble: StoreError) -> None:
        self.trouble = trouble
        self.asked = 0

    def some(self) -> bool:
        self.asked += 1
        raise self.trouble


def fail() -> None:
    raise RuntimeError(MARKUP)


def test_each_round_does_a_bit_and_says_whether_there_is_more() -> None:
    parts = Parts()
    parts.left, parts.more = 2_500, [True]
    upkeep = parts.upkeep
    assert [upkeep.some() for _ in range(4)] == [True, True, False, False]
    assert parts.followed == [1_000, 1_000, 500, 0]
    parts.more = [True, True]
    assert [upkeep.some() for _ in range(3)] == [True, True, False]


@pytest.mark.parametrize(
    ("part", "event"), [("fault", "projection_fault"), ("rebuild_fault", "rebuild_fault")]
)
def test_a_fault_is_said_once_in_half_a_minute_and_holds_up_nothing_else(part: str, event: str) -> None:
    parts = Parts()
    setattr(parts, part, fail)
    upkeep = parts.upkeep
    with capture_logs() as logs:
        for _ in range(100):
            upkeep.some()
            parts.at += timedelta(seconds=1)
    assert [line["event"] for line in logs] == [event] * 4
    assert logs[0]["fault"].startswith("RuntimeError at test_upkeep.py:")
    assert "Payer" not in repr(logs)
    assert (parts.steps if part == "fault" else len(parts.followed)) == 100


def test_a_clock_that_was_set_back_does_not_stop_it() -> None:
    parts = Parts()
    parts.fault = fail
    upkeep = parts.upkeep
    upkeep.some()
    parts.fault = lambda: None
    parts.at -= timedelta(days=1)
    upkeep.some()
    assert parts.followed == [0]


def test_a_store_that_is_away_is_the_callers_to_wait_for() -> None:
    parts = Parts()

    def lock() -> None:
        raise StoreError("locked", locked=True)

    parts.fault = lock
    upkeep = parts.upkeep
    for _ in range(3):
        with pytest.raises(StoreError):
            upkeep.some()


def test_at_the_end_the_last_is_shown_and_the_rest_given_back() -> None:
    parts = Parts()
    parts.left = 3
    parts.upkeep.end()
    assert (parts.followed, parts.ends, parts.steps) == ([3], 1, 0)


def test_it_ends_though_the_views_have_a_fault() -> None:
    parts: Any = Parts()
    parts.fault = fail
    parts.upkeep.end()
    assert parts.ends == 1


def test_where_another_follows_the_book_a_round_is_over_at_once_but_not_at_the_end() -> None:
    parts = Parts()

    def taken() -> None:
        raise StoreError("somebody else is at it", locked=True)

    parts.fault = taken
    upkeep = Upkeep(cast("Any", parts), cast("Any", parts), parts.clock, follow_seconds=0.0)
    assert not upkeep.some()
    assert parts.steps == 1
    with pytest.raises(StoreError):
        upkeep.end()
    assert parts.waited == [0.0, None]
    with pytest.raises(StoreError):
        parts.upkeep.some()


def test_a_row_that_cannot_be_sealed_keeps_nothing_else_from_being_done() -> None:
    parts, sealing = Parts(), Sealing(StoreError("deliveries: it failed"))
    upkeep = Upkeep(cast("Any", parts), cast("Any", parts), parts.clock, sealing=cast("Any", sealing))
    with capture_logs() as logs:
        assert [upkeep.some() for _ in range(3)] == [False, False, False]
    assert (sealing.asked, parts.steps) == (1, 3)
    assert [(log["event"], log["fault"]) for log in logs] == [("notary_fault", "deliveries: it failed")]
    parts.at += timedelta(seconds=31)
    with capture_logs():
        upkeep.some()
    assert sealing.asked == 2


@pytest.mark.parametrize("trouble", [StoreError("locked", locked=True), StoreError("gone", away=True)])
def test_a_store_that_is_away_is_waited_for_by_the_notary_too(trouble: StoreError) -> None:
    parts, sealing = Parts(), Sealing(trouble)
    upkeep = Upkeep(cast("Any", parts), cast("Any", parts), parts.clock, sealing=cast("Any", sealing))
    with pytest.raises(StoreError):
        upkeep.some()
