"""The streams that a batch reads and adds to: loaded together, each addition placed at its version."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from adapters.book import Book
from adapters.mapper import Placed
from domain import invoice, subscription
from domain.events import Entry
from domain.facts import Case, Follower, Report
from domain.notification import Notification, Told
from domain.streams import Aggregate, folded, grown
from domain.subscription_facts import SubscriptionReport


class Addition(Protocol):
    """What a recording or an act adds to the book."""

    @property
    def appended(self) -> Sequence[tuple[str, Entry]]:
        """The events to append, each with its stream, in order."""
        ...


class BatchStreams:
    """What stands in the book, and what the batch has added so far."""

    def __init__(self, book: Book) -> None:
        """Nothing is read until it is asked for, or preloaded."""
        self._book = book
        self._known: dict[str, Aggregate] = {}

    def preload(self, notifications: Iterable[Notification]) -> None:
        """Read in one query what these notifications will certainly ask for."""
        self._load(
            name for notification in notifications for fact in notification.facts for name in _named(fact)
        )

    def aggregate(self, stream: str) -> Aggregate:
        """What a stream holds as it stands, new if it was never heard of."""
        if stream not in self._known:
            self._load([stream])
        return self._known[stream]

    def keep(self, addition: Addition) -> list[Placed]:
        """Take over what one recording or act added; the additions at their places."""
        placed = []
        for stream, entry in addition.appended:
            self._known[stream] = grown(self.aggregate(stream), entry)
            placed.append(Placed(stream, self._known[stream].version, entry))
        return placed

    def _load(self, names: Iterable[str]) -> None:
        for stream, entries in self._book.streams(names).items():
            self._known[stream] = folded(stream, entries)


def _named(fact: Told) -> Iterator[str]:
    match fact:
        case Report():
            yield fact.txn_id
            if fact.invoice:
                yield invoice.stream_of(fact.invoice)
            yield from (subscription.stream_of(name) for name in (fact.subscription, fact.agreement) if name)
            yield from (name for name in (fact.auth_id, fact.parent_txn_id) if name)
        case Follower():
            yield from (fact.txn_id, fact.parent_txn_id)
        case Case():
            yield fact.txn_id
        case SubscriptionReport():
            yield subscription.stream_of(fact.subscription_id)
