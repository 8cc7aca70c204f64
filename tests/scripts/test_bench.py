"""`counterfoil bench`: one report on standard output, progress beside it, an exit code that tells of loss."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scripts import bench as command
from scripts.checks import CannotStartError
from scripts.cli import main
from scripts.measuring.bench_context import Bench, CheckFailedError
from scripts.measuring.figures import Figure
from scripts.measuring.parts import Measure
from tests.victims import family_of

Command = Callable[..., tuple[int, str, str]]
FIGURES = [
    "ack.sqlite.kept_alive",
    "ack.sqlite.kept_alive.p99",
    "ack.sqlite.new_connection",
    "ack.sqlite.new_connection.p99",
    "ack.sqlite.slow_sync_64",
    "ack.sqlite.slow_sync_256",
    "rest.sqlite.p50",
    "rest.sqlite.p99",
    "flow.sqlite.post_back_0_ms",
    "memory.sqlite.listener",
    "memory.sqlite.worker",
    "flow.sqlite.post_back_300_ms",
    "flow.sqlite.cpu",
    "drain.sqlite.post_back_0_ms",
    "drain.sqlite.post_back_300_ms",
]


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """`bench("ack", …)` in this process: exit code, standard output, standard error."""

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["counterfoil", "bench", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    return run


def measuring(*figures: Figure | CheckFailedError) -> Measure:
    def measure(_: Bench) -> Iterator[Figure]:
        for one in figures:
            if isinstance(one, CheckFailedError):
                raise one
            yield one

    return measure


def test_a_trial_of_ours_measures_everything(environ: dict[str, str], tmp_path: Path) -> None:
    words = ("--engine", "sqlite", "--quick", "--rounds", "1", "--seconds", "0.3", "--json")
    done = subprocess.run(
        [sys.executable, "-m", "scripts", "bench", "ack", "flow", *words],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["failed"] == []
    assert document["command"] == "counterfoil bench ack flow " + " ".join(words)
    assert [figure["name"] for figure in document["figures"]] == FIGURES
    assert min(figure["value"] for figure in document["figures"]) > 0
    assert "durable acknowledgements, SQLite, 64 connections kept alive: " in done.stderr


SLOW = Figure(name="slow", words="slow", value=1.0, unit="requests/s", wanted=2.0)
LOST = CheckFailedError("3 acknowledged messages were not kept")


@pytest.mark.parametrize(
    ("parts", "code", "ends"),
    [([measuring(SLOW)], 0, "below"), ([measuring(SLOW, LOST), measuring(SLOW)], 1, "were not kept")],
)
def test_only_a_loss_is_a_failure(
    bench: Command, monkeypatch: pytest.MonkeyPatch, parts: list[Measure], code: int, ends: str
) -> None:
    monkeypatch.setattr(command, "measures", lambda *_: iter(parts))
    ended, out, err = bench("--engine", "sqlite")
    assert (ended, out.count("| slow |")) == (code, len(parts))
    assert ends in out
    assert "  slow: 1.00 requests/s\n" in err


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--sync-ms", "5", "--engine", "sqlite"), "no C compiler"),
        (("--sync-ms", "5", "--database", "postgresql://x"), "not that of --database"),
        (("--engine", "postgresql"), "no PostgreSQL here"),
    ],
)
def test_what_was_asked_for_and_cannot_be_is_an_error(
    bench: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: tuple[str, ...], why: str
) -> None:
    nothing_is_here(monkeypatch, tmp_path)
    code, out, err = bench(*words)
    assert (code, out) == (3, "")
    assert why in err
    assert err.startswith("counterfoil: ")


def test_a_peer_that_cannot_be_had_ends_it_before_anything_is_measured(
    bench: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def installed(_: Path) -> str:
        raise CannotStartError("is a package index in reach?")

    monkeypatch.setattr("scripts.measuring.peer.installed", installed)
    monkeypatch.setattr("scripts.measuring.ack.measure", measuring(LOST))
    code, out, err = bench("ack", "--engine", "sqlite", "--against", "django-paypal")
    assert (code, out) == (3, "")
    assert err.splitlines() == ["installing django-paypal", "counterfoil: is a package index in reach?"]


@pytest.mark.parametrize("asked", [("--database", "{}"), ("--database={}",)])
def test_a_password_is_not_repeated(
    bench: Command, monkeypatch: pytest.MonkeyPatch, asked: tuple[str, ...]
) -> None:
    monkeypatch.setattr(command, "check_server", lambda _: None)
    monkeypatch.setattr(command, "machine", lambda _: {})
    monkeypatch.setattr(command, "measures", lambda *_: iter([measuring(SLOW)]))
    code, out, err = bench(*(word.format("postgresql://ann:s3cret@db/shop") for word in asked), "--json")
    assert code == 0
    assert "postgresql://ann@db/shop" in json.loads(out)["command"]
    assert "s3cret" not in out + err


def test_a_server_that_does_not_answer_ends_it_before_anything_is_measured(
    bench: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "measures", lambda *_: iter([measuring(LOST)]))
    code, out, err = bench("--database", "postgresql://ann:s3cret@127.0.0.1:1/shop")
    assert (code, out, err.count("\n")) == (3, "", 1)
    assert err.startswith("counterfoil: --database postgresql://ann@127.0.0.1:1/shop: ")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_that_is_ended_leaves_nothing_behind(
    environ: dict[str, str], tmp_path: Path, number: signal.Signals
) -> None:
    words = ("ack", "--engine", "sqlite", "--quick", "--seconds", "600")
    with subprocess.Popen(
        [sys.executable, "-m", "scripts", "bench", *words],
        cwd=tmp_path, env={**environ, "TMPDIR": str(tmp_path)}, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        assert "acknowledging" in process.stderr.readline()
        (folder,) = tmp_path.iterdir()
        begun = family_of(process.pid) - {process.pid}
        process.send_signal(number)
        assert process.wait(60)
    assert not folder.exists()
    assert begun
    for pid in begun:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_without_postgresql_sqlite_is_measured_and_that_is_said(
    bench: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    nothing_is_here(monkeypatch, tmp_path)
    monkeypatch.setattr(command, "measures", lambda *_: iter([measuring(SLOW)]))
    code, out, _ = bench("--json")
    assert code == 0
    (note,) = json.loads(out)["notes"]
    assert note.startswith("not measured, PostgreSQL: no PostgreSQL here")


def nothing_is_here(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr("scripts.measuring.postgresql._DEBIAN", folder)
    monkeypatch.setattr("importlib.util.find_spec", lambda *_: None)
