"""`counterfoil purge`: what it says, in words and in JSON, and an exit code for each end."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.purging.purge import Purge
from domain.vocabulary import Verdict
from scripts.wiring.stores import now
from tests.adapters.workshop import Workshop, open_workshop
from tests.engines import database_in
from tests.given import payment
from tests.scripts.here import runner
from tests.served import Run


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(tmp_path, monkeypatch, capsys)


@pytest.fixture
def house(any_engine: str, tmp_path: Path) -> Iterator[Workshop]:
    """Forty days ago PayPal disowned two messages and verified one twice."""
    with open_workshop(tmp_path) as opened:
        past = now() - timedelta(days=40)
        opened.at = past
        opened.keep(b"forged=1", b"forged=2", at=past)
        settle(opened, Verdict.INVALID)
        opened.keep(payment(), payment(), at=past)
        settle(opened, Verdict.VERIFIED)
        yield opened


def settle(house: Workshop, verdict: Verdict) -> None:
    house.claims.take_in()
    claimed = house.claims.claim(10, 2**60)
    house.processor().settle(house.answer(claimed, verdict))


def run(here: Run, house: Workshop, *words: str) -> Any:
    return here("purge", *words, DATABASE=database_in(house.folder), LOG_FORMAT="json")


def test_it_says_what_went(house: Workshop, here: Run) -> None:
    done = run(here, house)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "disowned by PayPal, older than 30 days: 2 bodies, 16 bytes",
        "duplicates of what was recorded, older than 365 days: 0 bodies, 0 bytes",
        "purged: 2 bodies, 16 bytes",
    ]
    assert sorted(house.inbox.bodies(range(10))) == [3, 4]


def test_a_dry_run_says_what_would_go(house: Workshop, here: Run) -> None:
    done = run(here, house, "--dry-run", "--disowned-days=41", "--settled-days=39")
    assert (done.returncode, done.stderr) == (0, "")
    size = len(payment())
    assert done.stdout.splitlines() == [
        "disowned by PayPal, older than 41 days: 0 bodies, 0 bytes",
        f"duplicates of what was recorded, older than 39 days: 1 bodies, {size} bytes",
        f"would go: 1 bodies, {size} bytes",
        "nothing was purged (--dry-run)",
    ]
    assert len(house.inbox.bodies(range(10))) == 4


def test_json_says_the_same(house: Workshop, here: Run) -> None:
    told = json.loads(run(here, house, "--json", "--dry-run").stdout)
    assert told == {
        "purged": False, "bodies": 2, "bytes": 16,
        "rules": [
            {"rule": "disowned", "outcome": "invalid", "days": 30, "bodies": 2, "bytes": 16},
            {"rule": "duplicate", "outcome": "duplicate", "days": 365, "bodies": 0, "bytes": 0},
        ],
        "left": {"bodies": 0, "bytes": 0},
    }  # fmt: skip
    assert json.loads(run(here, house, "--json").stdout) == {**told, "purged": True}
    assert json.loads(run(here, house, "--json").stdout)["bodies"] == 0


def test_one_that_is_interrupted_says_so_and_the_next_goes_on(
    house: Workshop, here: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> tuple[int, int]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Purge, "_let_go", interrupt)
        done = run(here, house)
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == "counterfoil: cancelled: what went is gone, the next purge goes on\n"
    done = run(here, house)
    assert "left by a purge that did not end: 2 bodies, 16 bytes" in done.stdout.splitlines()
    assert done.stdout.splitlines()[-1] == "purged: 2 bodies, 16 bytes"


@pytest.mark.parametrize("words", [["--disowned-days=0"], ["--settled-days=x"], ["--settled-days=99999"]])
def test_days_beyond_their_limits_are_wrong_usage(house: Workshop, here: Run, words: list[str]) -> None:
    done = run(here, house, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(house.inbox.bodies(range(10))) == 4


def test_a_book_that_does_not_say_what_made_it_is_left_alone(house: Workshop, here: Run) -> None:
    with house.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE stored_events SET state = 'ruin'")
    done = run(here, house)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("counterfoil: event 1 of the book does not say what made it")
    assert done.stderr.count("\n") == 1


def test_a_house_that_is_not_there_is_no_house_to_purge(here: Run) -> None:
    done = here("purge", DATABASE="sqlite:///nowhere/house.db")
    assert done.returncode == 3
    assert "there is no such file" in done.stderr
