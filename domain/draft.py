"""What one recording adds to the book, readable as if it stood there already."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from domain import invoice, subscription
from domain.events import Entry
from domain.invoice import Invoice
from domain.state import Transaction
from domain.streams import Aggregate, grown
from domain.subscription import Subscription

# A follower of a follower of a follower is already rare; beyond this it is a loop.
DEPTH_MAX = 16


class Streams(Protocol):
    """Where the walk reads what stands so far."""

    def aggregate(self, stream: str) -> Aggregate:
        """What a stream holds as it stands, new if it was never heard of."""


@dataclass(slots=True)
class Draft:
    """The streams with what was added to them."""

    streams: Streams
    appended: list[tuple[str, Entry]] = field(default_factory=list)
    _known: dict[str, Aggregate] = field(default_factory=dict)
    _read: dict[str, Aggregate] = field(default_factory=dict)  # asked for, whatever was added since

    @property
    def known(self) -> Mapping[str, Aggregate]:
        """The streams that were added to, as they stand with that."""
        return self._known

    def transaction(self, txn_id: str) -> Transaction:
        """The transaction of an id."""
        found = self._aggregate(txn_id)
        assert isinstance(found, Transaction), "an id with another stream's prefix"
        return found

    def root(self, txn_id: str, besides: str | None = None) -> Transaction:
        """The transaction that an id leads to, through any followers between; loops end where they began."""
        seen = {besides}
        transaction = self.transaction(txn_id)
        while transaction.follows is not None and transaction.follows not in seen and len(seen) < DEPTH_MAX:
            seen.add(transaction.txn_id)
            transaction = self.transaction(transaction.follows)
        return transaction

    def invoice(self, name: str) -> Invoice:
        """The invoice of a name."""
        found = self._aggregate(invoice.stream_of(name))
        assert isinstance(found, Invoice), "an invoice's stream holds an invoice"
        return found

    def subscription(self, subscription_id: str) -> Subscription:
        """The subscription, profile or agreement of an id."""
        found = self._aggregate(subscription.stream_of(subscription_id))
        assert isinstance(found, Subscription), "a subscription's stream holds a subscription"
        return found

    def append(self, stream: str, entry: Entry) -> None:
        """Add an event to a stream."""
        self._known[stream] = grown(self._aggregate(stream), entry)
        self.appended.append((stream, entry))

    def _aggregate(self, stream: str) -> Aggregate:
        known = self._known.get(stream) or self._read.get(stream)
        if known is None:
            known = self._read[stream] = self.streams.aggregate(stream)
        return known
