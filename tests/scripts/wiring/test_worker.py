import asyncio
from pathlib import Path

import pytest

from adapters.engines import StoreError
from scripts.settings import SettingsError
from scripts.wiring.worker import open_worker
from tests.given import payment
from tests.house import LocalPayPal, keep, outcomes, settings_in, work_off

URL = "http://127.0.0.1:1/"


async def open_only(folder: Path, **more: str) -> None:
    async with open_worker(settings_in(folder, URL, **more)):
        pass


def test_an_open_worker_works_by_the_settings(any_engine: str, tmp_path: Path) -> None:
    with LocalPayPal().running() as paypal:
        settings = settings_in(tmp_path, paypal.url, RECEIVERS="ours@example.com")
        keep(settings, [payment(), payment("T2", receiver_email="OURS@example.com")])
        work_off(settings)
    assert outcomes(settings) == {1: ("refused", "receiver"), 2: ("recorded", None)}


def test_files_that_cannot_be_used_are_one_line(on_sqlite: str, tmp_path: Path) -> None:
    (tmp_path / "house.db").write_bytes(b"this is no database" * 1000)
    with pytest.raises(StoreError, match="damaged"):
        asyncio.run(open_only(tmp_path))


def test_a_price_list_that_cannot_be_read_is_one_line(any_engine: str, tmp_path: Path) -> None:
    prices = tmp_path / "prices.toml"
    prices.write_text("price = 1\n")
    with pytest.raises(SettingsError, match="CATALOGUE"):
        asyncio.run(open_only(tmp_path, CATALOGUE=str(prices)))


def test_opening_and_closing_leaves_nothing_open(on_sqlite: str, tmp_path: Path) -> None:
    asyncio.run(open_only(tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "house.db", "house.inbox.db", "notary.key",
    ]  # fmt: skip
