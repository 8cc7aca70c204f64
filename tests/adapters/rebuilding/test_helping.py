"""Helping: half of the streams told by a process that ends with the one that started it."""

import subprocess
import sys
import time

import pytest

from adapters.engines import StoreError
from adapters.rebuilding.helping import Helper, Task, half

GIVEN = "import sys; sys.path[:0] = sys.argv[1:]; from adapters.rebuilding.helping import Starter; "
TASK = Task("here/1/x", {"transactions": "b"}, 7, 5)


def helper(code: str) -> Helper:
    path = [part for part in sys.path if part]
    return Helper([sys.executable, "-c", GIVEN + code, *path])


def told(code: str) -> Helper:
    helping = helper(code)
    ready(helping)
    helping.begin(TASK)
    return helping


def ready(helping: Helper) -> None:
    until = time.monotonic() + 60
    while not helping.is_ready:
        assert time.monotonic() < until
        time.sleep(0.01)


def test_every_stream_is_of_one_half_and_either_has_some() -> None:
    streams = [f"T{n}" for n in range(100)] + ["", "Zoë", "i:\udcff"]
    mine, others = ([one for one in streams if half(number)(one)] for number in (0, 1))
    assert sorted(mine + others) == sorted(streams)
    assert min(len(mine), len(others)) > 30


def test_it_is_told_its_task_and_waited_for() -> None:
    helping = told(
        f"assert Starter().task() == __import__('adapters.rebuilding.helping').rebuilding.helping.{TASK!r}"
    )
    helping.wait()
    helping.check()
    helping.end()


def test_one_that_fails_is_said() -> None:
    helping = told("Starter().task(); sys.exit(4)")
    with pytest.raises(StoreError, match="helps to rebuild ended: exit 4"):
        helping.wait()
    helping.end()


def test_it_ends_when_nobody_waits_for_it_any_more() -> None:
    helping = told("Starter().task(); import time; time.sleep(600)")
    helping.check()
    helping.end()
    with pytest.raises(StoreError, match="ended: exit"):
        helping.check()


def test_it_ends_when_it_does_not_understand_its_task() -> None:
    helping = helper("Starter().task()")
    ready(helping)
    helping._input.write(b'{"by": "of another version"}\n')
    helping._input.flush()
    with pytest.raises(StoreError, match="ended: exit 1"):
        helping.wait()
    helping.end()


def test_one_that_ends_before_it_is_told_anything_is_said_too() -> None:
    # Its last word is there before its end can be seen.
    helping = Helper(["sh", "-c", "exec >&-; sleep 0.2; exit 3"])
    ready(helping)
    with pytest.raises(StoreError, match="exit 3"):
        helping.check()
    helping.begin(TASK)
    with pytest.raises(StoreError, match="exit 3"):
        helping.wait()
    helping.end()


def test_it_is_not_ready_before_it_says_so_and_not_waited_for_when_it_is_not_wanted() -> None:
    helping = helper("import time; time.sleep(600)")
    assert not helping.is_ready
    helping.check()
    helping.end()  # within the time of a test
    with pytest.raises(StoreError, match="ended: exit -9"):
        helping.check()


def test_one_that_is_ready_stays_so() -> None:
    helping = helper("Starter().task()")
    ready(helping)
    assert all(helping.is_ready for _ in range(3))
    helping.check()
    helping.end()


def test_what_it_prints_besides_fills_no_pipe() -> None:
    helping = told("Starter().task(); [print('x' * 9_999) for _ in range(99)]")
    helping.wait()
    helping.end()


@pytest.mark.parametrize("code", ["Starter().task()", "Starter(); import time; time.sleep(600)"])
def test_one_whose_starter_vanished_ends_at_once_without_a_word_whatever_it_is_at(code: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", GIVEN + code, *filter(None, sys.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (1, b"")
