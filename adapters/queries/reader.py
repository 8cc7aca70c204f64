"""The one door of all reading queries: engines for book and inbox, and nothing written."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from adapters.queries import delivery, notifications, subscriptions, todos, transactions
from adapters.queries.drift import read_drift
from adapters.queries.figures import Tail, age_seconds, read_counts, read_vitals
from adapters.queries.notifications import NotificationFilters
from adapters.queries.paging import Page
from adapters.queries.subscriptions import SubscriptionFilters
from adapters.queries.todos import TodoFilters
from adapters.queries.transactions import TransactionFilters


@dataclass(frozen=True, slots=True)
class Queries:
    """What may be asked. `projections` names those that ought to follow the book, moved yet or not."""

    book: Engine
    inbox: Engine
    tail: Tail
    projections: tuple[str, ...]
    clock: Callable[[], datetime]

    def transaction(self, txn_id: str) -> bytes | None:
        """Give the JSON document of the transaction that an id leads to."""
        with self.book.connect() as book:
            return transactions.one(book, txn_id)

    def lead(self, txn_id: str) -> str | None:
        """Name the transaction that an id leads to: the one that a refund's id follows, for instance."""
        with self.book.connect() as book:
            return transactions.lead(book, txn_id)

    def transactions(self, filters: TransactionFilters, limit: int, cursor: str | None) -> Page[bytes]:
        """List JSON documents, newest first; BadCursorError when the cursor is none."""
        with self.book.connect() as book:
            return transactions.page(book, filters, limit, cursor)

    def subscription(self, subscription_id: str) -> bytes | None:
        """Give the JSON document of a subscription, profile or agreement."""
        with self.book.connect() as book:
            return subscriptions.one(book, subscription_id)

    def subscriptions(self, filters: SubscriptionFilters, limit: int, cursor: str | None) -> Page[bytes]:
        """List JSON documents, newest first; BadCursorError when the cursor is none."""
        with self.book.connect() as book:
            return subscriptions.page(book, filters, limit, cursor)

    def todos(self, filters: TodoFilters, limit: int, cursor: str | None) -> Page[dict[str, Any]]:
        """List what a person has to do, newest first; BadCursorError when the cursor is none."""
        with self.book.connect() as book:
            return todos.page(book, filters, limit, cursor)

    def notifications(
        self, filters: NotificationFilters, limit: int, cursor: str | None
    ) -> Page[dict[str, Any]]:
        """List deliveries, newest first; BadCursorError when the cursor is none."""
        with self.book.connect() as book, self.inbox.connect() as inbox:
            return notifications.page(book, inbox, filters, limit, cursor)

    def notification(self, n: int) -> dict[str, Any] | None:
        """Show delivery `n` with its bytes, fields, post-backs and events."""
        with self.book.connect() as book, self.inbox.connect() as inbox:
            return delivery.one(book, inbox, n)

    def status(self) -> dict[str, Any]:
        """Sum up: backlog, verdicts, outcomes, the book's position, the projections' lags, drift."""
        now = self.clock()
        with self.book.connect() as book, self.inbox.connect() as inbox:
            vitals = read_vitals(book, inbox, self.tail, self.projections, now)
            counts, drift = read_counts(book, inbox), read_drift(book)
        return {
            "backlog": {
                "waiting": vitals.waiting,
                "parked": vitals.parked,
                "oldest_seconds": age_seconds(now, vitals.oldest_waiting),
            },
            "verdicts": dict(counts.verdicts),
            "outcomes": dict(counts.outcomes),
            "book": {"position": vitals.position},
            "projections": [asdict(lag) for lag in vitals.projections],
            "drift": [asdict(each) for each in drift],
        }
