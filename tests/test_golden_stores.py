"""What an earlier version stored, this one reads, and folds to the same."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from adapters.follower import Follower
from adapters.tables import identities, notification_events, positions, transactions
from scripts.settings import Settings
from scripts.wiring.stores import now, open_stores
from tests.given import payment
from tests.house import LocalPayPal, keep, outcomes, settings_in, views_of, work_off

STORES = sorted(path for path in (Path(__file__).resolve().parent / "stores").iterdir() if path.is_dir())


@pytest.fixture(params=STORES, ids=lambda path: f"layout {path.name}")
def expected(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    shutil.copytree(request.param, tmp_path, dirs_exist_ok=True)
    told: dict[str, Any] = json.loads((tmp_path / "expected.json").read_text(encoding="utf-8"))
    return told


def settings(tmp_path: Path, url: str = "http://127.0.0.1:1/") -> Settings:
    return settings_in(tmp_path, url)


def test_there_is_a_store_of_each_layout() -> None:
    assert [path.name for path in STORES] == ["1"]


def test_outcomes_and_views_of_an_earlier_store_are_read(expected: dict[str, Any], tmp_path: Path) -> None:
    found = {str(n): list(outcome) for n, outcome in outcomes(settings(tmp_path)).items()}
    assert found == expected["outcomes"]
    assert views_of(settings(tmp_path)) == expected["views"]


def test_the_views_of_an_earlier_book_are_folded_again(expected: dict[str, Any], tmp_path: Path) -> None:
    with open_stores(settings(tmp_path)) as stores:
        with stores.views.begin() as connection:
            for table in (transactions, identities, notification_events, positions):
                connection.execute(delete(table))
        assert Follower(stores.events, stores.views, now).follow() > 0
    assert views_of(settings(tmp_path)) == expected["views"]


def test_an_earlier_store_goes_on(expected: dict[str, Any], tmp_path: Path) -> None:
    with LocalPayPal().running() as paypal:
        here = settings(tmp_path, paypal.url)
        assert keep(here, [payment(), payment("NEW")]) == [22, 23]
        work_off(here)
    assert [outcomes(here)[n][0] for n in (22, 23)] == ["duplicate", "recorded"]
    assert len(views_of(here)) == len(expected["views"]) + 1
