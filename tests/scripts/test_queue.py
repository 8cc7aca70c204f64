"""`counterfoil queue`: goods that wait, or what changed in the queue."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.acts import Acts
from adapters.follower import Follower
from scripts.wiring.stores import now, open_stores, shop_of
from tests.engines import database_in
from tests.given import case, follower, payment
from tests.house import LocalPayPal, keep, settings_in, work_off
from tests.scripts.here import runner
from tests.served import Run

EVIL = "Jörg \x1b[2J\u202eevil\x9b31m\r\n\x00<b>"
STORY = [
    payment(first_name=EVIL, invoice=EVIL, item_name=EVIL, charset="utf-8"),
    payment("T2", payer_email="buyer@example.com"), payment("T3"), case(), follower("Refunded", "R1", "T3"),
]  # fmt: skip


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(tmp_path, monkeypatch, capsys)


@pytest.fixture(scope="module")
def house(any_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    with LocalPayPal().running() as paypal:
        settings = settings_in(folder, paypal.url)
        keep(settings, STORY)
        work_off(settings)
        with open_stores(settings) as stores:
            follow = Follower(stores.events, stores.views, now).follow
            acts = Acts(stores.events, shop_of(settings), now, follow)
            acts.act("Ann", lambda acting: acting.claim("T2", 604_800))
    return folder


@pytest.fixture
def database(house: Path) -> str:
    return database_in(house)


def told(run: Run, database: str, *words: str) -> list[dict[str, Any]]:
    done = run("queue", "--json", *words, DATABASE=database)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.isascii()
    return list(json.loads(done.stdout)["items"])


def test_goods_that_wait_in_a_table(here: Run, database: str) -> None:
    done = here("queue", DATABASE=database)
    assert (done.returncode, done.stderr) == (0, "")
    head, *lines = done.stdout.splitlines()
    assert head.split() == [
        "txn_id", "state", "since", "by", "until", "gross", "currency", "invoice", "payer", "doubts",
    ]  # fmt: skip
    by_id = {line.split()[0]: line for line in lines}
    assert set(by_id) == {"T1", "T2"}
    assert " held " in by_id["T1"]
    assert by_id["T1"].endswith("dispute PP-1 is open (non_receipt)")
    assert " claimed " in by_id["T2"]
    assert "  Ann  " in by_id["T2"]
    assert "  buyer@example.com" in by_id["T2"]
    withdrawn = here("queue", "--state", "withdrawn", DATABASE=database).stdout
    assert " withdrawn " in withdrawn
    assert "T3" in withdrawn


def test_one_state_alone(here: Run, database: str) -> None:
    assert [row["txn_id"] for row in told(here, database, "--state", "claimed")] == ["T2"]
    assert told(here, database, "--state", "fulfilled") == []


def test_as_of_a_time(here: Run, database: str) -> None:
    claimed = told(here, database, "--state", "claimed")[0]["since"]
    before = (datetime.fromisoformat(claimed) - timedelta(microseconds=1)).isoformat()
    assert {row["txn_id"]: row["state"] for row in told(here, database, "--at", before)}["T2"] == "ready"
    assert told(here, database, "--at", "2020-01-01T00:00:00Z") == []


def test_what_changed_since_a_time(here: Run, database: str) -> None:
    claimed = told(here, database, "--state", "claimed")[0]["since"]
    before = (datetime.fromisoformat(claimed) - timedelta(microseconds=1)).isoformat()
    done = here("queue", "--since", before, DATABASE=database)
    head, line = done.stdout.splitlines()
    assert head.split() == ["txn_id", "before", "after", "since", "by"]
    assert line.split() == ["T2", "ready", "claimed", claimed, "Ann"]
    (change,) = told(here, database, "--since", before)
    assert (change["before"]["state"], change["after"]["state"]) == ("ready", "claimed")
    assert told(here, database, "--since", before, "--at", before) == []
    fresh = here("queue", "--since", "2020-01-01T00:00:00Z", DATABASE=database).stdout.splitlines()
    assert {tuple(row.split()[:2]) for row in fresh[1:]} == {("T1", "-"), ("T2", "-"), ("T3", "-")}


def test_no_more_than_asked_for(here: Run, database: str) -> None:
    done = here("queue", "--limit", "1", "--json", DATABASE=database)
    answer = json.loads(done.stdout)
    assert len(answer["items"]) == 1
    assert answer["next"]
    assert len(here("queue", "--limit", "2", DATABASE=database).stdout.splitlines()) == 3


@pytest.mark.parametrize("how", [(), ("--json",), ("--since", "2020-01-01T00:00:00Z")])
def test_nothing_in_a_message_moves_the_cursor(how: tuple[str, ...], here: Run, database: str) -> None:
    done = here("queue", *how, DATABASE=database)
    assert set(done.stdout.replace("\n", "")) & set("\x1b\u202e\x9b\r\x00") == set()


TOMORROW = (datetime.now(UTC) + timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--state", "ship"), "--state is 'ship'; expected one of: none, held, ready, claimed, fulfilled, "),
        (("--at", "noon"), "--at is 'noon'; expected a time such as 2026-11-20T21:22:05Z"),
        (("--since", "2026-11-20"), "--since is '2026-11-20'"),
        (("--since", TOMORROW), "--since is later than now"),
        (("--since", "2020-01-02T00:00:00Z", "--at", "2020-01-01T00:00:00Z"), "--since is later than --at"),
        (("--since", "2020-01-01T00:00:00Z", "--state", "held"), "--since shows what changed"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(
    words: tuple[str, ...], said: str, here: Run, database: str
) -> None:
    done = here("queue", *words, DATABASE=database)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"counterfoil: {said}")
    assert done.stderr.count("\n") == 1


def test_a_missing_database_is_exit_3(here: Run) -> None:
    assert here("queue", DATABASE="sqlite:///var/nothing.db").returncode == 3
