"""Two real processes: one looks when the other tells it to, and never outlives it."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

PATIENCE_SECONDS = 20.0
ROOT = Path(__file__).resolve().parents[2]

# The first process does one order for each letter it reads; the other one tells what it does.
PROGRAM = """
import os, sys
from adapters.apart import ApartDiedError, apart

def say(words):
    # Two processes say it: a line at once, however Python writes.
    os.write(1, f"{words}\\n".encode())

def run(orders):
    say(f"begun {os.getpid()}")
    while not orders.ending:
        say("looked")
        orders.wait()
    if sys.argv[1] == "slow":
        import time
        time.sleep(600)
    say("ended")
    if sys.argv[1] == "fault":
        raise RuntimeError

other = apart(run)
say("forked")
for letter in iter(lambda: sys.stdin.read(1), ""):
    try:
        other.look() if letter == "l" else other.end()
    except ApartDiedError as error:
        say(error)
    say(letter)
"""


class Pair:
    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.said: list[str] = []

    def tell(self, letter: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(letter)
        self.process.stdin.flush()

    def hear(self, *words: str) -> None:
        """Wait until all of these were said, in whatever order."""
        missing = list(words)
        while missing:
            line = self._line()
            assert line, f"it ended before it said {missing}: {self.said}"
            self.said.append(line)
            missing = [word for word in missing if line.split()[0] != word]

    def _line(self) -> str:
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE_SECONDS)
        assert ready, f"nothing more is said: {self.said}"
        # Read without a buffer: select knows of none.
        line = b""
        while not line.endswith(b"\n") and (more := os.read(self.process.stdout.fileno(), 1)):
            line += more
        return line.decode().strip()

    @property
    def other(self) -> int:
        return next(int(line.split()[1]) for line in self.said if line.startswith("begun"))

    def is_over(self) -> None:
        """Wait until nobody holds the other end of what both print to."""
        while self._line():
            pass


@contextmanager
def pair(environ: dict[str, str], how: str = "well") -> Iterator[Pair]:
    process: Any = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, how],
        env=environ, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield Pair(process)
    finally:
        process.kill()
        process.communicate()


def test_it_begins_with_its_first_order_and_looks_at_each(environ: dict[str, str]) -> None:
    with pair(environ) as two:
        two.hear("forked")
        two.tell("l")
        two.hear("begun", "looked", "l")
        two.tell("l")
        two.hear("looked", "l")
        assert two.said[0] == "forked"


def test_told_to_end_it_finishes_and_is_waited_for(environ: dict[str, str]) -> None:
    with pair(environ) as two:
        two.tell("l")
        two.hear("looked", "l")
        two.tell("e")
        two.hear("ended", "e")
        assert two.said.index("ended") < two.said.index("e")
        two.tell("e")  # once more does no harm
        two.hear("e")


def test_it_is_over_at_once_when_the_first_is_killed(environ: dict[str, str]) -> None:
    with pair(environ) as two:
        two.tell("l")
        two.hear("looked", "l")
        two.process.kill()
        two.is_over()
        assert "ended" not in two.said


def test_one_that_never_began_is_over_with_the_first_too(environ: dict[str, str]) -> None:
    with pair(environ) as two:
        two.hear("forked")
        two.process.kill()
        two.is_over()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signals_are_for_the_first_alone(environ: dict[str, str], number: signal.Signals) -> None:
    with pair(environ) as two:
        two.tell("l")
        two.hear("begun", "looked", "l")
        os.kill(two.other, number)
        two.tell("l")
        two.hear("looked", "l")


@pytest.mark.parametrize(("how", "said"), [("killed", "signal 9"), ("fault", "exit 1")])
def test_its_death_is_told_to_whoever_orders(environ: dict[str, str], how: str, said: str) -> None:
    with pair(environ, how) as two:
        two.tell("l")
        two.hear("begun", "looked", "l")
        if how == "killed":
            os.kill(two.other, signal.SIGKILL)
        else:
            os.kill(two.other, signal.SIGSTOP)
            two.tell("e")
            os.kill(two.other, signal.SIGCONT)
            two.hear("ended", "e")
        while not any("ended: " in line for line in two.said):
            two.tell("l")
            two.hear("l")
        assert f"the process beside this one ended: {said}" in two.said


def test_one_that_does_not_end_in_time_is_killed(environ: dict[str, str]) -> None:
    program = PROGRAM.replace("from adapters.apart", "import adapters.apart\nfrom adapters.apart", 1)
    program = program.replace("other = apart", "adapters.apart._END_SECONDS_MAX = 0.2\nother = apart")
    done = subprocess.run(
        [sys.executable, "-c", program, "slow"],
        env=environ, cwd=ROOT, input="le", capture_output=True, text=True,
        timeout=PATIENCE_SECONDS, check=True,
    )  # fmt: skip
    assert "ended" not in done.stdout
    assert done.stdout.splitlines()[-1] == "e"


def test_how_it_ended_is_known_where_ended_children_are_ignored(environ: dict[str, str]) -> None:
    ignoring = "import signal\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)"
    done = subprocess.run(
        [sys.executable, "-c", f"{ignoring}\n{PROGRAM}", "well"],
        env=environ, cwd=ROOT, input="le", capture_output=True, text=True,
        timeout=PATIENCE_SECONDS, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "e"
