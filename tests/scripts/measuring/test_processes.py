"""Processes of the bench: ended with it, and measured with all that they started."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.checks import CannotStartError
from scripts.measuring import processes
from scripts.measuring.processes import (
    cpu_seconds,
    ended_in_order,
    family,
    last_words,
    memory_mb,
    own_environ,
    running,
    wait_for,
)

PARENT = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'print(1, flush=True); input()'])"


def test_a_family_is_a_process_and_all_that_it_started() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        found = family([parent.pid])
        assert found[0] == parent.pid
        assert len(found) == 2
        assert cpu_seconds([parent.pid]) > 0
        assert min(map(memory_mb, found)) > 1
        parent.communicate(b"\n")
    assert family([parent.pid]) == [parent.pid]
    assert cpu_seconds([parent.pid]) == 0


def test_an_environment_has_our_rooms_and_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERFOIL_BIND", "x")
    environ = own_environ(COUNTERFOIL_OFFICE="y")
    assert "COUNTERFOIL_BIND" not in environ
    assert environ["COUNTERFOIL_OFFICE"] == "y"
    assert str(Path(__file__).parents[3]) in environ["PYTHONPATH"].split(os.pathsep)


def test_one_that_runs_is_ended(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with running("http.server", "0", environ=own_environ(), folder=tmp_path, log=log) as process:
        assert process.poll() is None
    assert process.returncode is not None


def test_one_that_ends_instead_of_answering_says_why(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with (
        running("no_such_module", environ=own_environ(), folder=tmp_path, log=log) as process,
        pytest.raises(CannotStartError, match=r"nobody answers at 127.0.0.1:1: .*no_such_module"),
    ):
        wait_for("127.0.0.1:1", process, log)


def test_one_that_never_answers_is_not_waited_for_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "START_SECONDS", 0.1)
    with (
        running("http.server", "0", environ=own_environ(), folder=tmp_path, log=tmp_path / "log") as process,
        pytest.raises(CannotStartError, match=r"nobody answers at 127.0.0.1:1: "),
    ):
        wait_for("127.0.0.1:1", process, tmp_path / "log")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_in_order(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with pytest.raises(SystemExit) as ended, ended_in_order():
        signal.raise_signal(number)
    assert ended.value.code == 128 + number
    assert signal.getsignal(number) == before


def test_a_log_ends_with_its_last_lines(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("a\nb\nc\nd\n")
    assert last_words(tmp_path / "log") == "b / c / d"
    (tmp_path / "log").write_text("")
    assert last_words(tmp_path / "log") == "it says nothing"
