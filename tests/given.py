"""Bodies as PayPal writes them, and a book in memory to record them in: what domain tests are told with."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import quote_plus

from domain import invoice, subscription
from domain.acting import Acting
from domain.events import Entry, Event, PriceAgreed
from domain.facts import Case, Fact, Follower, Report
from domain.folding import fold
from domain.invoice import Invoice
from domain.notification import Told, read
from domain.recording import Recording
from domain.state import Transaction
from domain.streams import Aggregate, folded
from domain.subscription import Subscription
from domain.vetting import Shop
from domain.vocabulary import Outcome
from projections.subscriptions import document as subscription_document
from projections.transactions import document

F = TypeVar("F", bound=Told)
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SELLER = "seller@example.com"
SHOP = Shop(receivers=frozenset({SELLER}), ship_unpriced=True)


def body(**fields: str) -> bytes:
    """A form body of these fields, in PayPal's way of encoding."""
    return "&".join(f"{name}={quote_plus(value, safe='')}" for name, value in fields.items()).encode()


def payment(txn_id: str = "T1", status: str = "Completed", gross: str = "20.00", **more: str) -> bytes:
    """A message about a payment under its own id."""
    fields = {
        "txn_id": txn_id,
        "txn_type": "web_accept",
        "payment_status": status,
        "mc_gross": gross,
        "mc_currency": "USD",
        "receiver_email": SELLER,
        "payer_id": "PAYER1",
        "payment_date": "08:12:59 Nov 20, 2026 PST",
        "charset": "windows-1252",
        "test_ipn": "1",
    }
    if status == "Completed":
        fields["mc_fee"] = "0.88"
    return body(**(fields | more))


def pending(txn_id: str = "T1", reason: str = "echeck", **more: str) -> bytes:
    """A payment that waits."""
    return payment(txn_id, "Pending", pending_reason=reason, **more)


def follower(status: str, txn_id: str, parent: str = "T1", gross: str = "-20.00", **more: str) -> bytes:
    """A refund, reversal or canceled reversal: it has no type, as on the wire."""
    fields = {
        "txn_id": txn_id,
        "parent_txn_id": parent,
        "payment_status": status,
        "mc_gross": gross,
        "mc_currency": "USD",
        "receiver_email": SELLER,
        "reason_code": "refund",
        "payment_date": "10:00:00 Nov 22, 2026 PST",
        "test_ipn": "1",
    }
    return body(**(fields | more))


def adjustment(txn_id: str, parent: str = "T1", gross: str = "-20.00", **more: str) -> bytes:
    """PayPal's correction after a case: it names no receiver."""
    fields = {
        "txn_type": "adjustment",
        "txn_id": txn_id,
        "parent_txn_id": parent,
        "payment_status": "Completed",
        "mc_gross": gross,
        "mc_currency": "USD",
        "reason_code": "chargeback_settlement",
        "payment_date": "10:00:00 Nov 25, 2026 PST",
        "test_ipn": "1",
    }
    return body(**(fields | more))


def case(case_id: str = "PP-1", txn_id: str = "T1", case_type: str = "dispute", **more: str) -> bytes:
    """A case against a payment: it carries the payment's id and no status."""
    fields = {
        "txn_type": "new_case",
        "case_id": case_id,
        "case_type": case_type,
        "txn_id": txn_id,
        "reason_code": "non_receipt",
        "case_creation_date": "09:00:00 Nov 21, 2026 PST",
        "payment_date": "08:12:59 Nov 20, 2026 PST",
        "test_ipn": "1",
    }
    return body(**(fields | more))


def authorization(txn_id: str = "A1", status: str = "Pending", **more: str) -> bytes:
    """A message about an authorization."""
    fields = {
        "transaction_entity": "auth",
        "auth_id": txn_id,
        "auth_status": status,
        "pending_reason": "authorization" if status == "Pending" else "",
        "mc_fee": "",
    }
    return payment(txn_id, status, **(fields | more))


def order(txn_id: str = "O-1", status: str = "Pending", **more: str) -> bytes:
    """A message about an order."""
    reason = "order" if status == "Pending" else ""
    return payment(txn_id, status, transaction_entity="order", pending_reason=reason, mc_fee="", **more)


def capture(
    txn_id: str, source: str = "A1", status: str = "Completed", gross: str = "20.00", **more: str
) -> bytes:
    """A payment captured from an authorization."""
    fields = {
        "transaction_entity": "payment",
        "parent_txn_id": source,
        "auth_id": source,
        "auth_status": "In_Progress",
        "remaining_settle": "9",
    }
    return payment(txn_id, status, gross, **(fields | more))


