import json
import os
import signal
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.measuring import commands
from scripts.measuring.bench_context import CheckFailedError
from scripts.measuring.books import Filled
from scripts.measuring.ceilings import Read
from scripts.measuring.commands import Command, Ran, measured, run
from scripts.measuring.processes import own_environ
from tests.measured import small_bench


def command(check: str | None = None) -> Command:
    return Command(
        name="name",
        words="words",
        command=("do", "it"),
        wanted=0.5,
        check=lambda _: check,
        own_rate=lambda said: said["rate"],
    )


def test_a_commands_json_is_read_and_its_time_taken(tmp_path: Path) -> None:
    ran = run(("config", "--json"), own_environ(), tmp_path)
    assert "BIND" in json.dumps(ran.said)
    assert ran.cpu_seconds > 0
    assert ran.seconds > 0


def test_a_command_that_says_no_json_is_no_measurement_and_its_words_are_told(tmp_path: Path) -> None:
    environ = own_environ(COUNTERFOIL_DATABASE=f"sqlite:///{tmp_path}/none.db")
    with pytest.raises(CheckFailedError, match=r"rebuild --json ended with 3: .*there is no such file"):
        run(("rebuild", "--json"), environ, tmp_path)


def test_one_that_is_given_up_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = tmp_path / "endless"
    endless.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid; exec sleep 600\n")
    endless.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(endless))

    def interrupt() -> None:
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
            time.sleep(0.01)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        run(("rebuild",), own_environ(), tmp_path)
    pid = int((tmp_path / "pid").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.fixture
def book(tmp_path: Path) -> Filled:
    return Filled(address="", environ={}, messages=1, events=1_000)


@pytest.fixture
def pretended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three rounds, the second much slower than the others; reading takes a tenth of a second each time."""
    seconds = iter((0.5, 5.0, 1.0))
    monkeypatch.setattr(commands, "select_and_decode", lambda _: Read(1_000, 0.1))
    monkeypatch.setattr(commands, "run", lambda *_: Ran(next(seconds), 0.25, {"rate": 4_000.0}))


def test_a_figure_is_the_median_of_its_rounds_beside_reading_the_same_rows(
    tmp_path: Path, pretended: None, book: Filled
) -> None:
    with small_bench(tmp_path) as bench:
        figure = measured(replace(bench, rounds=3), book, command())
    assert list(figure.rounds) == [2_000, 200, 1_000]
    assert (figure.value, figure.ceiling) == (1_000, 10_000)
    assert figure.holds is False
    assert figure.more["by_its_own_clock"] == 4_000
    assert figure.more["seconds"] == 1.0


def test_a_command_that_says_what_is_wrong_is_no_measurement(
    tmp_path: Path, pretended: None, book: Filled
) -> None:
    with small_bench(tmp_path) as bench, pytest.raises(CheckFailedError, match="do it: rows differ"):
        measured(bench, book, command("rows differ"))


def test_nor_is_one_that_ends_with_an_error(
    tmp_path: Path, pretended: None, book: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "run", lambda *_: Ran(1.0, 0.25, {}, 1))
    with small_bench(tmp_path) as bench, pytest.raises(CheckFailedError, match="do it: it ended with 1"):
        measured(bench, book, command())
