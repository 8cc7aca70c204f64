"""A book that lies in a real house, read through its queries."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from adapters.queries.fulfillment import FulfillmentFilters
from adapters.queries.ledger import EntryFilters
from adapters.queries.todo_origins import TodoFilters
from adapters.rebuilding.rebuild import Rebuild, Rebuilt
from adapters.rebuilding.shadow import Shadow
from adapters.views.registry import PROJECTIONS
from domain.acting import Acting
from domain.vocabulary import Outcome
from scripts.settings import Settings
from scripts.wiring.office import open_office
from scripts.wiring.queries import queries_of
from scripts.wiring.stores import now, open_stores
from tests.given import MemoryBook
from tests.house import keep, outcomes, work_off
from tests.playing.comparing import Document
from tests.playing.ledgers import Deliveries, mistaken, trial_balance
from tests.playing.tally import Accounts, Sums, Tally, tallied, without_nothing

ROUNDS_MAX = 100
QUEUE_STATES = ("held", "ready", "claimed", "fulfilled", "withdrawn", "recall")


@dataclass
class StoredBook:
    """Delivered to as the listener does, worked off as the worker does, read as the API does."""

    settings: Settings
    deliveries: Deliveries = field(default_factory=Deliveries)

    def deliver(self, bodies: list[bytes]) -> None:
        """Keep these together and work them off: one cut of the mail."""
        self.deliveries.bodies |= dict(zip(keep(self.settings, bodies), bodies, strict=True))
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

    # ---- people ----

    def now(self) -> datetime:
        return now()

    def wait(self, seconds: int) -> None:
        """Time goes by itself."""

    def act(self, by: str, act: Callable[[Acting], None]) -> None:
        with open_office(self.settings) as office:
            office.acts.act(by, act)

    def state(self, txn_id: str) -> str:
        return str(self.shown(txn_id)["fulfillment"])

    def queue(self, as_of: datetime | None = None) -> dict[str, set[str]]:
        """Whose goods are listed in which state."""
        filters = [FulfillmentFilters(state=state, as_of=as_of) for state in QUEUE_STATES]
        with open_stores(self.settings) as stores:
            pages = [queries_of(stores).fulfillment(one, 500, None) for one in filters]
        return {
            state: {row["txn_id"] for row in page.items}
            for state, page in zip(QUEUE_STATES, pages, strict=True)
        }

    def listed_wrong(self, expected: Mapping[str, str]) -> Iterator[str]:
        """Which orders stand in another list of the queue than in that of their state, in words."""
        queue = self.queue()
        for txn_id, state in expected.items():
            does = {one for one, names in queue.items() if txn_id in names}
            if does != {state} & set(QUEUE_STATES):
                yield f"{txn_id} should be listed as {state}, is as {does}"

    # ---- the ledger ----

    def tally(self) -> Tally:
        """What each transaction should have moved, by the bodies that were accepted."""
        became = {n: (Outcome(what), why) for n, (what, why) in outcomes(self.settings).items()}
        return tallied(self.deliveries.accepted(became), self.deliveries.bodies.values())

    def entries(self) -> list[dict[str, Any]]:
        """The ledger, newest entry first."""
        with open_stores(self.settings) as stores:
            page = queries_of(stores).ledger_entries(EntryFilters(), 500, None)
        assert page.next is None
        return list(page.items)

    def balances(self, as_of: datetime | None = None) -> Accounts:
        with open_stores(self.settings) as stores:
            found = queries_of(stores).balances(as_of)
        return without_nothing({one["account"]: Decimal(one["balance"]) for one in found})

    def booked_wrong(self) -> Iterator[str]:
        """Where the ledger does not balance, or is not what the raw bodies come to, in words."""
        entries = self.entries()
        if self.balances() != summed(entries):
            yield "the balances are not the sums of the entries"
        by_transaction: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        for one in entries:
            by_transaction[one["transaction"]].append(one)
            if left := trial_balance([summed([one])]):
                yield f"{one['id']} does not balance: {left}"
        booked = {txn_id: sums for txn_id, some in by_transaction.items() if (sums := summed(some))}
        yield from mistaken(booked, self.tally())

    # ---- anew ----

    def everything(self) -> tuple[object, ...]:
        """All that lists show."""
        return self.queue(), self.todos(), self.entries(), self.balances()

    def rebuild(self) -> Rebuilt:
        """Tell all views again from the events."""
        with open_stores(self.settings) as stores:
            shadow = Shadow(stores.events, stores.views, now, list(PROJECTIONS.values()))
            return Rebuild(shadow, stores.events.last_position, lambda *_: None).run()


def summed(entries: list[dict[str, Any]]) -> Accounts:
    """What entries come to on each account."""
    total: Sums = defaultdict(Decimal)
    for one in entries:
        for posting in one["postings"]:
            total[posting["account"]] += Decimal(posting["amount"])
    return without_nothing(total)
