"""The office over a shelf, with a book and orders that answer from memory; and one over a real book."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pytest
from falcon.testing import TestClient

from adapters.acts import Acts
from adapters.agreed_orders import AgreedOrders
from adapters.api.parts import Parts
from adapters.metrics import registry_of
from adapters.office import create_office
from adapters.office_book import OfficeBook
from adapters.readiness import Readiness
from adapters.story import Story
from adapters.times import to_us
from adapters.todo_acts import TodoActs, TodoClosedError, UnknownTodoError
from domain.acting import Acting
from domain.money import Money
from tests.adapters.conftest import Shelf, document
from tests.adapters.workshop import Workshop

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

    def subscription_history(self, subscription_id: str) -> Sequence[Mapping[str, Any]]:
        return self.histories.get(f"subscription:{subscription_id}", [])

    def lead(self, txn_id: str) -> str | None:
        return txn_id if txn_id in self.histories else None

    # What follows is asked of a real book in other tests.
    def goods(self, _: str, __: datetime) -> Mapping[str, Any] | None:
        return None

    def explain(self, _: str, __: datetime) -> Mapping[str, Any] | None:
        return None

    def changes(self, _: str, __: datetime, ___: datetime) -> Mapping[str, Any] | None:
        return None

    def story(self, _: str, __: datetime, /, **___: Any) -> Story | None:
        return None

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


class NoActs:
    """Nobody does anything: those who act are tested over a real book."""

    def act(self, _: str, __: Callable[[Acting], None]) -> object:
        raise AssertionError("an act over a book that is none")


@dataclass
class MemoryTodos:
    """Closes what the shelf shows, once."""

    shelf: Shelf
    closed: list[tuple[str, str, str | None]] = field(default_factory=list)

    def close(
        self, todo_id: str, by: str, note: str | None, is_meant: Callable[[str], bool] = lambda _what: True
    ) -> Mapping[str, Any]:
        assert is_meant("whatever it says"), "programs say by its id alone which one they mean"
        shown = self.shelf.queries.todo(todo_id)
        if shown is None:
            raise UnknownTodoError(todo_id)
        if not shown["open"] or todo_id in [name for name, _, _ in self.closed]:
            raise TodoClosedError("It was closed by Ann.")
        self.closed.append((todo_id, by, note))
        return shown | {"open": False, "closed_by": by, "note": note}


@dataclass
class Living:
    """An office over a real book and real views, which nobody but itself brings forward."""

    workshop: Workshop
    parts: Parts
    client: TestClient

    def ask(self, method: str, path: str, token: str | None = OPERATOR, **more: Any) -> Any:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return self.client.simulate_request(method, path, headers=headers | more.pop("headers", {}), **more)

    def get(self, path: str, **more: Any) -> Any:
        return self.ask("GET", path, **more)

    def act(self, path: str, **sent: Any) -> Any:
        """Post to a path under `/api`, and give status and body."""
        answer = self.ask("POST", f"/api{path}", json=sent)
        return answer.status_code, answer.json


def living_over(workshop: Workshop) -> Living:
    queries = replace(workshop.queries, clock=workshop.clock)
    acts = Acts(workshop.book, workshop.shop, workshop.clock, lambda: workshop.follower.follow(1_000))
    parts = Parts(
        queries=queries,
        book=OfficeBook(workshop.book, workshop.shop),
        orders=AgreedOrders(workshop.book, acts),
        acts=acts,
        todos=TodoActs(workshop.book, acts, queries.todo),
        retry=lambda n: workshop.claims.ask_again(n, to_us(workshop.clock())),
        retry_all=lambda ns: workshop.claims.ask_all_again(ns, to_us(workshop.clock())),
        tokens=Tokens(),
        readiness=Readiness(queries),
        metrics=registry_of(queries, VERSION),
        clock=workshop.clock,
        version=VERSION,
    )
    return Living(workshop, parts, TestClient(create_office(parts)))


@pytest.fixture
def living(workshop: Workshop) -> Living:
    return living_over(workshop)


@dataclass
class Office:
    """A client with a token, and what stands behind the office."""

    shelf: Shelf
    book: MemoryBook
    orders: MemoryOrders
    todos: MemoryTodos
    parts: Parts
    client: TestClient
    retried: list[int]

    def ask(self, method: str, path: str, token: str | None = OPERATOR, **more: Any) -> Any:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        headers |= more.pop("headers", {})
        return self.client.simulate_request(method, path, headers=headers, **more)

    def get(self, path: str, **more: Any) -> Any:
        return self.ask("GET", path, **more)


def office_over(shelf: Shelf) -> Office:
    book, orders, todos = MemoryBook(), MemoryOrders(), MemoryTodos(shelf)
    retried: list[int] = []

    def retry(n: int) -> bool:
        retried.append(n)
        return shelf.queries.notification(n) is not None

    queries = shelf.queries
    parts = Parts(
        queries=queries,
        book=book,
        orders=orders,
        acts=NoActs(),
        todos=todos,
        retry=retry,
        retry_all=lambda ns: sum(map(retry, ns)),
        tokens=Tokens(),
        readiness=Readiness(queries),
        metrics=registry_of(queries, VERSION),
        clock=queries.clock,
        version=VERSION,
    )
    return Office(shelf, book, orders, todos, parts, TestClient(create_office(parts)), retried)


@pytest.fixture
def office(shelf: Shelf) -> Office:
    return office_over(shelf)
