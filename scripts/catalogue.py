"""The price list: a TOML file read into prices, or one line that says what is wrong with it."""

import tomllib
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from domain.money import Money
from domain.vetting import ANY_AMOUNT, Price
from scripts.sources import SettingsError

_BYTES_MAX = 64 * 1024 * 1024
_KEYS = {"item_number", "amount", "currency"}


def read_catalogue(path: Path) -> Mapping[str, tuple[Price, ...]]:
    """Prices by item number; SettingsError names the file, the entry and what was expected."""
    try:
        content = tomllib.loads(_text(path))
    except OSError as error:
        raise SettingsError(f"CATALOGUE {str(path)!r} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"CATALOGUE {str(path)!r} is no TOML: {error}") from None
    entries = content.get("price", [])
    if set(content) - {"price"} or not isinstance(entries, list):
        raise SettingsError(f"CATALOGUE {str(path)!r}: expected [[price]] entries and nothing else")
    prices: dict[str, tuple[Price, ...]] = defaultdict(tuple)
    for number, entry in enumerate(entries, start=1):
        where = f"CATALOGUE {str(path)!r}, price {number}"
        item, price = _price(entry, where)
        if any(known.currency == price.currency for known in prices[item]):
            raise SettingsError(f"{where}: {item!r} has a price in {price.currency} already")
        prices[item] += (price,)
    return dict(prices)


def _text(path: Path) -> str:
    with path.open("rb") as file:
        content = file.read(_BYTES_MAX + 1)
    if len(content) > _BYTES_MAX:
        raise SettingsError(
            f"CATALOGUE {str(path)!r} is longer than {_BYTES_MAX} bytes: expected a price list"
        )
    return content.decode("utf-8")


def _price(entry: Any, where: str) -> tuple[str, Price]:  # noqa: ANN401 - whatever the file holds
    if (
        not isinstance(entry, dict)
        or set(entry) != _KEYS
        or not all(isinstance(v, str) for v in entry.values())
    ):
        raise SettingsError(f'{where}: expected item_number, amount and currency, each a text like "19.95"')
    if not entry["item_number"].strip():
        raise SettingsError(f"{where}: item_number is empty")
    try:
        amount = Money.of("0" if entry["amount"] == ANY_AMOUNT else entry["amount"], entry["currency"])
    except ValueError as error:
        raise SettingsError(f"{where}: {error}") from None
    if amount < Money.zero(amount.currency):
        raise SettingsError(f"{where}: {entry['amount']!r} is negative")
    free = entry["amount"] == ANY_AMOUNT
    return entry["item_number"].strip(), Price(
        amount=None if free else amount.amount, currency=amount.currency
    )
