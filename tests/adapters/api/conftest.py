"""The office over a shelf, with a book and orders that answer from memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from falcon.testing import TestClient

from adapters.api.app import create_office
from adapters.api.parts import Parts
from adapters.metrics import registry_of
from adapters.readiness import Readiness
from domain.money import Money
from tests.adapters.conftest import Shelf, document

OPERATOR, VIEWER = "the-operator's-token", "the-viewer's-token"
VERSION = "1.2.3"


@dataclass(frozen=True)
class Tokens:
    operator: str = OPERATOR
    viewer: str = VIEWER


@dataclass
class MemoryBook:
    histories: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    since: datetime | None = None

    def as_of(self, stream: str, moment: datetime) -> Mapping[str, Any] | None:
        known = self.since is not None and moment >= self.since
        return document(stream, status="pending") if known else None

    def history(self, stream: str) -> Sequence[Mapping[str, Any]]:
        return self.histories.get(stream, [])

    def happened(self, stream: str, count: int, **data: Any) -> None:
        self.histories[stream] = [
            {
                "position": 10 * version,
                "version": version,
                "type": "PaymentCompleted",
                "recorded_at": "2026-11-20T12:00:00Z",
                "notification": version,
                "by": None,
                "data": data,
            }
            for version in range(1, count + 1)
        ]


@dataclass
class MemoryOrders:
    prices: dict[str, dict[str, Any]] = field(default_factory=dict)

    def agree(
        self,
        invoice: str,
        amount: str,
        currency: str,
        items: Sequence[Mapping[str, str]] | None,
        by: str,
    ) -> Mapping[str, Any]:
        if Money.of(amount, currency) < Money.zero(currency):
            raise ValueError("an order costs nothing less than nothing")
        said = {"invoice": invoice, "amount": amount, "currency": currency, "items": items or [], "by": by}
        self.prices[invoice] = said
        return said

    def agreed(self, invoice: str) -> Mapping[str, Any] | None:
        return self.prices.get(invoice)


@dataclass
class Office:
    """A client with a token, and what stands behind the office."""

    shelf: Shelf
    book: MemoryBook
    orders: MemoryOrders
    parts: Parts
    client: TestClient
    retried: list[int]

    def ask(self, method: str, path: str, token: str | None = OPERATOR, **more: Any) -> Any:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        headers |= more.pop("headers", {})
        return self.client.simulate_request(method, path, headers=headers, **more)

    def get(self, path: str, **more: Any) -> Any:
        return self.ask("GET", path, **more)


@pytest.fixture
def office(shelf: Shelf) -> Office:
    book, orders = MemoryBook(), MemoryOrders()
    retried: list[int] = []

    def retry(n: int) -> bool:
        retried.append(n)
        return shelf.queries.notification(n) is not None

    queries = shelf.queries
    parts = Parts(
        queries=queries,
        book=book,
        orders=orders,
        retry=retry,
        tokens=Tokens(),
        readiness=Readiness(queries),
        metrics=registry_of(queries, VERSION),
        clock=queries.clock,
        version=VERSION,
    )
    return Office(shelf, book, orders, parts, TestClient(create_office(parts)), retried)
