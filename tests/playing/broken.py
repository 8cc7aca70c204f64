"""Books, ledgers and queues that are wrong on purpose, as real ones are: what checks must notice."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from domain.accounts import EntryKind, Posting
from domain.act_events import GoodsApproved, GoodsClaimed, GoodsFulfilled, GoodsReleased
from domain.events import AuthorizationGranted, Entry, FollowerHeard
from domain.money import Money
from domain.streams import Aggregate
from domain.vocabulary import FollowerKind
from projections.ledger import About, LedgerEntry
from tests.given import MemoryBook
from tests.playing.comparing import Document
from tests.playing.ledgers import Ledger
from tests.playing.watched import Queue


@dataclass
class Book:
    """Delivered to one by one; what it shows is what an honest book would that heard what it passes on."""

    honest: MemoryBook = field(default_factory=MemoryBook)

    def deliver(self, bodies: list[bytes]) -> None:
        for one in bodies:
            self.hear(one)

    def hear(self, one: bytes) -> None:
        self.honest.deliver(one)

    def shown(self, txn_id: str) -> Document:
        return self.honest.shown(txn_id)

    def shown_subscription(self, subscription_id: str) -> Document:
        return self.honest.shown_subscription(subscription_id)


@dataclass
class KnowsIdsOnly(Book):
    """Hears of each txn_id once: what comes of an eCheck is taken for a duplicate."""

    known: set[bytes] = field(default_factory=set)

    def hear(self, one: bytes) -> None:
        name = field_of(one, b"txn_id")
        if not name or name not in self.known:
            super().hear(one)
        self.known.add(name)


@dataclass
class DropsTheEarly(Book):
    """Answers 200 to a refund of something unknown, and forgets it."""

    known: set[bytes] = field(default_factory=set)

    def hear(self, one: bytes) -> None:
        parent = field_of(one, b"parent_txn_id")
        if not parent or parent in self.known:
            super().hear(one)
        self.known.add(field_of(one, b"txn_id"))


@dataclass
class CountsRefundsTwice(Book):
    """Takes each refund for two."""

    def hear(self, one: bytes) -> None:
        super().hear(one)
        if field_of(one, b"payment_status") == b"Refunded":
            name = field_of(one, b"txn_id")
            super().hear(one.replace(b"txn_id=" + name, b"txn_id=AGAIN-" + name))


@dataclass
class CountsAuthorizations(Book):
    """Takes an authorization for money."""

    def hear(self, one: bytes) -> None:
        super().hear(one.replace(b"transaction_entity=auth", b"transaction_entity=payment"))


@dataclass
class LosesOneInTen(Book):
    """Loses every tenth delivery, whatever it holds."""

    heard: int = 0

    def hear(self, one: bytes) -> None:
        self.heard += 1
        if self.heard % 10:
            super().hear(one)


def field_of(one: bytes, name: bytes) -> bytes:
    """A field's value as it stands in the body."""
    found = dict(pair.split(b"=", 1) for pair in one.split(b"&"))
    return found.get(name, b"")


class ForgetsFees(Ledger):
    """Books the gross of everything, as if PayPal took nothing for it."""

    def entered(
        self, stream: str, version: int, entry: Entry, before: Aggregate, after: Aggregate
    ) -> Iterable[LedgerEntry]:
        for one in super().entered(stream, version, entry, before, after):
            fees = [p.amount.amount for p in one.postings if p.account.startswith("Expenses:Fees")]
            left = [p for p in one.postings if not p.account.startswith("Expenses:Fees")]
            yield replace(one, postings=tuple(paid_by_us(left, sum(fees, Decimal()))))


class BooksAuthorizations(Ledger):
    """Takes what is promised for what is here."""

    def entered(
        self, stream: str, version: int, entry: Entry, before: Aggregate, after: Aggregate
    ) -> Iterable[LedgerEntry]:
        yield from super().entered(stream, version, entry, before, after)
        if isinstance(entry.event, AuthorizationGranted) and entry.event.report.gross:
            gross = entry.event.report.gross
            yield LedgerEntry(
                id=f"{stream}:{version}",
                transaction=stream,
                txn_id=stream,
                n=entry.n,
                kind=EntryKind.SALE,
                occurred_at=None,
                recorded_at=entry.at,
                postings=(
                    Posting(f"Assets:PayPal:{gross.currency}", gross),
                    Posting(f"Income:Sales:{gross.currency}", -gross),
                ),
                about=About(),
            )


