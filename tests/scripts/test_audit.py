"""`counterfoil audit`: what it says, in words and in JSON, and an exit code for each end."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.auditing.checks import CHECKS
from adapters.notary.notes import Signer
from adapters.notary.seals import Seals
from adapters.slots import table
from adapters.tables import checkpoints
from tests.adapters.auditing.conftest import Store, lived
from tests.adapters.workshop import open_workshop
from tests.engines import database_in
from tests.scripts.here import runner
from tests.served import Run

EVIL = "T\x1b[2J\u202e<b>\n"


@pytest.fixture
def store(any_engine: str, tmp_path: Path) -> Iterator[Store]:
    with open_workshop(tmp_path) as workshop:
        yield Store(workshop, lived(workshop))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    run = runner(tmp_path, monkeypatch, capsys)

    def ran(*words: str, **settings: str) -> Any:
        return run(*words, DATABASE=database_in(tmp_path), RECEIVERS="seller@example.com", **settings)

    return ran


def kept(store: Store, tmp_path: Path) -> Path:
    """The last checkpoint, as it left."""
    last = Seals(store.workshop.engine).last_checkpoint()
    assert last is not None
    path = tmp_path / "checkpoint"
    path.write_text(last.note, encoding="utf-8")
    return path


def test_a_store_that_nobody_touched_agrees(store: Store, here: Run) -> None:
    done = here("audit")
    assert (done.returncode, done.stderr) == (0, "")
    *checks, rate, last = done.stdout.splitlines()
    assert [line.partition(":")[0] for line in checks] == list(CHECKS)
    assert rate.startswith(f"{store.positions()[-1]} positions in ")
    assert last == "all of it agrees"


def test_what_does_not_agree_is_told_and_nothing_of_a_message_moves_the_cursor(
    store: Store, here: Run
) -> None:
    with store.workshop.engine.begin() as book:
        rows = [{"txn_id": f"{EVIL}{n:02d}", "follows": "T"} for n in range(60)]
        book.execute(table("identities", "a").insert(), rows)
    done = here("audit", "--only", "views")
    assert (done.returncode, done.stderr) == (1, "")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("views: 60 found (")
    assert lines[1] == "  identities txn_id T\\x1b[2J\\u202e<b>\\n00: the book tells of no such row"
    assert "  and 10 more" in lines
    assert lines[-1] == "60 found"


def test_json_says_the_same(store: Store, here: Run) -> None:
    store.change(table("transactions", "a"), {"status": "refunded"}, txn_id="T1")
    done = here("audit", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["agrees"], told["found"]) == (1, False, 1)
    assert [one["check"] for one in told["checks"]] == list(CHECKS)
    (views,) = (one for one in told["checks"] if one["check"] == "views")
    assert views["findings"] == [
        {
            "check": "views",
            "table": "transactions",
            "key": {"txn_id": "T1"},
            "what": "not as the book tells it: status",
        }
    ]


def test_a_checkpoint_that_left_says_where_to_begin(store: Store, here: Run, tmp_path: Path) -> None:
    left = kept(store, tmp_path)
    assert here("audit", "--since", str(left)).returncode == 0
    store.execute("DELETE FROM seals WHERE seq = 24")
    store.execute("DELETE FROM checkpoints")
    done = here("audit", "--only", "tree", "--since", str(left), "--key", store.history.signer.vkey)
    assert done.returncode == 1
    assert "its end was cut" in done.stdout


@pytest.mark.parametrize("content", [None, "no note", b"\xff"])
def test_a_checkpoint_that_is_none_is_refused(
    store: Store, here: Run, tmp_path: Path, content: str | bytes | None
) -> None:
    path = tmp_path / "checkpoint"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    done = here("audit", "--since", str(path))
    assert (done.returncode, done.stdout) == (2, "")
    assert "checkpoint" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_pinned_key_alone_counts(store: Store, here: Run) -> None:
    assert here("audit", "--only", "tree", "--key", store.history.signer.vkey).returncode == 0
    other = Signer.generate("counterfoil/ffffffffffffffff").vkey
    assert here("audit", "--only", "tree", "--key", other).returncode == 1
    done = here("audit", "--key", "none")
    assert (done.returncode, done.stderr.startswith("counterfoil: --key: ")) == (2, True)


def test_the_key_of_another_house_is_said(store: Store, here: Run) -> None:
    other = Signer.generate("counterfoil/ffffffffffffffff")
    done = here("audit", "--only", "tree", NOTARY_KEY=other.private)
    assert done.returncode == 0
    assert f"note: the key {other.vkey} is not among those that the book names" in done.stdout


def test_a_check_that_there_is_not_is_wrong_usage(store: Store, here: Run) -> None:
    done = here("audit", "--only", "tree,everything")
    assert done.returncode == 2
    assert "no check 'everything'; there are chain, sequence" in done.stderr


def test_a_store_that_cannot_be_read_is_no_finding(store: Store, here: Run) -> None:
    checkpoints_gone = f"ALTER TABLE {checkpoints.name} DROP COLUMN frontier"
    store.execute(checkpoints_gone)
    done = here("audit", "--only", "tree")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.count("\n") == 1


@pytest.mark.usefixtures("on_sqlite")
def test_where_nothing_is_there_is_nothing_to_audit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = runner(tmp_path, monkeypatch, capsys)
    done = run("audit", DATABASE=f"sqlite:///{tmp_path}/none.db")
    assert done.returncode == 3
    assert "there is no such file" in done.stderr
