"""A book that lies in a real house, read through its queries."""

import json
from dataclasses import dataclass

from adapters.queries.todos import TodoFilters
from scripts.settings import Settings
from scripts.wiring.queries import queries_of
from scripts.wiring.stores import open_stores
from tests.given import MemoryBook
from tests.house import keep, outcomes, work_off
from tests.playing.comparing import Document

ROUNDS_MAX = 100


@dataclass
class StoredBook:
    """Delivered to as the listener does, worked off as the worker does, read as the API does."""

    settings: Settings

    def deliver(self, bodies: list[bytes]) -> None:
        """Keep these together and work them off: one cut of the mail."""
        keep(self.settings, bodies)
        for _ in range(ROUNDS_MAX):
            work_off(self.settings)
            if all(outcome != "waiting" for outcome, _ in outcomes(self.settings).values()):
                return
            # A busy machine let a post-back run out of time; it is asked again as soon as it is due.
        raise AssertionError("the local PayPal does not answer")

    def todos(self) -> set[tuple[str, str]]:
        """What a person must do about which transaction."""
        with open_stores(self.settings) as stores:
            page = queries_of(stores).todos(TodoFilters(open=True), 500, None)
        assert page.next is None
        about_transactions = ("accept_currency", "unilateral", "contradiction")
        return {(one["kind"], one["txn_id"]) for one in page.items if one["kind"] in about_transactions}

    def shown(self, txn_id: str) -> Document:
        """A transaction's document; of one that nobody knows, what an empty book would show."""
        with open_stores(self.settings) as stores:
            found = queries_of(stores).transaction(txn_id)
        return json.loads(found) if found else MemoryBook().shown(txn_id)

    def shown_subscription(self, subscription_id: str) -> Document:
        with open_stores(self.settings) as stores:
            found = queries_of(stores).subscription(subscription_id)
        return json.loads(found) if found else MemoryBook().shown_subscription(subscription_id)
