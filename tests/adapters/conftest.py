"""A shelf: real SQLite files filled through the tables, and the reading queries over them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from adapters.engines import SqliteEngine, prepare, sqlite_engine
from adapters.queries.reader import Queries
from adapters.tables import (
    BOOK,
    INBOX,
    deliveries,
    heartbeats,
    identities,
    notification_events,
    notifications,
    positions,
    post_backs,
    transactions,
)
from adapters.times import to_us
from tests.adapters.workshop import Workshop, open_workshop

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
    """The files of a house, and a clock that stands still until it is moved."""

    book: SqliteEngine
    inbox: SqliteEngine
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

    def show(self, txn_id: str, *, at: datetime = NOON, **columns: Any) -> str:
        row = {
            "txn_id": txn_id,
            "kind": "payment",
            "status": "completed",
            "fulfillment": "held",
            "first_heard_us": to_us(at),
            "last_changed_us": to_us(at),
            "document": json.dumps(document(txn_id)).encode(),
            "state": b"{}",
        }
        self._book(transactions, row | columns)
        return txn_id

    def follow(self, txn_id: str, follows: str) -> None:
        self._book(identities, {"txn_id": txn_id, "follows": follows})

    def project(self, name: str, position: int) -> None:
        self._book(positions, {"projection": name, "position": position, "moved_us": to_us(NOON)})

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
        with self.book.begin() as book:
            book.execute(insert(table).values(row))


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


def later(**delta: float) -> datetime:
    return NOON + timedelta(**delta)


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    book = sqlite_engine(tmp_path / "c.db", durable=False)
    inbox = sqlite_engine(tmp_path / "c.inbox.db", durable=False)
    prepare(book, BOOK)
    prepare(inbox, INBOX)
    yield Shelf(book, inbox)
    book.dispose()
    inbox.dispose()


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    with open_workshop(tmp_path) as opened:
        yield opened