def only_fact(one: bytes, n: int = 1) -> Told:
    """The one fact that a body holds."""
    (fact,) = read(one, n).facts
    return fact


def transaction_fact(one: bytes, n: int = 1) -> Fact:
    """The one fact that a body tells of a transaction."""
    fact = only_fact(one, n)
    assert isinstance(fact, Report | Follower | Case)
    return fact


def fact_of(one: bytes, kind: type[F]) -> F:
    """The fact that a body holds, of the kind that it must be."""
    fact = only_fact(one)
    assert isinstance(fact, kind)
    return fact


def entries(*events: Event) -> tuple[Entry, ...]:
    """The events as the book keeps them, each in a notification of its own, a second apart."""
    return tuple(
        Entry(event=event, at=NOON + timedelta(seconds=n), n=n) for n, event in enumerate(events, start=1)
    )


@dataclass
class MemoryBook:
    """Streams in memory, recorded into as the processor does, one delivery after the other."""

    shop: Shop = SHOP
    streams: dict[str, list[Entry]] = field(default_factory=dict)
    outcomes: dict[int, tuple[Outcome, str | None]] = field(default_factory=dict)
    at: datetime = NOON
    n: int = 0

    def transaction(self, txn_id: str) -> Transaction:
        return fold(txn_id, self.streams.get(txn_id, ()))

    def aggregate(self, stream: str) -> Aggregate:
        return folded(stream, self.streams.get(stream, ()))

    def invoice(self, name: str) -> Invoice:
        found = self.aggregate(invoice.stream_of(name))
        assert isinstance(found, Invoice)
        return found

    def subscription(self, subscription_id: str) -> Subscription:
        found = self.aggregate(subscription.stream_of(subscription_id))
        assert isinstance(found, Subscription)
        return found

    def deliver(self, *bodies: bytes) -> "MemoryBook":
        for one in bodies:
            self.n += 1
            self.process(one, self.n)
        return self

    def process(self, one: bytes, n: int) -> Recording:
        self.at += timedelta(seconds=1)
        recording = Recording(self, self.shop, self.at)
        recording.record(read(one, n))
        return self._keep(recording)

    def agree(self, invoice: str, price: PriceAgreed) -> "MemoryBook":
        self.acting("the shop", lambda acting: acting.agree(invoice, price))
        return self

    def acting(self, by: str, act: Callable[[Acting], None]) -> None:
        """Let a person do something a second later; ActRefusedError leaves the book as it is."""
        self.at += timedelta(seconds=1)
        acting = Acting(self, self.shop, self.at, by)
        act(acting)
        self._add(acting.appended)

    def _keep(self, recording: Recording) -> Recording:
        self._add(recording.appended)
        self.outcomes |= recording.settled
        return recording

    def _add(self, appended: Iterable[tuple[str, Entry]]) -> None:
        for stream, entry in appended:
            self.streams.setdefault(stream, []).append(entry)

    def outcome(self, n: int | None = None) -> str:
        return self.outcomes[n or self.n][0].value

    def events(self, stream: str = "T1") -> list[str]:
        return [type(entry.event).__name__ for entry in self.streams.get(stream, ())]

    def shown(self, txn_id: str = "T1") -> dict[str, Any]:
        transaction = self.transaction(txn_id)
        while transaction.follows is not None and not transaction.reports:
            transaction = self.transaction(transaction.follows)
        return document(transaction)

    def shown_subscription(self, subscription_id: str) -> dict[str, Any]:
        return subscription_document(self.subscription(subscription_id))


# What an order of arrival leaves its mark on, and may: how many events there are and when they were heard.
ABOUT_HEARING = ("version", "first_heard", "last_changed")


def end_state(
    bodies: Iterable[bytes], txn_ids: Iterable[str], shop: Shop = SHOP
) -> dict[str, dict[str, Any]]:
    """Each transaction as it stands in the end, without what only tells how it was heard."""
    book = MemoryBook(shop).deliver(*bodies)
    return {txn_id: comparable(book.shown(txn_id)) for txn_id in txn_ids}


def comparable(shown: dict[str, Any]) -> dict[str, Any]:
    """A document without what tells how it was heard; parked deliveries by kind, not by number."""
    rest = {name: value for name, value in shown.items() if name not in ABOUT_HEARING}
    parked = sorted((p["kind"], p["waits_for"]) for p in shown["parked"])
    return rest | {"parked": parked}