class CountsFollowersTwice(Ledger):
    """Books a refund once when it is told, and once more because the payment changed."""

    def entered(
        self, stream: str, version: int, entry: Entry, before: Aggregate, after: Aggregate
    ) -> Iterable[LedgerEntry]:
        for one in super().entered(stream, version, entry, before, after):
            yield one
            if one.kind is EntryKind.REFUND:
                yield replace(one, id=f"{one.id}:again")


class HoldsWithTheFee(Ledger):
    """Takes the fee for part of every reversal, of one that names the payment less its fee too."""

    def entered(
        self, stream: str, version: int, entry: Entry, before: Aggregate, after: Aggregate
    ) -> Iterable[LedgerEntry]:
        for one in super().entered(stream, version, entry, before, after):
            told = entry.event.follower if isinstance(entry.event, FollowerHeard) else None
            held = any(posting.account.startswith("Assets:Held") for posting in one.postings)
            if held and told and told.kind is FollowerKind.REVERSAL and told.fee:
                fees = Posting(f"Expenses:Fees:{told.fee.currency}", told.fee)
                yield replace(one, postings=(*paid_by_us(one.postings, -told.fee.amount), fees))
            else:
                yield one


class RewritesItsPast(Ledger):
    """Mends what was entered before instead of entering the difference."""

    def step(self, stream: str, entry: Entry) -> None:
        super().step(stream, entry)
        entered = self.entries[stream]
        if len(entered) > 1 and entered[-1].kind is not EntryKind.SALE:
            last = entered.pop()
            entered[0] = replace(entered[0], postings=(*entered[0].postings, *last.postings))


class LosesAPosting(Ledger):
    """Has one side of each entry."""

    def entered(
        self, stream: str, version: int, entry: Entry, before: Aggregate, after: Aggregate
    ) -> Iterable[LedgerEntry]:
        for one in super().entered(stream, version, entry, before, after):
            yield replace(one, postings=one.postings[:1])


def paid_by_us(postings: Iterable[Posting], more: Decimal) -> Iterable[Posting]:
    """The postings, with so much more out of PayPal's account or into it."""
    for one in postings:
        if one.account.startswith("Assets:PayPal"):
            yield replace(one, amount=Money(one.amount.amount + more, one.amount.currency))
        else:
            yield one


class ForgetsApprovals(Queue):
    """Holds what people let go."""

    def state(self, book: MemoryBook, txn_id: str, at: datetime) -> str:
        told = [one for one in book.streams.get(txn_id, ()) if not isinstance(one.event, GoodsApproved)]
        return super().state(MemoryBook(streams={txn_id: told}), txn_id, at)


class ApprovesForEver(Queue):
    """Lets go whatever was let go once."""

    def state(self, book: MemoryBook, txn_id: str, at: datetime) -> str:
        approved = any(isinstance(one.event, GoodsApproved) for one in book.streams.get(txn_id, ()))
        state = super().state(book, txn_id, at)
        return "ready" if approved and state == "held" else state


class KeepsClaims(Queue):
    """Leaves goods in the hands of who claimed them, whatever becomes of the money."""

    def state(self, book: MemoryBook, txn_id: str, at: datetime) -> str:
        claimed = False
        for one in book.streams.get(txn_id, ()):
            match one.event:
                case GoodsClaimed(until=until):
                    claimed = at < until
                case GoodsReleased() | GoodsFulfilled():
                    claimed = False
        return "claimed" if claimed else super().state(book, txn_id, at)


class ClaimsForEver(Queue):
    """Forgets that claims run out."""

    def state(self, book: MemoryBook, txn_id: str, at: datetime) -> str:
        long_ago = datetime.min.replace(tzinfo=at.tzinfo)
        return super().state(book, txn_id, long_ago)


class NeverCallsBack(Queue):
    """Has done with goods once they left."""

    def state(self, book: MemoryBook, txn_id: str, at: datetime) -> str:
        state = super().state(book, txn_id, at)
        return "fulfilled" if state == "recall" else state
