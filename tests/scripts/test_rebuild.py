"""`counterfoil rebuild`: what it says, in words and in JSON, and an exit code for each end."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.rebuilding import lease as lease_module
from adapters.rebuilding.rebuild import Rebuild
from adapters.rebuilding.shadow import Shadow
from adapters.slots import table
from adapters.views.registry import PROJECTIONS
from scripts.rebuild import rebuild
from scripts.wiring.stores import now
from tests import engines
from tests.adapters.workshop import Workshop, open_workshop
from tests.engines import database_in
from tests.given import payment
from tests.scripts.here import runner
from tests.served import Run

EVIL = "T\x1b[2J\u202e<b>\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(tmp_path, monkeypatch, capsys)


@pytest.fixture
def house(any_engine: str, tmp_path: Path) -> Iterator[Workshop]:
    with open_workshop(tmp_path) as opened:
        opened.deliver(*[payment(f"T{n}") for n in range(5)])
        opened.follower.follow()
        yield opened
    lease_module._HELD.clear()


def run(here: Run, house: Workshop, *words: str) -> Any:
    return here("rebuild", *words, DATABASE=database_in(house.folder))


def spoil(house: Workshop, count: int = 1) -> None:
    live = table("identities", "a")
    rows = [{"txn_id": f"{EVIL}{n}", "follows": "T"} for n in range(count)]
    with house.engine.begin() as connection:
        connection.execute(live.insert(), rows)
        connection.exec_driver_sql("UPDATE transactions_a SET status = '?' WHERE txn_id = 'T2'")


def test_all_is_told_anew_and_switched(house: Workshop, here: Run) -> None:
    done = run(here, house)
    assert (done.returncode, done.stderr) == (0, "")
    first, *projections, last = done.stdout.splitlines()
    assert first.startswith("5 events in ")
    assert first.endswith(" events/s")
    assert projections[0] == "transactions: 5 rows, none differs at position 5"
    assert [line.partition(":")[0] for line in projections] == list(PROJECTIONS)
    assert last == "switched to the new rows"


def test_a_named_one_alone(house: Workshop, here: Run) -> None:
    done = run(here, house, "origins", "identities")
    assert [line.partition(":")[0] for line in done.stdout.splitlines()[1:-1]] == ["identities", "origins"]


def test_what_differs_is_told_and_nothing_of_a_message_moves_the_cursor(house: Workshop, here: Run) -> None:
    spoil(house)
    done = run(here, house, "--dry-run")
    assert (done.returncode, done.stderr) == (1, "")
    lines = done.stdout.splitlines()
    assert "transactions: 5 rows, 1 differ at position 5" in lines
    assert "  transactions T2 changed: status" in lines
    assert "  identities T\\x1b[2J\\u202e<b>\\n0 missing" in lines
    assert lines[-1] == "nothing was switched (--dry-run)"
    assert run(here, house).returncode == 0
    assert run(here, house, "--dry-run").returncode == 0


def test_of_very_many_differences_the_rest_is_counted(house: Workshop, here: Run) -> None:
    spoil(house, 50)
    assert "  and 30 more" in run(here, house, "identities").stdout.splitlines()


def test_json_says_the_same(house: Workshop, here: Run) -> None:
    spoil(house)
    done = run(here, house, "--json", "--dry-run", "identities")
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert (told["events"], told["switched"], set(told)) == (
        5, False, {"events", "seconds", "events_per_second", "switched", "projections"},
    )  # fmt: skip
    assert told["projections"] == [
        {
            "projection": "identities", "position": 5, "rows": 0, "set_aside": 0, "differences": 1,
            "first": [{"table": "identities", "key": [f"{EVIL}0"], "what": "missing", "columns": []}],
        }
    ]  # fmt: skip
    assert "\x1b" not in done.stdout


def test_streams_that_cannot_be_told_are_counted(house: Workshop, here: Run) -> None:
    with house.engine.begin() as connection:
        engines.spoil(connection, 3)
    done = run(here, house, "transactions")
    assert done.returncode == 0
    assert "transactions: 4 rows, 1 differ at position 5, 1 streams set aside" in done.stdout.splitlines()
    assert '"event": "stream_set_aside"' in done.stderr or '"event":"stream_set_aside"' in done.stderr


def test_an_unknown_name_is_answered_with_those_that_there_are(house: Workshop, here: Run) -> None:
    done = run(here, house, "transactions", EVIL)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"counterfoil: no projection T\\x1b[2J\\u202e<b>\\n; there are {', '.join(PROJECTIONS)}\n"
    )


def test_a_second_rebuild_is_sent_away_in_one_line(house: Workshop, here: Run) -> None:
    first = Shadow(house.book, house.engine, house.clock, (PROJECTIONS["origins"],))
    house.at = now()
    first.begin()
    done = run(here, house)
    assert (done.returncode, done.stdout) == (3, "")
    assert f"/{os.getpid()} is rebuilding it: wait until it is done, or end it" in done.stderr
    assert done.stderr.count("\n") == 1
    assert run(here, house, "transactions").returncode == 0


@pytest.mark.parametrize(("method", "said"), [("_compare", "as they were"), ("_empty", "as they were")])
def test_an_interrupted_one_says_what_stands(
    house: Workshop, here: Run, monkeypatch: pytest.MonkeyPatch, method: str, said: str
) -> None:
    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Rebuild, method, interrupt)
    done = run(here, house)
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr.startswith("counterfoil: cancelled: the rows that are read are ")
    assert said in done.stderr


def test_one_that_was_switched_before_it_was_interrupted_says_so(
    house: Workshop, here: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = Rebuild._empty

    def interrupt(doing: Rebuild) -> None:
        if doing.switched:
            raise KeyboardInterrupt
        empty(doing)

    monkeypatch.setattr(Rebuild, "_empty", interrupt)
    done = run(here, house)
    assert (done.returncode, done.stdout) == (130, "")
    assert "the new rows are read already" in done.stderr
    monkeypatch.undo()
    assert run(here, house).returncode == 0


def test_a_house_that_is_not_there_is_no_house_to_rebuild(here: Run) -> None:
    done = here("rebuild", DATABASE="sqlite:///nowhere/house.db")
    assert done.returncode == 3
    assert "there is no such file" in done.stderr
    assert rebuild.__doc__
