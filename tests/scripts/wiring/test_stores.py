"""Opening the files: what is wrong with one is one line, and nothing is made that nobody asked for."""

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from adapters.engines import StoreError
from domain.vetting import Price
from scripts.settings import Settings, SettingsError
from scripts.wiring.stores import check_house, now, open_stores, shop_of
from tests.given import payment
from tests.house import LocalPayPal, keep, outcomes, settings_in, work_off

ROOT = Path(__file__).resolve().parents[3]
URL = "http://127.0.0.1:1/"


@pytest.fixture
def settings(any_engine: str, tmp_path: Path) -> Settings:
    return settings_in(tmp_path, URL)


def complaint(settings: Settings, *, make: bool = True) -> str:
    with pytest.raises(StoreError) as caught, open_stores(settings, make=make):
        raise AssertionError("it opened")
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


def test_the_files_are_made_and_opened_again(on_sqlite: str, settings: Settings, tmp_path: Path) -> None:
    for _ in range(2):
        with open_stores(settings) as stores:
            assert stores.events.last_position() == 0
            for engine, synchronous in ((stores.inbox, 2), (stores.book, 2), (stores.views, 1)):
                with engine.connect() as connection:
                    assert connection.execute(text("PRAGMA synchronous")).scalar() == synchronous
        assert sorted(path.name for path in tmp_path.iterdir()) == ["house.db", "house.inbox.db"]
    with open_stores(settings, make=False) as stores:
        assert stores.events.last_position() == 0
    assert (tmp_path / "house.db").stat().st_mode & 0o077 == 0


def test_a_file_that_is_no_database_is_one_line(on_sqlite: str, settings: Settings) -> None:
    settings.store.files[0].write_bytes(b"this is no database" * 1000)
    assert "house.db" in complaint(settings)
    assert "damaged" in complaint(settings, make=True)
    settings.store.files[0].unlink()
    settings.store.files[1].write_bytes(b"this is no database" * 1000)
    assert "house.inbox.db" in complaint(settings)


def test_a_file_that_is_damaged_in_the_middle_is_one_line(on_sqlite: str, settings: Settings) -> None:
    check_house(settings)
    whole = bytearray(settings.store.files[0].read_bytes())
    whole[4096 : 3 * 4096] = b"\xff" * (2 * 4096)
    settings.store.files[0].write_bytes(bytes(whole))
    assert "damaged" in complaint(settings)


def test_a_folder_where_a_file_should_be_is_one_line(on_sqlite: str, settings: Settings) -> None:
    settings.store.files[0].mkdir()
    assert "house.db" in complaint(settings)


def test_a_file_where_a_folder_should_be_is_one_line(on_sqlite: str, tmp_path: Path) -> None:
    (tmp_path / "var").touch()
    for make in (True, False):
        assert "var" in complaint(settings_in(tmp_path / "var", URL), make=make)


def test_missing_files_are_not_made_unless_asked_for(
    on_sqlite: str, settings: Settings, tmp_path: Path
) -> None:
    assert "there is no such file: start `counterfoil serve` first" in complaint(settings, make=False)
    assert list(tmp_path.iterdir()) == []


OPEN_AS_NOBODY = """
import os, sys
from pathlib import Path
from tests.engines import adopt
from tests.house import settings_in
from scripts.wiring.stores import open_stores
from adapters.engines import StoreError
adopt(Path(sys.argv[1]), f"sqlite:///{sys.argv[1]}/house.db")
settings = settings_in(Path(sys.argv[1]), "http://127.0.0.1:1/")
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    with open_stores(settings, make=sys.argv[2] == "make"):
        print("opened")
except StoreError as error:
    print(error)
"""


@pytest.mark.parametrize("make", ["make", "look"])
@pytest.mark.parametrize("mode", [0o000, 0o555])
def test_a_folder_that_may_not_be_written_is_one_line(
    on_sqlite: str, tmp_path: Path, make: str, mode: int
) -> None:
    folder = tmp_path / "house"
    folder.mkdir()
    for parent in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        parent.chmod(0o755)
    folder.chmod(mode)
    try:
        done = subprocess.run(
            [sys.executable, "-c", OPEN_AS_NOBODY, str(folder), make],
            cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
    finally:
        folder.chmod(0o755)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{folder}/house.")
    assert done.stdout.count("\n") == 1


def test_checking_a_house_names_a_wrong_price_list(any_engine: str, tmp_path: Path) -> None:
    prices = tmp_path / "prices.toml"
    prices.write_text("[[price]]\n")
    with pytest.raises(SettingsError, match="price 1"):
        check_house(settings_in(tmp_path, URL, CATALOGUE=str(prices)))


def test_the_shop_is_what_the_settings_say(any_engine: str, tmp_path: Path) -> None:
    prices = tmp_path / "prices.toml"
    prices.write_text('[[price]]\nitem_number = "B"\namount = "5"\ncurrency = "USD"\n')
    given = {"RECEIVERS": "Seller@Example.com, ABC123", "PAYPAL": "live", "UNPRICED": "hold"}
    shop = shop_of(settings_in(tmp_path, "https://www.example.com/", CATALOGUE=str(prices), **given))
    assert shop.receivers == {"seller@example.com", "abc123"}
    assert (shop.live, shop.ship_unpriced) == (True, False)
    assert shop.prices == {"B": (Price(amount=Decimal("5.00"), currency="USD"),)}
    bare = shop_of(settings_in(tmp_path, URL))
    assert (bare.live, bare.ship_unpriced, bare.prices) == (False, True, {})


def test_the_clock_knows_its_zone() -> None:
    assert now().utcoffset() is not None


def test_an_older_inbox_beside_the_book_gives_no_number_twice(on_sqlite: str, settings: Settings) -> None:
    with LocalPayPal().running() as paypal:
        there = settings_in(settings.home, paypal.url)
        check_house(there)
        assert keep(there, [payment("T1"), payment("T2"), payment("T3")]) == [1, 2, 3]
        work_off(there)
        for path in settings.home.glob("house.inbox.db*"):
            path.unlink()
        check_house(there)
        assert keep(there, [payment("T4")]) == [4]
        work_off(there)
        assert outcomes(there)[4] == ("recorded", None)
        check_house(there)
        assert keep(there, [payment("T5")]) == [5]


def test_a_house_that_was_always_sealed_says_nothing(any_engine: str, tmp_path: Path) -> None:
    sealed = settings_in(tmp_path, URL, PERSONAL_DATA="sealed")
    assert said(sealed) is False
    keep(sealed, [payment()])
    assert said(sealed) is False
    with LocalPayPal().running() as paypal:
        work_off(settings_in(tmp_path, paypal.url, PERSONAL_DATA="sealed"))
    assert said(sealed) is False


def test_a_house_that_began_open_says_so_when_it_is_sealed(settings: Settings, tmp_path: Path) -> None:
    with LocalPayPal().running() as paypal:
        keep(settings, [payment()])
        work_off(settings_in(tmp_path, paypal.url))
    assert said(settings) is False
    assert said(settings_in(tmp_path, URL, PERSONAL_DATA="sealed")) is True


def said(settings: Settings) -> bool:
    with capture_logs() as logs:
        check_house(settings)
    return "personal_data_partly_open" in [one["event"] for one in logs]
