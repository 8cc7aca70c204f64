"""`counterfoil todos`: what waits for a person, for people and for programs."""

import json
from pathlib import Path
from typing import Any

import pytest

from adapters.acts import Acts
from projections.todos.kinds import TodoKind
from scripts.wiring.stores import now, open_stores, shop_of
from tests.given import SELLER, authorization, case, payment, pending
from tests.house import LocalPayPal, keep, settings_in, work_off
from tests.scripts.here import runner
from tests.served import Run

EVIL = "\x1b[2J\u202eevil\r\n"
STORY = [
    payment(invoice=EVIL, charset="utf-8"), pending("T2"), payment("T3", receiver_email="mallory@x.com"),
    payment("T4"), case(txn_id="T4"), authorization("A1", auth_exp="08:00:00 Nov 20, 2199 PST"),
    pending("T5", reason="unilateral", receiver_email=EVIL, business=SELLER, charset="utf-8"),
    payment("T6", txn_type=EVIL, charset="utf-8"),
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
        with open_stores(settings) as stores:
            acts = Acts(stores.events, shop_of(settings), now, lambda: None)
            acts.act("Ann" + EVIL, lambda acting: acting.close_todo("T2", "echeck:T2", EVIL))
        work_off(settings)
    return settings.database


def items(here: Run, database: str, *words: str) -> list[dict[str, Any]]:
    done = here("todos", *words, "--json", DATABASE=database)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.isascii()
    found: list[dict[str, Any]] = json.loads(done.stdout)["items"]
    return found


def test_what_is_open_is_told(here: Run, database: str) -> None:
    found = items(here, database)
    kinds = {item["kind"] for item in found}
    assert kinds == {"ship", "refused", "answer_case", "unilateral", "unmodelled", "drift"}
    assert all(item["open"] for item in found)


def test_what_is_done_is_told_if_asked_for(here: Run, database: str) -> None:
    (done,) = items(here, database, "--all", "--kind", "echeck")
    assert (done["id"], done["open"], done["closed_by"], done["note"]) == (
        "echeck:T2",
        False,
        "Ann" + EVIL,
        EVIL,
    )
    assert items(here, database, "--kind", "echeck") == []


def test_what_is_to_come_is_not_told(here: Run, database: str) -> None:
    assert items(here, database, "--all", "--kind", "authorization_expiring") == []


def test_in_words_each_is_one_inert_line(here: Run, database: str) -> None:
    done = here("todos", "--all", DATABASE=database)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["id", "since", "due", "what", "open", "closed_by", "note"]
    assert len(lines) == 1 + len(items(here, database, "--all"))
    assert set(done.stdout) & set("\x1b\u202e\r") == set()


def test_as_many_as_are_asked_for(here: Run, database: str) -> None:
    done = here("todos", "--limit", "2", "--json", DATABASE=database)
    told = json.loads(done.stdout)
    assert told["items"] == items(here, database)[:2]
    assert told["next"]
    assert here("todos", "--limit", "0", DATABASE=database).returncode == 2


def test_an_unknown_kind_is_wrong_usage(here: Run, database: str) -> None:
    done = here("todos", "--kind", "nonsense" + EVIL, DATABASE=database)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert all(kind in done.stderr for kind in TodoKind)
