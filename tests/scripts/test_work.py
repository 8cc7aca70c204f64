"""`counterfoil work`: real processes against a PayPal on loopback."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scripts.wiring.queries import open_queries
from tests.given import follower, payment
from tests.house import PREFIX, LocalPayPal, environment, keep, outcomes, settings_in
from tests.served import Run, wait_until
from tests.victims import family_of, stop_at_rest

DEADLINE_SECONDS = 30.0

pytestmark = pytest.mark.usefixtures("any_engine")


@pytest.fixture
def paypal() -> Iterator[LocalPayPal]:
    with LocalPayPal().running() as running:
        yield running


def once(counterfoil: Run, folder: Path, paypal: LocalPayPal) -> "subprocess.CompletedProcess[str]":
    given = {
        name.removeprefix("COUNTERFOIL_"): text for name, text in environment(folder, paypal.url).items()
    }
    done: subprocess.CompletedProcess[str] = counterfoil("work", "--once", **given)
    return done


def logged(stderr: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in stderr.splitlines() if line.startswith("{")]


def test_once_empties_the_backlog_and_ends(counterfoil: Run, tmp_path: Path, paypal: LocalPayPal) -> None:
    settings = settings_in(tmp_path, paypal.url)
    bodies = [
        payment(first_name="Jörg <b>Payer</b>", payer_email="joerg@example.com"),
        follower("Refunded", "R1"),
    ]
    keep(settings, bodies)
    done = once(counterfoil, tmp_path, paypal)
    assert (done.returncode, done.stdout) == (0, "")
    assert outcomes(settings) == {1: ("recorded", None), 2: ("recorded", None)}
    assert sorted(paypal.asked) == sorted(PREFIX + body for body in bodies)
    lines = logged(done.stderr)
    assert [(line["event"], line["n"], line["outcome"], line["role"]) for line in lines] == [
        ("notification_settled", 1, "recorded", "worker"),
        ("notification_settled", 2, "recorded", "worker"),
    ]
    assert "Payer" not in done.stderr
    assert "joerg" not in done.stderr


def test_once_says_what_still_waits_with_exit_1(
    counterfoil: Run, tmp_path: Path, paypal: LocalPayPal
) -> None:
    paypal.answer = lambda body: b"VERIFIED" if b"T1" in body else b"<html>"
    settings = settings_in(tmp_path, paypal.url)
    keep(settings, [payment(), payment("T2"), payment("T3")])
    done = once(counterfoil, tmp_path, paypal)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "counterfoil: 2 not settled; PayPal gave no verdict on them yet"
    assert [outcome for outcome, _ in outcomes(settings).values()].count("waiting") == 2


def test_once_with_nothing_to_do_is_done(counterfoil: Run, tmp_path: Path, paypal: LocalPayPal) -> None:
    done = once(counterfoil, tmp_path, paypal)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_when_what_is_in_hand_is_done(
    number: signal.Signals, environ: dict[str, str], tmp_path: Path, paypal: LocalPayPal
) -> None:
    def slowly(_: bytes) -> bytes:
        time.sleep(0.5)
        return b"VERIFIED"

    paypal.answer = slowly
    settings = settings_in(tmp_path, paypal.url)
    keep(settings, [payment()])
    with at_work(tmp_path, environ, paypal) as worker:
        wait_until(lambda: bool(paypal.asked))
        os.kill(worker.pid, number)
        stdout, stderr = worker.communicate(timeout=DEADLINE_SECONDS)
    assert (worker.returncode, stdout) == (0, "")
    assert "Traceback" not in stderr
    assert outcomes(settings) == {1: ("recorded", None)}


def beside(pid: int) -> int:
    """The process beside a worker."""
    (other,) = family_of(pid) - {pid}
    return other


@contextmanager
def at_work(folder: Path, environ: dict[str, str], paypal: LocalPayPal) -> Iterator["subprocess.Popen[str]"]:
    worker = subprocess.Popen(
        [sys.executable, "-m", "scripts", "work"],
        env={**environ, **environment(folder, paypal.url)},
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield worker
    finally:
        worker.kill()
        worker.communicate()


def test_what_was_recorded_is_shown_by_the_process_beside_it(
    environ: dict[str, str], tmp_path: Path, paypal: LocalPayPal
) -> None:
    settings = settings_in(tmp_path, paypal.url)
    keep(settings, [payment(), payment("T2")])
    with at_work(tmp_path, environ, paypal) as worker, open_queries(settings) as queries:
        wait_until(lambda: queries.transaction("T2") is not None)
        other = beside(worker.pid)
        # What is kept while the other one stands still is recorded all the same, and shown afterwards.
        stop_at_rest(other, tmp_path)
        try:
            keep(settings, [payment("T3")])
            wait_until(lambda: outcomes(settings).get(3) == ("recorded", None))
            assert queries.transaction("T3") is None
        finally:
            os.kill(other, signal.SIGCONT)
        wait_until(lambda: queries.transaction("T3") is not None)
        worker.terminate()
        stdout, stderr = worker.communicate(timeout=DEADLINE_SECONDS)
    assert (worker.returncode, stdout) == (0, "")
    assert {line["event"] for line in logged(stderr)} == {"notification_settled"}


def test_a_killed_worker_leaves_no_process_behind(
    environ: dict[str, str], tmp_path: Path, paypal: LocalPayPal
) -> None:
    settings = settings_in(tmp_path, paypal.url)
    keep(settings, [payment()])
    with at_work(tmp_path, environ, paypal) as worker:
        wait_until(lambda: outcomes(settings) == {1: ("recorded", None)})
        other = beside(worker.pid)
        worker.kill()
        worker.communicate()
        wait_until(lambda: is_dead(other))


def is_dead(pid: int) -> bool:
    """Gone, or ended and nobody has asked after it yet: in a container there may be nobody who does."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_when_the_process_beside_it_is_killed_the_worker_ends_and_says_so(
    environ: dict[str, str], tmp_path: Path, paypal: LocalPayPal
) -> None:
    settings = settings_in(tmp_path, paypal.url)
    keep(settings, [payment()])
    with at_work(tmp_path, environ, paypal) as worker:
        wait_until(lambda: outcomes(settings) == {1: ("recorded", None)})
        os.kill(beside(worker.pid), signal.SIGKILL)
        _, stderr = worker.communicate(timeout=DEADLINE_SECONDS)
    assert worker.returncode == 3
    assert stderr.splitlines()[-1] == "counterfoil: the process beside this one ended: signal 9"
    assert "Traceback" not in stderr


def test_a_damaged_database_is_one_line_and_exit_3(
    counterfoil: Run, on_sqlite: str, tmp_path: Path, paypal: LocalPayPal
) -> None:
    (tmp_path / "house.db").write_bytes(b"this was a database once" * 500)
    done = once(counterfoil, tmp_path, paypal)
    assert (done.returncode, done.stdout) == (3, "")
    assert "house.db" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1
