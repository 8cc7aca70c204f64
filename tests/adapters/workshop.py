"""A workshop: a real database, a real book and what the worker works with, driven by hand, without PayPal."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from adapters.book import Book
from adapters.claims import Claimed, Claims
from adapters.delivered import Delivery
from adapters.engines import StoreEngine
from adapters.follower import Follower
from adapters.inbox import Inbox
from adapters.processor import Answered, Processor
from adapters.queries.reader import Queries
from adapters.rules import RulesBook
from adapters.settling import Settled
from adapters.tables import notifications, post_backs
from adapters.times import to_us
from adapters.verifier import PostBack
from adapters.views.registry import PROJECTIONS
from domain.vetting import Shop
from domain.vocabulary import Verdict
from tests.engines import Parts, open_parts
from tests.given import NOON, SHOP

WORDS = {Verdict.VERIFIED: "VERIFIED", Verdict.INVALID: "INVALID", Verdict.UNKNOWN: "<html>Sorry</html>"}


@dataclass
class Workshop:
    """One second passes with every look at the clock."""

    folder: Path
    parts: Parts
    book: Book
    shop: Shop = SHOP
    at: datetime = NOON
    settled: list[Settled] = field(default_factory=list)

    def clock(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at

    @property
    def engine(self) -> StoreEngine:
        return self.parts.views

    @property
    def inbox_engine(self) -> StoreEngine:
        return self.parts.inbox

    @property
    def inbox(self) -> Inbox:
        return Inbox(self.inbox_engine)

    @property
    def claims(self) -> Claims:
        return Claims(self.parts.claims, self.inbox)

    @property
    def follower(self) -> Follower:
        return Follower(self.book, self.engine, self.clock)

    @property
    def queries(self) -> Queries:
        return Queries(self.engine, self.inbox_engine, self.book, tuple(PROJECTIONS), lambda: self.at)

    def processor(self, draw: float = 0.0, rules: RulesBook | None = None) -> Processor:
        return Processor(self.book, self.shop, self.clock, lambda: draw, rules)

    def keep(self, *bodies: bytes, at: datetime = NOON) -> list[int]:
        rows = [Delivery(received_us=to_us(at), peer="127.0.0.1", headers=(), body=one) for one in bodies]
        return self.inbox.keep(rows)

    def claim(self, *bodies: bytes) -> list[Claimed]:
        self.keep(*bodies)
        self.claims.take_in()
        return self.claims.claim(1_000, to_us(self.clock()))

    def answer(self, claimed: Sequence[Claimed], verdict: Verdict = Verdict.VERIFIED) -> list[Answered]:
        return [Answered(claimed=one, post_back=self.post_back(verdict)) for one in claimed]

    def post_back(self, verdict: Verdict = Verdict.VERIFIED) -> PostBack:
        return PostBack(verdict=verdict, asked_at=self.at, status=200, answer=WORDS[verdict], seconds=0.25)

    def deliver(self, *bodies: bytes, verdict: Verdict = Verdict.VERIFIED) -> list[Settled]:
        """Keep, claim and settle these in one batch."""
        settled = self.processor().settle(self.answer(self.claim(*bodies), verdict))
        self.settled += settled
        return settled

    def row(self, n: int) -> Mapping[str, Any]:
        with self.engine.connect() as connection:
            found = connection.execute(select(notifications).where(notifications.c.n == n)).mappings().one()
        return dict(found)

    def outcomes(self) -> list[str]:
        with self.engine.connect() as connection:
            wanted = select(notifications.c.outcome).order_by(notifications.c.n)
            return list(connection.execute(wanted).scalars())

    def post_backs(self, n: int) -> list[tuple[int, str, str]]:
        row = post_backs.c
        with self.engine.connect() as connection:
            wanted = select(row.attempt, row.verdict, row.answer).where(row.n == n).order_by(row.attempt)
            return [tuple(found) for found in connection.execute(wanted)]

    def events(self, stream: str = "T1") -> list[str]:
        return [type(entry.event).__name__ for entry in self.book.streams([stream])[stream]]


@contextmanager
def open_workshop(folder: Path) -> Iterator[Workshop]:
    """Open the database of a folder, making it where it is missing; any number of times at once."""
    with open_parts(folder) as parts, parts.database.events() as book:
        yield Workshop(folder, parts, book)
