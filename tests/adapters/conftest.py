"""A shelf: a real database filled through the tables, and the reading queries over them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from adapters import slots
from adapters.engines import StoreEngine
from adapters.queries.reader import Queries
from adapters.tables import (
    deliveries,
    drift,
    heartbeats,
    notifications,
    positions,
    post_backs,
    rebuilds,
    set_aside,
)
from adapters.times import to_us
from adapters.view_tables import (
    VIEWS,
    customer_sums,
    customers,
    identities,
    notification_events,
    subscriptions,
    todo_closings,
    todos,
    transactions,
)
from tests.adapters.workshop import Workshop, open_workshop
from tests.engines import open_parts

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
BODY = b"txn_id=61E67681CH3238416&payment_status=Completed&charset=windows-1252&first_name=Andr%E9"
FOLLOWED = ("transactions", "origins")


@dataclass
class Tail:
    """A book of which only the times are known."""

    recorded: list[datetime] = field(default_factory=list)

    def last_position(self) -> int:
        return len(self.recorded)

    def recorded_after(self, position: int) -> datetime | None:
        return next(iter(self.recorded[position:]), None)


@dataclass
class Shelf:
    """The database of a house, and a clock that stands still until it is moved."""

    book: StoreEngine
    inbox: StoreEngine
    tail: Tail = field(default_factory=Tail)
    now: datetime = NOON

    @property
    def queries(self) -> Queries:
        return Queries(self.book, self.inbox, self.tail, FOLLOWED, lambda: self.now)

    def deliver(self, body: bytes = BODY, *, peer: str = "173.0.81.1", at: datetime = NOON) -> int:
        row = {"received_us": to_us(at), "peer": peer, "headers": "[]", "body": body}
        with self.inbox.begin() as inbox:
            return int(inbox.execute(insert(deliveries).values(row).returning(deliveries.c.n)).scalar_one())

    def take_in(self, n: int, *, at: datetime = NOON, **columns: Any) -> int:
        row = {
            "n": n,
            "received_us": to_us(at),
            "peer": "173.0.81.1",
            "verdict": "unknown",
            "attempts": 0,
            "outcome": "waiting",
            "urgent": False,
        }
        self._book(notifications, row | columns)
        return n

    def became(self, n: int, position: int, stream: str = "61E", version: int = 1) -> None:
        row = {"n": n, "position": position, "stream": stream, "version": version, "type": "PaymentCompleted"}
        self._book(notification_events, row)

    def asked(self, n: int, attempt: int, verdict: str = "verified", answer: str = "VERIFIED") -> None:
        row = {"n": n, "attempt": attempt, "asked_us": to_us(NOON), "status": 200, "answer": answer}
        self._book(post_backs, row | {"seconds": 0.25, "verdict": verdict})

    def noticed(self, what: str, example: str, n: int = 1, count: int = 1) -> None:
        row = {"what": what, "example": example, "n": n, "first_us": to_us(NOON), "count": count}
        self._book(drift, row)

    def show(self, txn_id: str, *, at: datetime = NOON, **columns: Any) -> str:
        row = {
            "txn_id": txn_id,
            "kind": "payment",
            "status": "completed",
            "fulfillment": "held",
            "first_heard_us": to_us(at),
            "last_changed_us": to_us(at),
            "document": json.dumps(document(txn_id)).encode(),
        }
        self._book(transactions, row | columns)
        return txn_id

    def subscribe(self, subscription_id: str, *, at: datetime = NOON, **columns: Any) -> str:
        row = {
            "subscription_id": subscription_id,
            "kind": "subscription",
            "status": "active",
            "first_heard_us": to_us(at),
            "last_changed_us": to_us(at),
            "document": json.dumps(subscription_document(subscription_id)).encode(),
        }
        self._book(subscriptions, row | columns)
        return subscription_id

    def ask_for(
        self, txn_id: str, kind: str = "contradiction", *, at: datetime = NOON, **columns: Any
    ) -> str:
        row = {
            "id": f"{kind}:{txn_id}",
            "kind": kind,
            "txn_id": txn_id,
            "n": 1,
            "since_us": to_us(at),
            "what": "Look at the transaction in PayPal.",
            "open": True,
        }
        self._book(todos, row | columns)
        return str(row["id"])

    def close(self, place: str, by: str = "Ann", note: str | None = "seen") -> None:
        row = {"place": place, "closed_by": by, "note": note, "closed_us": to_us(NOON)}
        self._book(todo_closings, row)

    def meet(self, payer_id: str, *, at: datetime = NOON, **columns: Any) -> str:
        row = {"payer_id": payer_id, "first_heard_us": to_us(at), "last_changed_us": to_us(at)}
        folded = {f"{name}_folded": columns[name].lower() for name in ("name", "email") if name in columns}
        self._book(customers, row | folded | columns)
        return payer_id

    def owe(self, payer_id: str, currency: str = "USD", paid: int = 1995, **columns: int) -> None:
        row = {"payer_id": payer_id, "currency": currency, "payments": 1, "paid": paid}
        self._book(customer_sums, row | {"refunded": 0, "disputed": 0} | columns)

    def turn_away(self, outcome: str, reason: str, *, at: datetime = NOON, **columns: Any) -> int:
        told: dict[str, Any] = {"outcome": outcome, "reason": reason, "settled_us": to_us(at)}
        return self.take_in(self.deliver(), verdict="verified", **told | columns)

    def follow(self, txn_id: str, follows: str) -> None:
        self._book(identities, {"txn_id": txn_id, "follows": follows})

    def project(self, name: str, position: int, **columns: Any) -> None:
        row = {"projection": name, "position": position, "moved_us": to_us(NOON)}
        self._book(positions, row | columns)

    def put_aside(self, name: str, stream: str, position: int, *, slot: str = "a", **columns: Any) -> None:
        row = {"projection": name, "slot": slot, "stream": stream, "position": position, "version": 1}
        self._book(set_aside, row | {"why": "KeyError at todos.py:1", "since_us": to_us(NOON)} | columns)

    def rebuild(self, name: str, position: int, **columns: Any) -> None:
        row = {
            "projection": name,
            "slot": "b",
            "position": position,
            "version": 1,
            "digest": "d",
            "by": "h/1/x",
        }
        self._book(rebuilds, row | {"started_us": to_us(NOON), "lease_until_us": to_us(NOON)} | columns)

    def beat(self, at: datetime = NOON, worker: str = "w/1", **detail: Any) -> None:
        self._book(heartbeats, {"worker": worker, "beat_us": to_us(at), "detail": json.dumps(detail)})

    def healthy(self) -> None:
        """A worker at work, projections at the end of the book, one message verified."""
        self.beat(state="closed")
        self.tail.recorded.append(NOON)
        for name in FOLLOWED:
            self.project(name, 1)
        self.take_in(self.deliver(), verdict="verified", outcome="recorded", txn_id="61E")

    def _book(self, table: Any, row: dict[str, Any]) -> None:
        written = slots.table(table.name, "a") if table.metadata is VIEWS else table
        with self.book.begin() as book:
            book.execute(insert(written).values(row))


def document(txn_id: str, **changed: Any) -> dict[str, Any]:
    """A transaction as the view stores it."""
    names = ("fee", "net", "refunded", "reversed", "pending_reason", "parent_txn_id", "invoice", "custom")
    return {
        "txn_id": txn_id,
        "kind": "payment",
        "status": "completed",
        "currency": "USD",
        "gross": "19.95",
        **dict.fromkeys(names),
        "subscription": None,
        "payer": {"id": "LPLWNMTBWMFAY", "email": "buyer@example.com", "name": "Test User", "country": "US"},
        "receiver": {"id": "S8XGHLYDW9T3S", "email": "seller@example.com"},
        "items": [{"number": "BOOK-1", "name": "A book", "quantity": "1", "gross": "19.95"}],
        "extras": {
            "tax": "0.00",
            "shipping": "0.00",
            "handling": "0.00",
            "insurance": "0.00",
            "discount": "0.00",
        },
        "conversion": None,
        "followers": [],
        "cases": [],
        "parked": [],
        "fulfillment": "held",
        "doubts": [],
        "version": 1,
        "occurred_at": None,
        "first_heard": "2026-11-20T12:00:00Z",
        "last_changed": "2026-11-20T12:00:00Z",
    } | changed


def subscription_document(subscription_id: str, **changed: Any) -> dict[str, Any]:
    """A subscription as the view stores it."""
    dates = ("cancelled_at", "effective_at", "next_payment_at", "retry_at")
    return {
        "subscription_id": subscription_id,
        "kind": "subscription",
        "status": "active",
        "terms": {
            "amount": "10.00",
            "currency": "USD",
            "period": "1 M",
            "trials": [{"amount": "0.00", "period": "7 D"}],
            "recurring": True,
            "reattempt": None,
            "times": 12,
        },
        "payer": {"id": "LPLWNMTBWMFAY", "email": "buyer@example.com", "name": "Test User", "country": "US"},
        "receiver": {"id": "S8XGHLYDW9T3S", "email": "seller@example.com"},
        "item": {"number": "MAG-1", "name": "A magazine"},
        "invoice": None,
        "custom": None,
        "signed_up_at": "2026-11-20T12:00:00Z",
        **dict.fromkeys(dates),
        "paid_until": "2026-12-20T12:00:00Z",
        "outstanding": None,
        "failed_cycles": 0,
        "skipped_cycles": 0,
        "replaces": None,
        "payments": [
            {
                "txn_id": "61E",
                "status": "completed",
                "gross": "10.00",
                "currency": "USD",
                "occurred_at": "2026-11-20T12:00:00Z",
            }
        ],
        "doubts": [],
        "version": 2,
        "first_heard": "2026-11-20T12:00:00Z",
        "last_changed": "2026-11-20T12:00:00Z",
    } | changed


def later(**delta: float) -> datetime:
    return NOON + timedelta(**delta)


@pytest.fixture
def shelf(any_engine: str, tmp_path: Path) -> Iterator[Shelf]:
    with open_parts(tmp_path) as parts:
        yield Shelf(parts.views, parts.inbox)


@pytest.fixture
def workshop(any_engine: str, tmp_path: Path) -> Iterator[Workshop]:
    with open_workshop(tmp_path) as opened:
        yield opened
