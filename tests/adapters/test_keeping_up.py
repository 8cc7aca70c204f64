"""Upkeep in a process of its own, its loop with parts that do as they are told."""

from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from adapters import keeping_up
from adapters.book import StoreAwayError
from adapters.engines import StoreError
from adapters.keeping_up import UpkeepApart, keep_up


class Parts:
    """An upkeep, and orders that end after so many waits."""

    def __init__(self, *steps: Callable[[], bool], waits: int = 1) -> None:
        self.steps: Iterator[Callable[[], bool]] = iter(steps)
        self.done: list[str] = []
        self.waits = waits
        self.trouble: Exception | None = None

    @property
    def ending(self) -> bool:
        return self.waits <= 0

    def wait(self, _seconds: float | None = None) -> None:
        self.done.append("waited")
        self.waits -= 1

    def some(self) -> bool:
        self.done.append("looked")
        return next(self.steps)()

    def end(self) -> None:
        self.done.append("ended")
        if self.trouble is not None:
            raise self.trouble

    def keep_up(self) -> list[str]:
        keep_up(cast("Any", self), cast("Any", self))
        return self.done


def fail(error: Exception) -> Callable[[], bool]:
    def failing() -> bool:
        raise error

    return failing


def test_while_there_is_more_nobody_waits() -> None:
    parts = Parts(lambda: True, lambda: True, lambda: False, lambda: False, waits=2)
    assert parts.keep_up() == ["looked", "looked", "looked", "waited", "looked", "waited", "ended"]


@pytest.mark.parametrize("error", [StoreError("away"), StoreAwayError("away")])
def test_a_store_that_is_away_is_waited_for(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping_up, "STORE_PAUSE_SECONDS", 0.0)
    parts = Parts(*[fail(error)] * 40, lambda: False)
    with capture_logs() as logs:
        assert parts.keep_up() == ["looked"] * 41 + ["waited", "ended"]
    assert [(line["event"], line["tries"]) for line in logs] == [("store_away", 1), ("store_away", 31)]


def test_one_told_to_end_while_the_store_is_away_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping_up, "STORE_PAUSE_SECONDS", 0.0)
    parts = Parts(waits=3)

    def away() -> bool:
        parts.waits -= 1
        raise StoreError("away")

    parts.steps = iter([away] * 3)
    parts.trouble = StoreError("still away")
    with capture_logs() as logs:
        assert parts.keep_up() == ["looked"] * 3 + ["ended"]
    assert [line["error"] for line in logs] == ["away", "still away"]


def test_a_worker_only_tells_the_other_to_look_and_to_end() -> None:
    class Process:
        told: list[str] = []  # noqa: RUF012 - of one test

        def look(self) -> None:
            self.told.append("look")

        def end(self) -> None:
            self.told.append("end")

    upkeep = UpkeepApart(cast("Any", Process()))
    assert [upkeep.some(), upkeep.some()] == [False, False]
    upkeep.end()
    assert Process.told == ["look", "look", "end"]
