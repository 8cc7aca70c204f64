"""`counterfoil forget`: what it says, in words and in JSON, what it asks, and an exit code for each end."""

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.sealed_workshop import SealedWorkshop, left_of, of_user, open_sealed
from tests.engines import database_in
from tests.given import payment
from tests.scripts.here import runner
from tests.served import Run


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """No other process knows the keys here."""
    monkeypatch.setattr("adapters.personal.forgetting._PAUSE_SECONDS", 0)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(tmp_path, monkeypatch, capsys)


@pytest.fixture
def house(any_engine: str, tmp_path: Path) -> Iterator[SealedWorkshop]:
    with open_sealed(tmp_path) as opened:
        opened.deliver(of_user(), of_user("T2"), payment("T3", payer_id="P2"))
        opened.follower.follow()
        yield opened


def run(here: Run, house: SealedWorkshop, *words: str, data: str = "sealed") -> Any:
    database = database_in(house.folder)
    return here("forget", *words, DATABASE=database, LOG_FORMAT="json", PERSONAL_DATA=data)


def left(house: SealedWorkshop) -> set[Any]:
    return left_of([house.engine, house.inbox_engine])


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_it_says_what_it_did(here: Run, house: SealedWorkshop) -> None:
    done = run(here, house, "PAYER1", "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "known as: PAYER1, buyer@example.com",
        "sealed: 2 messages; told of in 2 transactions and subscriptions",
        "forgotten: 1 keys destroyed; what they sealed reads as (erased) everywhere",
    ]
    assert left(house) == set()


def test_the_second_time_there_is_nothing_to_do(here: Run, house: SealedWorkshop) -> None:
    run(here, house, "PAYER1", "--yes")
    done = run(here, house, "PAYER1", "--yes")
    assert (done.returncode, done.stdout) == (0, "forgotten already: 1 keys were destroyed before\n")


def test_it_only_looks_when_told_to(here: Run, house: SealedWorkshop) -> None:
    before = left(house)
    done = run(here, house, "buyer@example.com", "--dry-run")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "nothing was forgotten (--dry-run): 1 keys would be destroyed"
    assert left(house) == before != set()


def test_json_says_the_same(here: Run, house: SealedWorkshop) -> None:
    looked = json.loads(run(here, house, "PAYER1", "--dry-run", "--json").stdout)
    done = json.loads(run(here, house, "PAYER1", "--yes", "--json").stdout)
    assert (looked.pop("forgotten"), done.pop("forgotten")) == (False, True)
    assert looked == done
    assert done == {
        "payer": "PAYER1",
        "ids": ["PAYER1"],
        "emails": ["buyer@example.com"],
        "keys": ["payer:PAYER1#1"],
        "destroyed": [],
        "streams": ["T1", "T2"],
        "messages": [1, 2],
        "plain_events": 0,
        "plain_messages": 0,
        "left": [],
    }


def test_who_is_not_known_is_a_problem_that_was_found(here: Run, house: SealedWorkshop) -> None:
    done = run(here, house, "PAYER9", "--yes")
    assert (done.returncode, done.stdout) == (1, "nothing is known of PAYER9\n")


@pytest.mark.parametrize("payer", ["", "  ", "a\tb\x1b"])
def test_what_is_no_name_is_wrong_usage(here: Run, house: SealedWorkshop, payer: str) -> None:
    done = run(here, house, payer, "--yes")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "counterfoil: PAYER is no payer id and no e-mail address\n"


def test_where_nobody_can_be_asked_nothing_is_destroyed(
    here: Run, house: SealedWorkshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("PAYER1\n"))
    done = run(here, house, "PAYER1")
    assert done.returncode == 2
    assert "say --yes" in done.stderr
    assert left(house) != set()


@pytest.mark.parametrize(("typed", "code"), [("PAYER1\n", 0), ("yes\n", 2), ("", 2)])
def test_on_a_terminal_the_payer_is_to_be_typed_again(
    here: Run, house: SealedWorkshop, monkeypatch: pytest.MonkeyPatch, typed: str, code: int
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    done = run(here, house, "PAYER1")
    assert done.returncode == code
    assert "This cannot be undone. Type PAYER1 again" in done.stderr
    assert (left(house) == set()) is (code == 0)


def test_what_was_not_sealed_is_said_and_is_a_problem(any_engine: str, here: Run, tmp_path: Path) -> None:
    with open_sealed(tmp_path, seals=False) as house:
        house.deliver(of_user())
        for data in ("open", "sealed"):
            done = run(here, house, "PAYER1", "--yes", data=data)
            assert done.returncode == 1
            assert done.stdout.startswith("NOT forgotten: 1 messages and 1 events were stored before")


def test_what_was_sealed_is_forgotten_though_nothing_is_any_more(here: Run, house: SealedWorkshop) -> None:
    done = run(here, house, "PAYER1", "--yes", data="open")
    assert done.returncode == 0
    assert left(house) == set()


def test_what_nobody_took_in_yet_is_forgotten_too(here: Run, house: SealedWorkshop) -> None:
    house.keep(of_user("T4"))
    done = run(here, house, "PAYER1", "--yes")
    assert "sealed: 3 messages" in done.stdout
    assert left(house) == set()


def test_a_house_that_is_not_there_is_not_made(any_engine: str, here: Run, tmp_path: Path) -> None:
    done = here("forget", "PAYER1", "--yes", DATABASE=f"sqlite:///{tmp_path}/none.db")
    assert done.returncode == 3
    assert "there is no such file" in done.stderr
