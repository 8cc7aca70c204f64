"""What an earlier version stored, this one reads, and folds to the same."""

import json
import shutil
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import delete

from adapters.follower import Follower
from adapters.layouts import SCHEMA_VERSION
from adapters.slots import FIRST, table
from adapters.tables import positions
from adapters.view_tables import VIEWS
from scripts.settings import Settings
from scripts.wiring.stores import now, open_stores
from tests.engines import database_in
from tests.given import payment
from tests.house import LocalPayPal, keep, office_of, others_of, outcomes, settings_in, views_of, work_off
from tests.make_store import SCRIPT

STORES = Path(__file__).resolve().parent / "stores"
ON_A_SERVER = "-postgresql"
# The first layout that a server had.
FIRST_ON_A_SERVER = 4


def kept(*, on_a_server: bool) -> list[Path]:
    """The stores of one engine, oldest first."""
    found = [path for path in STORES.iterdir() if path.name.endswith(ON_A_SERVER) is on_a_server]
    return sorted(found, key=layout_of)


def layout_of(store: Path) -> int:
    return int(store.name.removesuffix(ON_A_SERVER))


def told_of(store: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((store / "expected.json").read_text(encoding="utf-8"))
    return told


def settings(tmp_path: Path, url: str = "http://127.0.0.1:1/") -> Settings:
    return settings_in(tmp_path, url)


def changes(found: Any, told: Any, where: str) -> list[str]:
    """Where something else is found than was told. Documents may have gained keys, and rules more doubts."""
    if where.endswith(".doubts"):
        return [f"{where}: without {doubt!r}" for doubt in told if doubt not in found]
    if isinstance(found, dict) and isinstance(told, dict):
        return [
            change for key in told for change in changes(found.get(key, ...), told[key], f"{where}.{key}")
        ]
    if isinstance(found, list) and isinstance(told, list) and len(found) == len(told):
        pairs = enumerate(zip(found, told, strict=True))
        return [change for i, (one, other) in pairs for change in changes(one, other, f"{where}[{i}]")]
    return [] if found == told else [f"{where}: {found!r}, was {told!r}"]


def follow(tmp_path: Path) -> int:
    with open_stores(settings(tmp_path)) as stores:
        return Follower(stores.events, stores.views, now).follow()


def the_same_views(tmp_path: Path, expected: dict[str, Any]) -> None:
    found = {view["txn_id"]: view for view in views_of(settings(tmp_path))}
    told = {view["txn_id"]: view for view in expected["views"]}
    assert found.keys() == told.keys()
    assert changes(found, told, "views") == []


def the_same_others(tmp_path: Path, expected: dict[str, Any]) -> None:
    subscriptions, todos, drift = others_of(settings(tmp_path))
    # Layout 1 had none of these.
    assert changes(subscriptions, expected.get("subscriptions", subscriptions), "subscriptions") == []
    assert changes(drift, expected.get("drift", drift), "drift") == []
    for name, rows in office_of(settings(tmp_path)).items():
        # Layouts 1 and 2 had neither queue nor ledger nor customers.
        assert changes(rows, expected.get(name, rows), name) == []
    # Later versions ask for more to be done, and may put it in other words.
    found = {todo["id"]: todo for todo in todos}
    for told in expected.get("todos", ()):
        assert changes(found.get(told["id"]), {**told, "what": found[told["id"]]["what"]}, told["id"]) == []


def test_there_is_a_store_of_each_layout() -> None:
    assert [layout_of(path) for path in kept(on_a_server=False)] == list(range(1, SCHEMA_VERSION + 1))
    assert [layout_of(path) for path in kept(on_a_server=True)] == list(
        range(FIRST_ON_A_SERVER, SCHEMA_VERSION + 1)
    )


class Golden:
    """What holds of every store of an earlier version."""

    def test_outcomes_and_views_of_an_earlier_store_are_read(
        self, expected: dict[str, Any], tmp_path: Path
    ) -> None:
        found = {str(n): list(outcome) for n, outcome in outcomes(settings(tmp_path)).items()}
        assert found == expected["outcomes"]
        follow(tmp_path)
        the_same_views(tmp_path, expected)
        the_same_others(tmp_path, expected)

    def test_the_views_of_an_earlier_book_are_folded_again(
        self, expected: dict[str, Any], tmp_path: Path
    ) -> None:
        with open_stores(settings(tmp_path)) as stores, stores.views.begin() as connection:
            for made in (*(table(name, FIRST) for name in VIEWS.tables), positions):
                connection.execute(delete(made))
        assert follow(tmp_path) > 0
        the_same_views(tmp_path, expected)
        the_same_others(tmp_path, expected)

    def test_an_earlier_store_goes_on(self, expected: dict[str, Any], tmp_path: Path) -> None:
        with LocalPayPal().running() as paypal:
            here = settings(tmp_path, paypal.url)
            last = len(expected["outcomes"])
            assert keep(here, [payment(), payment("NEW")]) == [last + 1, last + 2]
            work_off(here)
        assert [outcomes(here)[n][0] for n in (last + 1, last + 2)] == ["duplicate", "recorded"]
        assert len(views_of(here)) == len(expected["views"]) + 1


@pytest.mark.usefixtures("on_sqlite")
class TestFiles(Golden):
    @pytest.fixture(params=kept(on_a_server=False), ids=lambda path: f"layout {path.name}")
    def expected(self, request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
        shutil.copytree(request.param, tmp_path, dirs_exist_ok=True)
        return told_of(request.param)


@pytest.mark.usefixtures("on_postgresql")
class TestServers(Golden):
    @pytest.fixture(params=kept(on_a_server=True), ids=lambda path: f"layout {path.name}")
    def expected(self, request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
        with psycopg.connect(database_in(tmp_path, empty=True), autocommit=True) as connection:
            connection.execute((request.param / SCRIPT).read_bytes())
        return told_of(request.param)
