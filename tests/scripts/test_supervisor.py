"""The supervisor, over tiny children of the tests' own: what dies is started again, one signal ends all."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

# A supervisor of its own process: argv holds the children's programs, those that come later, and the pace.
HOUSE = """
import asyncio, json, os, sys
from scripts.logs import configure
from scripts.supervisor import Child, Pace, supervise
children, later, pace = json.loads(sys.argv[1])
def child(pair, waits_seconds=0.0):
    return Child(pair[0], (sys.executable, "-c", pair[1]), dict(os.environ), waits_seconds)
async def ready():
    await asyncio.sleep(float(os.environ.get("READY_SECONDS", "0")))
configure("json", "serve")
house = (*map(child, children), *(child(pair, waits) for pair, waits in later))
asyncio.run(supervise(house, ready, Pace(**pace)))
"""
# Children write a line into a file for each life, so that tests wait for facts and not for time.
LIVE = "import os, time; open({path!r}, 'a').write(f'{{os.getpid()}}\\n'); {rest}"
QUICK = {"pause_seconds": 0.05, "pause_seconds_max": 0.2, "steady_seconds": 60.0, "grace_seconds": 20.0}
PATIENCE_SECONDS = 20.0

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(environ: dict[str, str]) -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def run(
        *children: tuple[str, str],
        later: tuple[tuple[tuple[str, str], float | None], ...] = (),
        **pace: float,
    ) -> Any:
        process = subprocess.Popen(
            [sys.executable, "-c", HOUSE, json.dumps([children, later, QUICK | pace])],
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def child(path: Path, rest: str = "time.sleep(60)") -> tuple[str, str]:
    return path.name, LIVE.format(path=str(path), rest=rest)


def lives(path: Path, count: int) -> list[int]:
    """The process ids of the first `count` lives, as soon as there are so many."""
    wait_until(lambda: path.exists() and len(path.read_text().splitlines()) >= count)
    return [int(line) for line in path.read_text().splitlines()]


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def ended(process: subprocess.Popen[str]) -> tuple[int, list[dict[str, Any]]]:
    _, log = process.communicate(timeout=PATIENCE_SECONDS)
    return process.returncode, [json.loads(line) for line in log.splitlines()]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_one_signal_ends_every_child(start: Start, tmp_path: Path, number: signal.Signals) -> None:
    house = start(child(tmp_path / "a"), child(tmp_path / "b"))
    pids = lives(tmp_path / "a", 1) + lives(tmp_path / "b", 1)
    house.send_signal(number)
    code, log = ended(house)
    assert code == 0
    assert all(is_gone(pid) for pid in pids)
    assert [event["event"] for event in log[-2:]] == ["stopping", "stopped"]


def test_a_child_finishes_what_it_has_in_hand(start: Start, tmp_path: Path) -> None:
    done = tmp_path / "done"
    finish = f"(time.sleep(0.5), open({str(done)!r}, 'w').close(), os._exit(0))"
    rest = f"import signal; signal.signal(signal.SIGTERM, lambda *_: {finish}); "
    house = start(("a", rest + LIVE.format(path=str(tmp_path / "a"), rest="time.sleep(60)")))
    lives(tmp_path / "a", 1)
    house.terminate()
    assert ended(house)[0] == 0
    assert done.exists()


def test_what_dies_is_started_again_with_growing_pauses(start: Start, tmp_path: Path) -> None:
    house = start(child(tmp_path / "a", "os._exit(7)"), child(tmp_path / "b"))
    assert len(set(lives(tmp_path / "a", 5))) == 5
    house.terminate()
    _, log = ended(house)
    deaths = [event for event in log if event["event"].startswith("child died")]
    assert [event["pause_seconds"] for event in deaths[:4]] == [0.05, 0.1, 0.2, 0.2]
    assert {(event["child"], event["exit"], event["level"]) for event in deaths} == {("a", 7, "warning")}
    assert len(lives(tmp_path / "b", 1)) == 1


def test_a_child_that_lived_steadily_is_forgiven(start: Start, tmp_path: Path) -> None:
    house = start(child(tmp_path / "a", "os._exit(7)"), steady_seconds=0.0)
    lives(tmp_path / "a", 4)
    house.terminate()
    _, log = ended(house)
    assert {event["pause_seconds"] for event in log if event["event"].startswith("child died")} == {0.05}


def test_a_killed_child_takes_its_own_children_along(start: Start, tmp_path: Path) -> None:
    write = f"open({str(tmp_path / 'grandchild')!r}, 'a').write(f'{{os.getpid()}}\\n')"
    rest = f"os.fork() or {write}; time.sleep(60)"
    house = start(child(tmp_path / "a", rest))
    first, grandchild = lives(tmp_path / "a", 1)[0], lives(tmp_path / "grandchild", 1)[0]
    os.kill(first, signal.SIGKILL)
    assert lives(tmp_path / "a", 2)[1] != first
    wait_until(lambda: is_gone(grandchild))
    house.terminate()
    assert ended(house)[0] == 0


def test_one_that_will_not_end_is_killed_and_said(start: Start, tmp_path: Path) -> None:
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    house = start(("deaf", deaf + child(tmp_path / "a")[1]), grace_seconds=0.3)
    (pid,) = lives(tmp_path / "a", 1)
    house.terminate()
    code, log = ended(house)
    assert (code, is_gone(pid)) == (0, True)
    assert [event["child"] for event in log if event["event"].startswith("child killed")] == ["deaf"]


def test_a_second_ctrl_c_hurries(start: Start, tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    deaf = f"import signal; signal.signal(signal.SIGTERM, lambda *_: open({str(heard)!r}, 'w').close()); "
    house = start(("deaf", deaf + child(tmp_path / "a")[1]), grace_seconds=1000.0)
    (pid,) = lives(tmp_path / "a", 1)
    house.send_signal(signal.SIGINT)
    wait_until(heard.exists)
    house.send_signal(signal.SIGINT)
    code, log = ended(house)
    assert (code, is_gone(pid)) == (0, True)
    assert "stopping at once" in [event["event"] for event in log]


def test_a_killed_supervisor_leaves_nobody_behind(start: Start, tmp_path: Path) -> None:
    house = start(child(tmp_path / "a"), child(tmp_path / "b"))
    pids = lives(tmp_path / "a", 1) + lives(tmp_path / "b", 1)
    house.kill()
    wait_until(lambda: all(is_gone(pid) for pid in pids))


def test_a_signal_to_the_terminal_does_not_reach_the_children_twice(start: Start, tmp_path: Path) -> None:
    house = start(child(tmp_path / "a"))
    (pid,) = lives(tmp_path / "a", 1)
    assert os.getpgid(pid) == pid != os.getpgid(house.pid)


@pytest.mark.parametrize(("ready_seconds", "waits_seconds"), [("0", None), ("0", 1000.0), ("1000", 0.1)])
def test_some_wait_for_the_others_but_not_for_ever(
    start: Start, environ: dict[str, str], tmp_path: Path, ready_seconds: str, waits_seconds: float | None
) -> None:
    environ["READY_SECONDS"] = ready_seconds
    house = start(child(tmp_path / "a"), later=((child(tmp_path / "b"), waits_seconds),))
    pids = lives(tmp_path / "a", 1) + lives(tmp_path / "b", 1)
    house.terminate()
    assert ended(house)[0] == 0
    assert all(is_gone(pid) for pid in pids)


def test_who_waits_in_vain_is_never_started(start: Start, environ: dict[str, str], tmp_path: Path) -> None:
    environ["READY_SECONDS"] = "1000"
    house = start(child(tmp_path / "a"), later=((child(tmp_path / "b"), None),))
    lives(tmp_path / "a", 1)
    house.terminate()
    assert ended(house)[0] == 0
    assert not (tmp_path / "b").exists()


def test_a_signal_ends_the_pause_too(start: Start, tmp_path: Path) -> None:
    house = start(child(tmp_path / "a", "os._exit(1)"), pause_seconds=1000.0, pause_seconds_max=1000.0)
    (pid,) = lives(tmp_path / "a", 1)
    wait_until(lambda: is_gone(pid))
    house.terminate()
    assert ended(house)[0] == 0
