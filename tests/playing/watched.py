"""A book in memory whose ledger is kept beside it and checked after everything that happens to it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.acting import Acting
from domain.fulfillment import fulfillment_of
from tests.given import MemoryBook
from tests.playing.comparing import Document
from tests.playing.ledgers import Deliveries, Ledger, misbooked, mistaken, trial_balance
from tests.playing.tally import Tally


class Queue:
    """Where the program says that goods are."""

    def state(self, book: MemoryBook, txn_id: str, at: datetime) -> str:
        return fulfillment_of(book.transaction(txn_id), at).value


@dataclass
class Watched:
    """Delivered to as the post brings it; acted in as people do."""

    book: MemoryBook = field(default_factory=MemoryBook)
    ledger: Ledger = field(default_factory=Ledger)
    queue: Queue = field(default_factory=Queue)
    deliveries: Deliveries = field(default_factory=Deliveries)
    moments: list[tuple[datetime, Tally]] = field(default_factory=list)

    def deliver(self, bodies: Iterable[bytes]) -> None:
        for one in bodies:
            self.book.deliver(one)
            self.deliveries.bodies[self.book.n] = one
        self.audit()

    def now(self) -> datetime:
        return self.book.at

    def wait(self, seconds: int) -> None:
        self.book.at += timedelta(seconds=seconds)

    def act(self, by: str, act: Callable[[Acting], None]) -> None:
        """Let a person do something now; ActRefusedError leaves everything as it is."""
        # The book in memory lets a second go by before each act.
        self.book.at -= timedelta(seconds=1)
        self.book.acting(by, act)
        self.audit()

    def state(self, txn_id: str) -> str:
        return self.queue.state(self.book, txn_id, self.book.at)

    def shown(self, txn_id: str) -> Document:
        return self.book.shown(txn_id)

    def audit(self) -> None:
        """The ledger must come to what the raw bodies come to, now as ever."""
        self.ledger.follow(self.book)
        tally, booked = self.deliveries.tally(self.book), self.ledger.by_transaction()
        assert list(misbooked(self.ledger.all())) == []
        assert list(mistaken(booked, tally)) == []
        assert list(self.deliveries.unfounded(self.ledger.all())) == []
        assert trial_balance(booked.values()) == {}
        self.moments.append((self.book.at, tally))

    def look_back(self) -> None:
        """What was entered stays as it was entered: each moment's balances are the entries up to it."""
        for at, tally in self.moments:
            assert list(mistaken(self.ledger.by_transaction(until=at), tally)) == []
        assert self.ledger.follow(self.book).entries == Ledger().follow(self.book).entries

    def fork(self) -> "Watched":
        """Another book that heard and did the same up to now."""
        streams = {name: list(history) for name, history in self.book.streams.items()}
        book = MemoryBook(self.book.shop, streams, dict(self.book.outcomes), self.book.at, self.book.n)
        return Watched(book, Ledger().follow(book), deliveries=Deliveries(dict(self.deliveries.bodies)))
