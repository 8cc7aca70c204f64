"""`counterfoil backup`: what it says, in words and in JSON, and an exit code for each end."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from adapters.layouts import SCHEMA_VERSION
from scripts.bar import Bar
from tests.adapters.workshop import Workshop, open_workshop
from tests.engines import SQLITE, database_in
from tests.given import payment
from tests.postgres import session_server
from tests.scripts.here import runner
from tests.served import Run

EVIL = "to\x1b[2Jday"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(tmp_path, monkeypatch, capsys)


@pytest.fixture
def house(any_engine: str, tmp_path: Path) -> Iterator[Workshop]:
    with open_workshop(tmp_path) as opened:
        opened.deliver(payment(), payment())
        yield opened


def run(here: Run, house: Workshop, *words: str) -> Any:
    given: list[str] = []
    if house.parts.database.kind != SQLITE:
        given = [f"--pg-dump={session_server().bin / 'pg_dump'}"]
    return here("backup", *words, *given, DATABASE=database_in(house.folder))


def test_it_says_what_it_wrote_and_what_that_holds(house: Workshop, here: Run, tmp_path: Path) -> None:
    done = run(here, house, EVIL)
    assert (done.returncode, done.stderr) == (0, "")
    first, *files, holds, last = done.stdout.splitlines()
    assert first == "written to to\\x1b[2Jday:"
    assert files == [
        f"  {path.name}, {path.stat().st_size} bytes" for path in sorted((tmp_path / EVIL).iterdir())
    ]
    assert holds == "2 deliveries (the last number given is 2), 1 events"
    assert last.startswith(f"layout {SCHEMA_VERSION}; all that was acknowledged before 20")


def test_json_says_the_same(house: Workshop, here: Run, tmp_path: Path) -> None:
    told = json.loads(run(here, house, str(tmp_path / "deep" / "backup"), "--json").stdout)
    sizes = [file.pop("bytes") for file in told["files"]]
    assert told.pop("begun_at").endswith("Z")
    assert told.pop("bytes") == sum(sizes) > 0
    files = ["house.db", "house.inbox.db"] if len(sizes) > 1 else ["counterfoil.dump"]
    assert told == {
        "folder": str(tmp_path / "deep" / "backup"),
        "files": [{"name": name} for name in files],
        "deliveries": 2,
        "last_given": 2,
        "events": 1,
        "layout": SCHEMA_VERSION,
    }


def test_what_is_there_is_not_written_over(house: Workshop, here: Run, tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir()
    done = run(here, house, "backup")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == "counterfoil: backup: there is something already: name a folder that is not there\n"


def test_one_that_is_interrupted_leaves_nothing_and_says_so(
    on_sqlite: str, house: Workshop, here: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Bar, "show", interrupt)
    before = set(tmp_path.iterdir())
    done = run(here, house, "backup")
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == "counterfoil: cancelled: nothing was written\n"
    assert set(tmp_path.iterdir()) == before


def test_no_folder_is_wrong_usage(house: Workshop, here: Run) -> None:
    assert run(here, house).returncode == 2


def test_a_store_of_an_earlier_version_is_not_brought_forward(here: Run, tmp_path: Path) -> None:
    for path in (Path(__file__).resolve().parents[1] / "stores" / "3").glob("house*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    done = here("backup", "before", "--json", DATABASE="sqlite:///house.db")
    assert json.loads(done.stdout)["layout"] == 3
    with closing(sqlite3.connect(tmp_path / "house.db")) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (3,)


def test_a_house_that_is_not_there_is_no_house_to_copy(here: Run, tmp_path: Path) -> None:
    done = here("backup", "today", DATABASE="sqlite:///nowhere/house.db")
    assert (done.returncode, done.stdout) == (3, "")
    assert "there is no such file" in done.stderr
    assert list(tmp_path.iterdir()) == []
