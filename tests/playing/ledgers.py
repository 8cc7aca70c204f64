"""A ledger in memory, kept beside a book as the worker keeps the view, and all that must hold of it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from urllib.parse import quote_plus

from domain.accounts import EntryKind
from domain.events import Entry
from domain.streams import Aggregate, grown, new
from domain.vocabulary import Outcome
from projections.ledger import LedgerEntry, entries_of
from tests.given import MemoryBook
from tests.playing.tally import Accounts, Sums, Tally, tallied, without_nothing

ROOTS = {"Assets", "Income", "Expenses", "Equity"}


@dataclass
class Ledger:
    """Hears of each entry of the book once; what it has entered it never takes back."""

    entries: dict[str, list[LedgerEntry]] = field(default_factory=lambda: defaultdict(list))
    aggregates: dict[str, Aggregate] = field(default_factory=dict)
    versions: Counter[str] = field(default_factory=Counter)

    def follow(self, book: MemoryBook) -> "Ledger":
        """Enter what the book has recorded since the last time."""
        for stream, history in book.streams.items():
            for entry in history[self.versions[stream] :]:
                self.step(stream, entry)
        return self

    def step(self, stream: str, entry: Entry) -> None:
        before = self.aggregates.get(stream) or new(stream)
        after = grown(before, entry)
        self.versions[stream] += 1
        self.entries[stream] += self.entered(stream, self.versions[stream], entry, before, after)
        self.aggregates[stream] = after

    def entered(
        self, stream: str, version: int, entry: Entry, before: Aggregate, after: Aggregate
    ) -> Iterable[LedgerEntry]:
        return entries_of(stream, version, entry, before, after)

    def all(self) -> list[LedgerEntry]:
        return [one for entries in self.entries.values() for one in entries]

    def by_transaction(self, until: datetime | None = None) -> dict[str, Accounts]:
        """What each transaction has done to each account, by what was entered up to a moment."""
        sums: defaultdict[str, Sums] = defaultdict(lambda: defaultdict(Decimal))
        for one in self.all():
            if until is None or one.recorded_at <= until:
                for posting in one.postings:
                    sums[one.transaction][posting.account] += posting.amount.amount
        return {name: left for name, found in sums.items() if (left := without_nothing(found))}


@dataclass
class Deliveries:
    """The bodies that a book heard, by the numbers that it gave them."""

    bodies: dict[int, bytes] = field(default_factory=dict)

    def accepted(self, outcomes: dict[int, tuple[Outcome, str | None]]) -> list[bytes]:
        """Those that count: recorded, or refused as a move that cannot be and counted all the same."""
        return [one for n, one in self.bodies.items() if counts(*outcomes[n])]

    def unfounded(self, entries: Iterable[LedgerEntry]) -> Iterator[str]:
        """Which entries name a delivery that does not tell of them; a correction may come of any."""
        for one in entries:
            told = self.bodies.get(one.n or 0, b"").decode("ascii")
            named = quote_plus(one.txn_id.removeprefix("payout:"))
            if not told or (named not in told and one.kind is not EntryKind.CORRECTION):
                yield f"{one.id} of {one.txn_id} is not told of in delivery {one.n}"

    def tally(self, book: MemoryBook) -> Tally:
        """What each transaction should have moved by now."""
        return tallied(self.accepted(book.outcomes), self.bodies.values())


def counts(outcome: Outcome, reason: str | None) -> bool:
    return outcome is Outcome.RECORDED or (
        outcome is Outcome.REFUSED and str(reason).startswith("transition")
    )


def misbooked(entries: Iterable[LedgerEntry]) -> Iterator[str]:
    """What is wrong with entries by themselves, in words."""
    entries = list(entries)
    for one in entries:
        yield from unbalanced(one)
    for name, count in Counter(one.id for one in entries).items():
        if count > 1:
            yield f"{name} is the id of {count} entries"


def mistaken(booked: Mapping[str, Accounts], tally: Tally) -> Iterator[str]:
    """Where what was booked of each transaction is not what raw bodies come to, in words."""
    for txn_id in sorted((booked.keys() | tally.moved.keys()) - tally.undecided):
        should, does = tally.moved.get(txn_id, {}), booked.get(txn_id, {})
        for account in sorted(should.keys() | does.keys()):
            if should.get(account) != does.get(account):
                yield f"{txn_id} {account}: should be {should.get(account)}, is {does.get(account)}"


def unbalanced(one: LedgerEntry) -> Iterator[str]:
    """What is wrong with an entry by itself."""
    left: Sums = defaultdict(Decimal)
    for posting in one.postings:
        root, *names, currency = posting.account.split(":")
        if root not in ROOTS or not names or currency != posting.amount.currency:
            yield f"{one.id} posts {posting.amount.currency} to {posting.account}"
        if not posting.amount.amount:
            yield f"{one.id} posts nothing to {posting.account}"
        left[posting.amount.currency] += posting.amount.amount
    if len(one.postings) < 2 or any(left.values()):
        yield f"{one.id} does not balance: {dict(left)}"


def trial_balance(sums: Iterable[Accounts]) -> Accounts:
    """The sum over all accounts in each currency; of books that are right nothing."""
    total: Sums = defaultdict(Decimal)
    for accounts in sums:
        for account, amount in accounts.items():
            total[account.rpartition(":")[2]] += amount
    return without_nothing(total)


def cash(sums: Iterable[Accounts]) -> Accounts:
    """What lies with PayPal in each currency."""
    total: Sums = defaultdict(Decimal)
    for accounts in sums:
        for account, amount in accounts.items():
            if account.startswith("Assets:PayPal:"):
                total[account.rpartition(":")[2]] += amount
    return without_nothing(total)
