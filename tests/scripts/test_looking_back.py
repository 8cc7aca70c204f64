"""A transaction as it was known at a time, and what is known since another: `state --at`, `state --since`."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.given import follower, payment
from tests.house import LocalPayPal, keep, settings_in, work_off
from tests.scripts.here import runner
from tests.served import Run

EVIL = "Jörg \x1b[2J\u202eevil\x9b31m\r\n\x00<b>"
LONG_AGO = "2020-01-01T00:00:00Z"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(tmp_path, monkeypatch, capsys)


@pytest.fixture(scope="module")
def database(any_engine: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("house")
    with LocalPayPal().running() as paypal:
        settings = settings_in(folder, paypal.url)
        for one in (payment(custom=EVIL, charset="utf-8"), follower("Refunded", "R1", gross="-5.00")):
            keep(settings, [one])
            work_off(settings)
    return settings.database


@pytest.fixture
def first(here: Run, database: str) -> str:
    """When the payment was recorded."""
    return str(told(here, database, "--since", LONG_AGO)["events"][0]["recorded_at"])


def told(run: Run, database: str, *words: str, txn_id: str = "T1") -> Any:
    done = run("state", txn_id, "--json", *words, DATABASE=database)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.isascii()
    return json.loads(done.stdout)


@pytest.mark.parametrize("txn_id", ["T1", "R1"])
def test_as_it_was_known_at_a_time(here: Run, database: str, first: str, txn_id: str) -> None:
    assert told(here, database, "--at", first, txn_id=txn_id)["status"] == "completed"
    assert told(here, database, "--at", "2199-01-01T00:00:00Z")["status"] == "partially_refunded"
    lines = here("state", "T1", "--at", first, DATABASE=database).stdout.splitlines()
    assert "status        completed" in lines


def test_what_is_known_since_a_time(here: Run, database: str, first: str) -> None:
    changes = told(here, database, "--since", first)
    assert {"field": "refunded", "before": "0.00", "after": "5.00"} in changes["changed"]
    lines = here("state", "T1", "--since", first, DATABASE=database).stdout.splitlines()
    assert "status: completed -> partially_refunded" in lines
    assert "doubts: - -> (rule refund, detail 5.00 of 20.00 USD refunded before the goods left)" in lines
    assert lines[-2].split() == ["recorded_at", "type", "notification", "by"]
    assert lines[-1].split()[1:] == ["PaymentRefunded", "2", "-"]


def test_of_what_was_not_known_all_is_news(here: Run, database: str) -> None:
    lines = here("state", "T1", "--since", LONG_AGO, DATABASE=database).stdout.splitlines()
    assert lines[0] == "nothing was known of it before"
    assert "txn_id: - -> T1" in lines
    assert "payer.id: - -> PAYER1" in lines


def test_between_two_times(here: Run, database: str, first: str) -> None:
    before = (datetime.fromisoformat(first) - timedelta(microseconds=1)).isoformat()
    changes = told(here, database, "--since", before, "--at", first)
    assert (changes["before"], len(changes["events"])) == (None, 1)
    done = here("state", "T1", "--since", first, "--at", first, DATABASE=database)
    assert done.stdout == "nothing changed\n"


@pytest.mark.parametrize("words", [("--at", LONG_AGO), ("--since", LONG_AGO, "--at", LONG_AGO)])
def test_what_was_not_known_then_is_exit_1(here: Run, database: str, words: tuple[str, ...]) -> None:
    done = here("state", "T1", *words, DATABASE=database)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "counterfoil: no transaction T1 was known then\n"
    assert here("state", "T9", *words, DATABASE=database).returncode == 1


@pytest.mark.parametrize("how", [("--since", LONG_AGO), ("--at", "2199-01-01T00:00:00Z")])
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_nothing_in_a_message_moves_the_cursor(
    how: tuple[str, ...], form: tuple[str, ...], here: Run, database: str
) -> None:
    done = here("state", "T1", *how, *form, DATABASE=database)
    assert done.returncode == 0
    assert set(done.stdout.replace("\n", "")) & set("\x1b\u202e\x9b\r\x00") == set()
    assert r"\u202eevil" in done.stdout


@pytest.mark.parametrize("words", [("--at", "x"), ("--since", "x"), ("--since", "2199-01-01T00:00:00Z")])
def test_wrong_usage_is_one_line_and_exit_2(here: Run, database: str, words: tuple[str, ...]) -> None:
    done = here("state", "T1", *words, DATABASE=database)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
