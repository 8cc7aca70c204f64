"""The price list: read exactly, or one line that names file, entry and what is wrong."""

from decimal import Decimal
from pathlib import Path

import pytest

from domain.vetting import Price
from scripts.catalogue import read_catalogue
from scripts.settings import SettingsError
from tests.served import Run


def price(number: str = '"BOOK-1"', amount: str = '"19.95"', currency: str = '"USD"') -> str:
    return f"[[price]]\nitem_number = {number}\namount = {amount}\ncurrency = {currency}\n"


def written(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "prices.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_prices_by_item_number(tmp_path: Path) -> None:
    text = (
        price()
        + price(currency='"EUR"', amount='"18"')
        + price('" Ü-2 "', '"any"', '"JPY"')
        + price('"F"', '"0"')
    )
    assert read_catalogue(written(tmp_path, text)) == {
        "BOOK-1": (
            Price(amount=Decimal("19.95"), currency="USD"),
            Price(amount=Decimal("18.00"), currency="EUR"),
        ),
        "Ü-2": (Price(amount=None, currency="JPY"),),
        "F": (Price(amount=Decimal("0.00"), currency="USD"),),
    }


@pytest.mark.parametrize("text", ["", "# nothing is sold\n", "price = []\n"])
def test_a_list_may_be_empty(text: str, tmp_path: Path) -> None:
    assert read_catalogue(written(tmp_path, text)) == {}


WRONG: dict[str, tuple[str | bytes, str]] = {
    "no TOML": ("[[price]\n", "is no TOML: "),
    "no UTF-8": (b"# \xff\n", "is no TOML: "),
    "one table": ("[price]\nitem_number = 'A'\n", r"expected \[\[price\]\] entries and nothing else"),
    "something else": (price() + "[shop]\nname = 'x'\n", r"expected \[\[price\]\] entries and nothing else"),
    "a text": ("price = 'free'\n", r"expected \[\[price\]\] entries"),
    "entries that are none": ("price = [1]\n", "price 1: expected item_number, amount and currency"),
    "a missing field": (
        "[[price]]\nitem_number = 'A'\namount = '1'\n",
        "price 1: expected item_number, amount",
    ),
    "a field more": (price() + "discount = '1'\n", "price 1: expected item_number, amount"),
    "a number that is no text": (price(amount="19.95"), 'price 1: expected .* each a text like "19.95"'),
    "an empty item": (price() + price('"  "'), "price 2: item_number is empty"),
    "no amount": (price(amount='""'), "price 1: '' is not a plain decimal amount"),
    "a comma": (price(amount='"19,95"'), "price 1: '19,95' is not a plain decimal amount"),
    "a separator": (price(amount='"1_000"'), "price 1: '1_000' is not a plain decimal amount"),
    "NaN": (price(amount='"NaN"'), "price 1: 'NaN' is not a plain decimal amount"),
    "Any": (price(amount='"Any"'), "price 1: 'Any' is not a plain decimal amount"),
    "too many places": (
        price(amount='"150.5"', currency='"JPY"'),
        "price 1: '150.5' has more places than JPY",
    ),
    "a negative price": (price(amount='"-1.00"'), "price 1: '-1.00' is negative"),
    "an unknown currency": (price(currency='"usd"'), "price 1: 'usd' is not a currency"),
    "any of an unknown currency": (
        price(amount='"any"', currency='"XXX"'),
        "price 1: 'XXX' is not a currency",
    ),
    "one price twice": (price() + price(amount='"5"'), "price 2: 'BOOK-1' has a price in USD already"),
    "twice but for blanks": (price() + price('" BOOK-1"'), "price 2: 'BOOK-1' has a price in USD already"),
}


@pytest.mark.parametrize("name", WRONG)
def test_each_wrong_file_is_one_line(name: str, tmp_path: Path) -> None:
    text, why = WRONG[name]
    path = written(tmp_path, text)
    with pytest.raises(SettingsError, match=why) as caught:
        read_catalogue(path)
    assert str(caught.value).startswith(f"CATALOGUE {str(path)!r}")
    assert len(str(caught.value).splitlines()) == 1


def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="No such file"):
        read_catalogue(tmp_path / "nowhere.toml")
    with pytest.raises(SettingsError, match="Is a directory"):
        read_catalogue(tmp_path)


def test_a_wrong_list_ends_the_worker_with_exit_2(counterfoil: Run, tmp_path: Path) -> None:
    path = written(tmp_path, price(amount='"1_0"'))
    done = counterfoil("work", "--once", CATALOGUE=str(path))
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr == f"counterfoil: CATALOGUE {str(path)!r}, price 1: '1_0' is not a plain decimal amount\n"
    )
