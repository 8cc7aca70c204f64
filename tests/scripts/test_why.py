"""`counterfoil why`: the rules in words, an exit code for each answer."""

import json
from pathlib import Path

import pytest

from tests.given import adjustment, case, follower, payment, pending
from tests.house import LocalPayPal, keep, settings_in, work_off
from tests.scripts.here import runner
from tests.served import Run

EVIL = "Jörg \x1b[2J\u202eevil\x9b31m\r\n\x00<b>"
STORY = [
    payment(invoice=EVIL, item_number=EVIL, charset="utf-8"), case(reason_code=EVIL, charset="utf-8"),
    follower("Refunded", "R1", gross="-5.00"), adjustment("X1", "R1"), pending("T2"),
    payment("T3"), follower("Refunded", "R3", "T3"),
]  # fmt: skip


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(tmp_path, monkeypatch, capsys)


@pytest.fixture(scope="module")
def database(any_engine: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("house")
    with LocalPayPal().running() as paypal:
        settings = settings_in(folder, paypal.url)
        keep(settings, STORY)
        work_off(settings)
    return settings.database


def test_each_rule_and_what_comes_next(here: Run, database: str) -> None:
    done = here("why", "T1", DATABASE=database)
    assert (done.returncode, done.stderr) == (0, "")
    first, *lines = done.stdout.splitlines()
    assert first == "T1 is disputed; goods: held"
    rules, after = lines[: lines.index("next:")], lines[lines.index("next:") + 1 :]
    assert [line.split()[:2] for line in rules][:3] == [
        ["passed", "money"],
        ["passed", "receiver"],
        ["passed", "arithmetic"],
    ]
    assert any(line.startswith("failed  refund      5.00 of 20.00 USD refunded") for line in rules)
    assert {line.split()[0] for line in after} == {"merchant", "buyer"}


def test_the_settings_of_today_are_named_where_nothing_was_doubted(here: Run, database: str) -> None:
    done = here("why", "T2", DATABASE=database)
    assert done.stdout.splitlines()[0] == "T2 is pending; goods: none"
    assert "bank  clear the eCheck" in done.stdout


def test_json_is_the_apis(here: Run, database: str) -> None:
    done = here("why", "T3", "--json", DATABASE=database)
    assert done.stdout.isascii()
    told = json.loads(done.stdout)
    assert set(told) == {"txn_id", "status", "fulfillment", "because", "next"}
    assert (told["txn_id"], told["fulfillment"]) == ("T3", "withdrawn")
    assert told["next"] == [{"what": "pay again: this money went back, and the goods stay", "who": "buyer"}]


@pytest.mark.parametrize("txn_id", ["R1", "X1"])
def test_the_id_of_a_follower_answers_with_what_it_follows(txn_id: str, here: Run, database: str) -> None:
    assert here("why", txn_id, DATABASE=database).stdout.startswith("T1 is ")


def test_as_of_a_time(here: Run, database: str) -> None:
    told = json.loads(here("why", "T1", "--at", "2199-01-01T00:00:00Z", "--json", DATABASE=database).stdout)
    assert told["fulfillment"] == "held"
    done = here("why", "T1", "--at", "2020-01-01T00:00:00Z", DATABASE=database)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "counterfoil: nothing was known then of T1\n"


@pytest.mark.parametrize("how", [(), ("--json",)])
def test_nothing_in_a_message_moves_the_cursor(how: tuple[str, ...], here: Run, database: str) -> None:
    done = here("why", "T1", *how, DATABASE=database)
    assert set(done.stdout.replace("\n", "")) & set("\x1b\u202e\x9b\r\x00") == set()
    assert r"\u202eevil" in done.stdout


def test_what_was_never_heard_of_is_exit_1(here: Run, database: str) -> None:
    done = here("why", "T\x1b[2J", DATABASE=database)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "counterfoil: nothing was heard of T\\x1b[2J\n"


@pytest.mark.parametrize("words", [("T1", "--at", "noon"), ()])
def test_wrong_usage_is_exit_2(words: tuple[str, ...], here: Run, database: str) -> None:
    assert here("why", *words, DATABASE=database).returncode == 2


def test_a_missing_database_is_exit_3(here: Run) -> None:
    assert here("why", "T1", DATABASE="sqlite:///var/nothing.db").returncode == 3
