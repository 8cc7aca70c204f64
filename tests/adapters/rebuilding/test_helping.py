"""Helping: half of the streams told by a process that ends with the one that started it."""

import subprocess
import sys
from typing import Any

import pytest

from adapters.engines import StoreError
from adapters.rebuilding.helping import Helper, Task, half

GIVEN = "import sys; sys.path[:0] = sys.argv[1:]; from adapters.rebuilding.helping import given_task; "
TASK = Task("here/1/x", {"transactions": "b"}, 7, "turns")


def helper(code: str) -> Helper:
    path = [part for part in sys.path if part]
    return Helper([sys.executable, "-c", GIVEN + code, *path], TASK)


def test_every_stream_is_of_one_half_and_either_has_some() -> None:
    streams = [f"T{n}" for n in range(100)] + ["", "Zoë", "i:\udcff"]
    mine, others = ([one for one in streams if half(number)(one)] for number in (0, 1))
    assert sorted(mine + others) == sorted(streams)
    assert min(len(mine), len(others)) > 30


def test_it_is_told_its_task_and_waited_for() -> None:
    helping = helper(
        f"assert given_task() == __import__('adapters.rebuilding.helping').rebuilding.helping.{TASK!r}"
    )
    helping.wait()
    helping.check()
    helping.end()


def test_one_that_fails_is_said() -> None:
    helping = helper("given_task(); sys.exit(4)")
    with pytest.raises(StoreError, match="helps to rebuild ended: exit 4"):
        helping.wait()
    helping.end()


def test_it_ends_when_nobody_waits_for_it_any_more() -> None:
    helping = helper("given_task(); import time; time.sleep(600)")
    helping.check()
    helping.end()
    with pytest.raises(StoreError, match="ended: exit"):
        helping.check()


def test_one_that_ends_before_it_is_told_anything_is_said_too(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(subprocess.Popen[bytes]):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self.wait()

    monkeypatch.setattr(subprocess, "Popen", Gone)
    helping = Helper([sys.executable, "-c", "raise SystemExit(3)"], TASK)
    with pytest.raises(StoreError, match="exit 3"):
        helping.check()
    helping.end()
