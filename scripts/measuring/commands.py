"""Commands over a book: run as a person runs them, each paired with SELECT and decode of the same rows."""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from scripts.measuring.bench_context import Bench, CheckFailedError
from scripts.measuring.books import Filled
from scripts.measuring.ceilings import WORDS, select_and_decode
from scripts.measuring.figures import Figure

EVENTS: Final = 200_000


@dataclass(frozen=True, slots=True)
class Ran:
    """A command that was run: what it took, the JSON that it said, and its exit code."""

    seconds: float
    cpu_seconds: float  # with the processes that it started
    said: Mapping[str, Any]
    code: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What is measured: words of the command line, and what must be true of what it says."""

    name: str
    words: str
    command: Sequence[str]
    wanted: float  # of reading and decoding the same rows
    check: Callable[[Mapping[str, Any]], str | None]  # what is wrong in what it said
    own_rate: Callable[[Mapping[str, Any]], float]  # events a second by its own clock


def run(command: Sequence[str], environ: Mapping[str, str], folder: Path) -> Ran:
    """Run `counterfoil …`; CheckFailedError when it says no JSON."""
    begun = time.perf_counter()
    with (folder / "command.log").open("w+b") as log:
        process = subprocess.Popen(
            (sys.executable, "-m", "scripts", *command),
            env=dict(environ),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
        )
        with process:
            assert process.stdout is not None
            try:
                said = process.stdout.read()
            except BaseException:
                # It would go on for minutes, over a folder that is gone.
                process.kill()
                raise
            # Waited for so, it leaves what it and those that it started took.
            _, status, took = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - begun
        log.seek(0)
        complaint = " ".join(log.read().decode(errors="replace").split())
    try:
        document = json.loads(said)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        words = complaint or said.decode(errors="replace")
        raise CheckFailedError(f"{' '.join(command)} ended with {process.returncode}: {words[-500:]}")
    return Ran(seconds, took.ru_utime + took.ru_stime, document, process.returncode)


def measured(bench: Bench, book: Filled, command: Command) -> Figure:
    """Rounds of the command, each after one of reading and decoding the same rows."""
    ceilings, rounds = [], []
    for _ in range(bench.rounds):
        ceilings.append(select_and_decode(book.address).rate)
        ran = run(command.command, book.environ, bench.folder)
        wrong = command.check(ran.said) or (f"it ended with {ran.code}" if ran.code else None)
        if wrong is not None:
            raise CheckFailedError(f"{' '.join(command.command)}: {wrong}")
        rounds.append(ran)
    rates = [book.events / ran.seconds for ran in rounds]
    return Figure(
        name=command.name,
        words=command.words,
        value=statistics.median(rates),
        unit="events/s",
        ceiling=statistics.median(ceilings),
        ceiling_words=WORDS,
        wanted=command.wanted,
        rounds=tuple(rates),
        more={
            "seconds": statistics.median(ran.seconds for ran in rounds),
            "cpu_seconds": statistics.median(ran.cpu_seconds for ran in rounds),
            "events": book.events,
            "by_its_own_clock": statistics.median(command.own_rate(ran.said) for ran in rounds),
        },
    )
