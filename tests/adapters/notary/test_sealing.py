"""Sealing beside other work: now and then, all of it at the end, and patient with others."""

from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from adapters.engines import StoreError
from adapters.notary.notary import WrongKeyError
from adapters.notary.sealing import Sealing
from tests.given import NOON


class Parts:
    """A notary that does as it is told."""

    def __init__(self, left: int = 0) -> None:
        self.at = NOON
        self.left = left
        self.seals = self.checkpoints = 0
        self.trouble: Exception | None = None
        self.each_takes = 0.0

    def clock(self) -> datetime:
        return self.at

    def seal(self, entries_max: int) -> int:
        self.seals += 1
        self.later(self.each_takes)
        some = min(self.left, entries_max)
        self.left -= some
        return some

    def checkpoint(self) -> None:
        self.checkpoints += 1
        if self.trouble is not None:
            raise self.trouble

    def later(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    def sealing(self, *, alone: bool = True) -> Sealing:
        return Sealing(cast("Any", self), self.clock, alone=alone)


def test_it_looks_once_a_second_and_signs_once_a_minute() -> None:
    parts = Parts()
    sealing = parts.sealing()
    for _ in range(600):
        assert sealing.some() is False
        parts.later(0.2)
    assert parts.seals == 120
    assert parts.checkpoints == 2


def test_where_there_is_more_it_goes_on_at_once() -> None:
    parts = Parts(left=2_500)
    sealing = parts.sealing()
    assert [sealing.some() for _ in range(4)] == [True, True, True, False]
    assert parts.checkpoints == 1


def test_a_steady_trickle_is_sealed_once_a_second_and_signed_for_once_a_minute() -> None:
    parts = Parts()
    sealing = parts.sealing()
    for _ in range(600):
        parts.left += 3
        assert sealing.some() is False
        parts.later(0.2)
    assert (parts.seals, parts.checkpoints) == (120, 2)


def test_a_long_backlog_is_signed_for_on_the_way() -> None:
    parts = Parts(left=10**9)
    sealing = parts.sealing()
    for _ in range(100):
        assert sealing.some() is True
        parts.later(1.5)
    assert parts.checkpoints == 3


def test_the_end_does_not_wait_for_all_of_a_long_backlog() -> None:
    parts = Parts(left=10**9)
    parts.each_takes = 1.0
    parts.sealing().end()
    assert (parts.seals, parts.checkpoints) == (5, 1)


def test_at_the_end_all_is_sealed_and_signed_for() -> None:
    parts = Parts(left=2_500)
    parts.sealing().end()
    assert (parts.left, parts.checkpoints) == (0, 1)


def test_a_clock_that_was_set_back_stops_nothing() -> None:
    parts = Parts()
    sealing = parts.sealing()
    sealing.some()
    parts.later(-86_400)
    sealing.some()
    assert (parts.seals, parts.checkpoints) == (2, 2)


def test_a_wrong_key_is_said_once_an_hour() -> None:
    parts = Parts()
    parts.trouble = WrongKeyError("another key")
    sealing = parts.sealing()
    with capture_logs() as logs:
        for _ in range(100):
            sealing.some()
            parts.later(60)
    assert [log["why"] for log in logs] == ["another key"] * 2


def test_what_another_holds_is_left_to_that_one() -> None:
    parts = Parts()
    parts.trouble = StoreError("somebody else is at it", locked=True)
    assert parts.sealing(alone=False).some() is False
    with pytest.raises(StoreError):
        parts.sealing().some()
    parts.trouble = StoreError("gone")
    with pytest.raises(StoreError):
        parts.sealing(alone=False).some()
