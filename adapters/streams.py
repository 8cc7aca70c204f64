"""The streams that a batch reads and adds to: loaded together, each addition placed at its version."""

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from typing import Protocol

from adapters.book import Book
from adapters.mapper import Placed
from adapters.memory import Memory
from domain import invoice, subscription
from domain.draft import Draft
from domain.events import Entry
from domain.facts import Case, Follower, Report
from domain.notification import Notification, Told
from domain.streams import Aggregate, grown, new
from domain.subscription_facts import SubscriptionReport


class Addition(Protocol):
    """What a recording or an act adds to the book."""

    @property
    def appended(self) -> Sequence[tuple[str, Entry]]:
        """The events to append, each with its stream, in order."""
        ...

    @property
    def draft(self) -> Draft:
        """The streams that they go to, as they stand with them."""
        ...


class BatchStreams:
    """What stands in the book, and what the batch has added so far."""

    def __init__(self, book: Book, rules: int | None = None, memory: Memory | None = None) -> None:
        """Nothing is read until it is asked for, or preloaded; `rules`: the number of those that decide.

        `memory`: of batches before, from which the book is read on.
        """
        self._book = book
        self._rules = rules
        self._memory = memory
        self._known: dict[str, Aggregate] = {}
        self.tips: dict[str, bytes] = {}  # the digests of the last events, as they were read

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
        placed, versions = [], dict[str, int]()
        for stream, entry in addition.appended:
            version = versions[stream] = (versions.get(stream) or self.aggregate(stream).version) + 1
            placed.append(Placed(stream, version, entry, self._rules))
        self._known.update(addition.draft.known)
        return placed

    def remember(self) -> None:
        """Keep what stands now that all was appended, and `tips` were brought forward with it."""
        if self._memory is not None:
            self._memory.keep(self._known, self.tips)

    def _load(self, names: Iterable[str]) -> None:
        wanted = list(dict.fromkeys(names))
        known = self._memory.known(wanted) if self._memory is not None else {}
        after = {name: (one.aggregate.version, one.tip) for name, one in known.items()}
        for name, stream in self._book.read(wanted, after).items():
            begun = known[name].aggregate if stream.after else new(name)
            self._known[name] = reduce(grown, stream.entries, begun)
            self.tips[name] = stream.tip


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
