"""What an earlier version sealed, this one opens, forgets on demand, and finds in order."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from adapters.layouts import SCHEMA_VERSION
from tests.house import environment, office_of, settings_in, views_of
from tests.test_golden_stores import changes, follow

STORES = sorted((Path(__file__).resolve().parent / "sealed_stores").iterdir())
# The first layout in which anything was sealed.
FIRST_SEALED = 5
PAYER = "PAYER1"


@pytest.fixture(params=STORES, ids=lambda path: path.name)
def store(on_sqlite: str, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    shutil.copytree(request.param, tmp_path, dirs_exist_ok=True)
    return tmp_path


def told(store: Path) -> dict[str, Any]:
    expected: dict[str, Any] = json.loads((store / "expected.json").read_text(encoding="utf-8"))
    return expected


def counterfoil(store: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    environ = os.environ | environment(store, "http://127.0.0.1:1/", PERSONAL_DATA="sealed")
    command = [sys.executable, "-m", "scripts", *words]
    return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=120, check=False)


def test_there_is_a_sealed_store_of_each_layout() -> None:
    assert [int(path.name) for path in STORES] == list(range(FIRST_SEALED, SCHEMA_VERSION + 1))


def lies_about(store: Path) -> list[str]:
    """The files that hold something of the person."""
    words = (b"Jane", b"jane.doe", b"Golden Street", b"Golden+Street", b"Sealville")
    files = [path for path in store.iterdir() if path.name.startswith("house.")]
    return [path.name for path in files if any(word in path.read_bytes() for word in words)]


def test_of_a_person_only_the_views_lie_there_openly(store: Path) -> None:
    assert lies_about(store) == ["house.db"]


def test_what_was_sealed_is_opened_and_folds_to_the_same(store: Path) -> None:
    follow(store)
    settings = settings_in(store, "http://127.0.0.1:1/")
    expected = told(store)
    found = {view["txn_id"]: view for view in views_of(settings)}
    assert changes(found, {view["txn_id"]: view for view in expected["views"]}, "views") == []
    for name, rows in office_of(settings).items():
        assert changes(rows, expected[name], name) == []


def test_it_is_in_order_before_and_after_somebody_is_forgotten(store: Path) -> None:
    follow(store)
    assert counterfoil(store, "audit").returncode == 0
    forgotten = counterfoil(store, "forget", PAYER, "--yes")
    assert forgotten.returncode == 0, forgotten.stdout + forgotten.stderr
    settings = settings_in(store, "http://127.0.0.1:1/")
    payers = [view["payer"] for view in views_of(settings) if view["payer"]["id"] == PAYER]
    assert {(payer["name"], payer["email"]) for payer in payers} == {("(erased)", "(erased)")}
    assert lies_about(store) == []
    audited = counterfoil(store, "audit")
    assert audited.returncode == 0, audited.stdout
