"""Processes that the bench starts: they end with it, and what they take is read from `/proc`."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from scripts.checks import CannotStartError
from scripts.settings import PREFIX

ROOT: Final = Path(__file__).resolve().parents[2]
END_SECONDS: Final = 40.0  # more than the supervisor gives its children
START_SECONDS: Final = 60.0
_TICKS: Final = os.sysconf("SC_CLK_TCK")


def own_environ(**more: str) -> dict[str, str]:
    """Ours without settings of a house, and with our rooms, whatever the current folder is."""
    inherited = {name: text for name, text in os.environ.items() if not name.startswith(PREFIX)}
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    return {**inherited, "PYTHONPATH": path, "PYTHONSAFEPATH": "1", **more}


@contextmanager
def running(
    module: str,
    *words: str,
    environ: Mapping[str, str],
    folder: Path,
    log: Path,
    python: str = sys.executable,
) -> Iterator[subprocess.Popen[str]]:
    """`python -m MODULE WORDS…` for as long as this lasts; what it complains of goes to the log."""
    tied = (sys.executable, "-m", "scripts.lifeline", str(os.getpid()))
    with log.open("ab") as heard:
        process = subprocess.Popen(
            (*tied, python, "-m", module, *words),
            env=dict(environ),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=heard,
            text=True,
        )
    with process:
        try:
            yield process
        finally:
            end(process)


@contextmanager
def ended_in_order() -> Iterator[None]:
    """SIGTERM and SIGHUP end what is done here as Ctrl-C does: nothing that was begun is left behind."""

    def end_all(number: int, _: object) -> None:
        raise SystemExit(128 + number)

    heeded = [one for one in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(one) != signal.SIG_IGN]
    before = {number: signal.signal(number, end_all) for number in heeded}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def wait_for(door: str, process: subprocess.Popen[str], log: Path) -> None:
    """Wait until somebody answers at this address; CannotStartError when the process ends, or nobody does."""
    host, _, port = door.rpartition(":")
    until = time.monotonic() + START_SECONDS
    while True:
        with suppress(OSError), socket.create_connection((host, int(port)), 1.0):
            return
        if process.poll() is not None or time.monotonic() > until:
            raise CannotStartError(f"nobody answers at {door}: {last_words(log)}")
        time.sleep(0.02)


def last_words(log: Path) -> str:
    """How a log ends."""
    lines = log.read_text(errors="replace").splitlines()
    return " / ".join(lines[-3:]) or "it says nothing"


def end(process: subprocess.Popen[str]) -> None:
    """Ask it to end in good order, and end it when it does not."""
    process.terminate()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def family(pids: Iterable[int]) -> list[int]:
    """These processes and all that they started."""
    found: list[int] = []
    waiting = list(pids)
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        for task in _listed(Path(f"/proc/{pid}/task")):
            with suppress(OSError):
                waiting += map(int, (task / "children").read_text().split())
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """What these have taken of the processors so far, with those they started that still run."""
    ticks = 0
    for pid in family(pids):
        with suppress(OSError):
            # After the name, which may hold spaces: state is the first, user time the 12th, system time next.
            words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(words[11]) + int(words[12])
    return ticks / _TICKS


def memory_mb(pid: int) -> float:
    """Memory of one process: its share of what it shares, where the kernel tells; else all it has in."""
    with suppress(OSError):
        return _kib(Path(f"/proc/{pid}/smaps_rollup"), "Pss:") / 1024
    return _kib(Path(f"/proc/{pid}/status"), "VmRSS:") / 1024


def _kib(place: Path, name: str) -> int:
    for line in place.read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1])
    return 0


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []
