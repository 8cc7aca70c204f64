"""The one door of all reading queries: engines for book and inbox, and nothing written."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from adapters.engines import StoreEngine
from adapters.notary.seals import read_last_checkpoint
from adapters.personal.bodies import opened
from adapters.personal.keyring import Keyring
from adapters.queries import (
    customers,
    delivery,
    fulfillment,
    goods_waiting,
    ledger,
    messages,
    notifications,
    searching,
    subscriptions,
    todos,
    transactions,
)
from adapters.queries.balance_history import BalanceHistory, Plan, balance_history
from adapters.queries.customers import CustomerFilters
from adapters.queries.drift import read_drift
from adapters.queries.figures import read_counts, read_vitals
from adapters.queries.flow import Remembered
from adapters.queries.front import Front, read_front
from adapters.queries.fulfillment import ChangesFilters, FulfillmentFilters
from adapters.queries.leases import as_it_stands
from adapters.queries.ledger import EntryFilters
from adapters.queries.ledger_book import LedgerBook, read_ledger
from adapters.queries.notifications import NotificationFilters
from adapters.queries.paging import Page
from adapters.queries.progress import Tail, age_seconds, shown
from adapters.queries.sealing import read_sealing
from adapters.queries.search_terms import Search
from adapters.queries.searching import Found, Stores
from adapters.queries.subscriptions import SubscriptionFilters
from adapters.queries.todo_origins import TodoFilters
from adapters.queries.transactions import TransactionFilters
from domain.vocabulary import Fulfillment


@dataclass(frozen=True, slots=True)
class Queries:
    """What may be asked. `projections` names those that ought to follow the book, moved yet or not."""

    book: StoreEngine
    inbox: StoreEngine
    tail: Tail
    projections: tuple[str, ...]
    clock: Callable[[], datetime]
    keys: Keyring | None = None  # without them what is sealed is shown as forgotten

    def transaction(self, txn_id: str) -> bytes | None:
        """Give the JSON document of the transaction that an id leads to."""
        found = transactions.document_of(self.book, txn_id)
        return None if found is None else as_it_stands(found, self.clock())

    def lead(self, txn_id: str) -> str | None:
        """Name the transaction that an id leads to: the one that a refund's id follows, for instance."""
        return transactions.lead_of(self.book, txn_id)

    def transactions(self, filters: TransactionFilters, limit: int, cursor: str | None) -> Page[bytes]:
        """List JSON documents, newest first; BadCursorError when the cursor is none."""
        with self.book.connect() as book:
            found = transactions.page(book, filters, limit, cursor)
        now = self.clock()
        return Page(tuple(as_it_stands(document, now) for document in found.items), found.next)

    def fulfillment(
        self, filters: FulfillmentFilters, limit: int, cursor: str | None
    ) -> Page[dict[str, Any]]:
        """List the goods in the queue, oldest first; BadCursorError when the cursor is none."""
        with self.book.connect() as book:
            return fulfillment.page(book, filters, self.clock(), limit, cursor)

    def goods_waiting(self) -> Mapping[Fulfillment, int]:
        """Count the goods that wait for somebody, by state."""
        with self.book.connect() as book:
            return goods_waiting.goods_waiting(book, self.clock())

    def fulfillment_changes(
        self, filters: ChangesFilters, limit: int, cursor: str | None
    ) -> Page[dict[str, Any]]:
        """List goods that stood elsewhere at one time than at another; BadCursorError as above."""
        with self.book.connect() as book:
            return fulfillment.changes(book, filters, self.clock(), limit, cursor)

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
            return todos.page(book, filters, limit, cursor, self.clock())

    def todo(self, todo_id: str) -> dict[str, Any] | None:
        """Show one thing that a person has or had to do."""
        with self.book.connect() as book:
            return todos.one(book, todo_id, self.clock())

    def customers(self, filters: CustomerFilters, limit: int, cursor: str | None) -> Page[dict[str, Any]]:
        """List customers, the one heard of last first; BadCursorError when the cursor is none."""
        with self.book.connect() as book:
            return customers.page(book, filters, limit, cursor)

    def customer(self, payer_id: str) -> dict[str, Any] | None:
        """Show one customer."""
        with self.book.connect() as book:
            return customers.one(book, payer_id)

    def balances(self, as_of: datetime | None) -> list[dict[str, str]]:
        """List what each account holds, or held by the entries recorded up to a time."""
        with self.book.connect() as book:
            return ledger.show_balances(ledger.balances(book, as_of))

    def balance_changes(self, since: datetime, until: datetime | None) -> list[dict[str, str]]:
        """List what each account held at one time and at another, or now, and the difference."""
        with self.book.connect() as book:
            return ledger.show_changes(ledger.balances(book, since), ledger.balances(book, until))

    def balance_history(self, name: str, plan: Plan) -> BalanceHistory:
        """Tell what the accounts whose names begin so held at one time after another."""
        with self.book.connect() as book:
            return balance_history(book, name, plan)

    def ledger_entries(self, filters: EntryFilters, limit: int, cursor: str | None) -> Page[dict[str, Any]]:
        """List entries, newest first; BadCursorError when the cursor is none."""
        with self.book.connect() as book:
            return ledger.page(book, filters, limit, cursor)

    @contextmanager
    def ledger(self, as_of: datetime | None) -> Iterator[LedgerBook]:
        """Open the whole ledger, as it was at a time, in one reading transaction."""
        with self.book.read_patiently() as book:
            yield read_ledger(book, as_of)

    def notifications(
        self, filters: NotificationFilters, limit: int, cursor: str | None
    ) -> Page[dict[str, Any]]:
        """List deliveries, newest first; BadCursorError when the cursor is none."""
        with self.book.connect() as book, self.inbox.connect() as inbox:
            return notifications.page(book, inbox, filters, limit, cursor)

    def notification(self, n: int) -> dict[str, Any] | None:
        """Show delivery `n` with its bytes, fields, post-backs and events."""
        with self.book.connect() as book, self.inbox.connect() as inbox:
            return delivery.one(book, inbox, n, self._opened)

    def notification_shown(self, n: int) -> dict[str, Any] | None:
        """The same for a page: where the bytes do not open, `damaged` says why, and the rest is told."""
        with self.book.connect() as book, self.inbox.connect() as inbox:
            return delivery.shown(book, inbox, n, self._opened)

    def search(self, asked: Search, limit: int, cursor: str | None) -> Found:
        """Look for deliveries, newest first; one look has a budget. BadCursorError as above."""
        with self.book.connect() as book, self.inbox.connect() as inbox:
            return searching.search(Stores(book=book, inbox=inbox, open=self._opened), asked, limit, cursor)

    def headers(self, n: int) -> list[list[str]]:
        """The headers that delivery `n` came with, in order; none where there is no such delivery."""
        with self.inbox.connect() as inbox:
            return delivery.headers(inbox, n)

    def messages_behind(
        self, ids: Collection[str], numbers: Collection[int], limit: int
    ) -> list[dict[str, Any]]:
        """List deliveries by their numbers, and the newest that name one of these ids; oldest first."""
        with self.book.connect() as book:
            return messages.behind(book, ids, numbers, limit)

    def _opened(self, n: int, name: str, stored: bytes) -> bytes | None:
        return None if self.keys is None else opened(self.keys, n, name, stored)

    def checkpoint(self) -> str | None:
        """Give the newest checkpoint, as it was signed."""
        with self.book.connect() as book:
            kept = read_last_checkpoint(book)
        return None if kept is None else kept.note

    def front(self, remembered: Remembered) -> Front:
        """Tell what waits for people, how messages flow, and what is at PayPal."""
        with self.book.connect() as book, self.inbox.connect() as inbox:
            return read_front(book, inbox, self.tail, self.clock(), remembered)

    def status(self) -> dict[str, Any]:
        """Sum up: backlog, verdicts, outcomes, the book's position, the projections' lags, drift, notary."""
        now = self.clock()
        with self.book.connect() as book, self.inbox.connect() as inbox:
            vitals = read_vitals(book, inbox, self.tail, self.projections, now)
            counts, drift = read_counts(book, inbox), read_drift(book)
            sealing = read_sealing(book, self.tail)
        return {
            "backlog": {
                "waiting": vitals.waiting,
                "parked": vitals.parked,
                "oldest_seconds": age_seconds(now, vitals.oldest_waiting),
            },
            "verdicts": dict(counts.verdicts),
            "outcomes": dict(counts.outcomes),
            "book": {"position": vitals.position},
            "projections": [shown(lag) for lag in vitals.projections],
            "drift": [asdict(each) for each in drift],
            "notary": sealing,
        }
