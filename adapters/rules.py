"""Rules: what the shop was when decisions were made, written down once and named by each event."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, func, select

from adapters.engines import StoreEngine, StoreError, store_errors
from adapters.statements import insert_into
from adapters.tables import rules
from adapters.times import to_us
from domain.vetting import DECISIONS, Price, Shop

# Looked at again now and then: another store may have been put in this one's place.
_SURE_SECONDS: Final = 30.0
_RACES_MAX: Final = 20


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules as they were adopted; when is in microseconds since 1970."""

    number: int
    adopted_us: int
    digest: bytes
    document: str

    @property
    def decisions(self) -> int:
        """The version of the code's own rules."""
        return int(json.loads(self.document)["decisions"])

    def shop(self) -> Shop:
        """The shop as it was; ValueError when the document is none of ours."""
        try:
            said = json.loads(self.document)
            return Shop(
                receivers=frozenset(said["receivers"]),
                live=said["live"],
                prices=_prices(said["prices"]),
                ship_unpriced=said["ship_unpriced"],
            )
        except (KeyError, TypeError, ArithmeticError) as error:
            raise ValueError(f"rules {self.number} cannot be read") from error


class RulesBook:
    """The rules of a store. Every call raises StoreError when it cannot be used."""

    def __init__(self, engine: StoreEngine, clock: Callable[[], datetime]) -> None:
        """`engine` must be durable: events will name what is written here."""
        self._engine = engine
        self._clock = clock
        self._last: tuple[Shop, int, float] | None = None

    def number_of(self, shop: Shop) -> int:
        """The number of these rules, written down now if they are new."""
        seconds = self._clock().timestamp()
        if self._last is not None:
            known, number, since = self._last
            if known is shop and 0 <= seconds - since < _SURE_SECONDS:
                return number
        number = self._found_or_adopted(document_of(shop))
        self._last = (shop, number, seconds)
        return number

    def all(self) -> dict[int, Rules]:
        """All that were ever adopted, by number."""
        query = select(rules.c.number, rules.c.adopted_us, rules.c.digest, rules.c.document)
        with store_errors(self._engine), self._engine.connect() as connection:
            return {
                row.number: Rules(row.number, row.adopted_us, bytes(row.digest), row.document)
                for row in connection.execute(query.order_by(rules.c.number))
            }

    def _found_or_adopted(self, document: str) -> int:
        for _ in range(_RACES_MAX):
            with store_errors(self._engine), self._engine.connect() as connection:
                found = _find(connection, document)
            if found is not None:
                return found
            with store_errors(self._engine), self._engine.begin() as connection:
                self._adopt(connection, document)
        raise StoreError(f"{self._engine.place}: the rules could not be written down", locked=True)

    def _adopt(self, connection: Connection, document: str) -> None:
        last = connection.execute(select(func.max(rules.c.number))).scalar() or 0
        row = {
            "number": last + 1,
            "adopted_us": to_us(self._clock()),
            "digest": _digest(document),
            "document": document,
        }
        # Another process may adopt at this moment, the same or others: whoever finds nothing looks again.
        connection.execute(insert_into(connection, rules).on_conflict_do_nothing(), row)


def document_of(shop: Shop) -> str:
    """A shop and the code's own rules in one form of JSON, the same for the same rules."""
    prices = [
        [item, None if price.amount is None else f"{price.amount:f}", price.currency]
        for item, several in shop.prices.items()
        for price in several
    ]
    said = {
        "decisions": DECISIONS,
        "live": shop.live,
        "receivers": sorted(shop.receivers),
        "prices": sorted(prices, key=str),
        "ship_unpriced": shop.ship_unpriced,
    }
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _prices(said: list[Any]) -> dict[str, tuple[Price, ...]]:
    prices: dict[str, tuple[Price, ...]] = {}
    for item, amount, currency in said:
        price = Price(amount=None if amount is None else Decimal(amount), currency=currency)
        prices[item] = (*prices.get(item, ()), price)
    return prices


def _find(connection: Connection, document: str) -> int | None:
    query = select(rules.c.number).where(rules.c.digest == _digest(document))
    return connection.execute(query).scalar_one_or_none()


def _digest(document: str) -> bytes:
    return sha256(document.encode()).digest()
