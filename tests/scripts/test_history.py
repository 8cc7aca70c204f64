"""`counterfoil history`: every delivery, the newest first, for people and for programs."""

import json
from pathlib import Path

import pytest

from tests.given import follower, payment
from tests.house import LocalPayPal, keep, settings_in, work_off
from tests.scripts.here import runner
from tests.served import Run

EVIL = "\x1b[2J\u202eevil\r\n"
STORY = [
    payment(), follower("Refunded", "R1"), payment("T2", receiver_email="mallory@example.com"),
    payment("T3", EVIL), payment("T4" + EVIL), payment(), payment("T6"),
]  # fmt: skip


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(tmp_path, monkeypatch, capsys)


@pytest.fixture(scope="module")
def database(any_engine: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("house")
    with LocalPayPal(lambda body: b"hm" if b"T6" in body else b"VERIFIED").running() as paypal:
        settings = settings_in(folder, paypal.url)
        keep(settings, STORY)
        work_off(settings)
        # One that no worker has seen yet.
        keep(settings, [payment("T7")])
    return settings.database


def items(here: Run, database: str, *words: str) -> list[dict[str, object]]:
    done = here("history", *words, "--json", DATABASE=database)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.isascii()
    found: list[dict[str, object]] = json.loads(done.stdout)["items"]
    return found


def test_every_delivery_the_newest_first(here: Run, database: str) -> None:
    found = items(here, database)
    assert [one["n"] for one in found] == [8, 7, 6, 5, 4, 3, 2, 1]
    assert [one["outcome"] for one in found] == [
        "waiting", "waiting", "duplicate", "unreadable", "unmodelled", "refused", "recorded", "recorded",
    ]  # fmt: skip
    assert found[7]["events"] == [{"stream": "T1", "version": 1, "type": "PaymentCompleted"}]


def test_in_words_each_is_one_inert_line(here: Run, database: str) -> None:
    done = here("history", DATABASE=database)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].split() == [
        "n", "received_at", "verdict", "attempts", "outcome",
        "txn_id", "txn_type", "payment_status", "reason",
    ]  # fmt: skip
    assert [line.split()[0] for line in lines[1:]] == list("87654321")
    assert set(done.stdout) & set("\x1b\u202e\r") == set()
    assert r"T4\x1b[2J" in done.stdout
    assert lines[6].split()[4:] == ["refused", "T2", "web_accept", "Completed", "receiver"]


def test_what_names_a_transaction_or_its_parent(here: Run, database: str) -> None:
    assert [one["n"] for one in items(here, database, "T1")] == [6, 2, 1]
    assert [one["n"] for one in items(here, database, "R1")] == [2]
    assert items(here, database, "nothing") == []


def test_as_many_as_are_asked_for(here: Run, database: str) -> None:
    done = here("history", "--limit", "3", "--json", DATABASE=database)
    told = json.loads(done.stdout)
    assert [one["n"] for one in told["items"]] == [8, 7, 6]
    assert told["next"]
    assert here("history", "--limit", "0", DATABASE=database).returncode == 2


def test_more_than_a_page(here: Run, any_engine: str, tmp_path: Path) -> None:
    settings = settings_in(tmp_path, "http://127.0.0.1:1/")
    keep(settings, [b"n=%d" % n for n in range(1_100)])
    found = items(here, settings.database, "--limit", "1050")
    assert [one["n"] for one in found] == list(range(1_100, 50, -1))
