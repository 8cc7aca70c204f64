"""The purge: the book says that a body goes, then the inbox lets it go; if killed, the next one ends it."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, select, update

from adapters.engines import StoreEngine, store_errors
from adapters.purging.makers import Makers
from adapters.purging.rules import Rule
from adapters.tables import deliveries, notifications
from adapters.times import to_us

BATCH: Final = 500  # rows that are written at once: the write lock is held for some milliseconds
_PAUSE_SECONDS: Final = 0.01  # between them: others write too


@dataclass(slots=True)
class Freed:
    """So many bodies, of so many bytes together."""

    bodies: int = 0
    bytes: int = 0

    def add(self, bodies: int, bytes_: int) -> None:
        """Count some more."""
        self.bodies += bodies
        self.bytes += bytes_


@dataclass(frozen=True, slots=True)
class Purged:
    """What went by each rule, or would go; `left` is what an earlier purge had only marked."""

    by_rule: dict[str, Freed] = field(default_factory=dict)
    left: Freed = field(default_factory=Freed)

    @property
    def all(self) -> Freed:
        """Everything together."""
        parts = (*self.by_rule.values(), self.left)
        return Freed(sum(part.bodies for part in parts), sum(part.bytes for part in parts))


class Purge:
    """Works beside a service that runs; any number of them may at once."""

    def __init__(
        self,
        makers: Makers,
        book: StoreEngine,
        inbox: StoreEngine,
        clock: Callable[[], datetime],
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """Both engines must be durable: a mark that is lost with the power might be of a body that went."""
        self._makers = makers
        self._book = book
        self._inbox = inbox
        self._clock = clock
        self._pause = pause

    def look(self, rules: Sequence[Rule]) -> Purged:
        """What `run` would let go now; nothing is changed. Raises StoreError or StoreAwayError."""
        done = Purged()
        self._makers.catch_up()
        for page in self._marked():
            done.left.add(*self._weighed(page))
        for rule in rules:
            freed = done.by_rule[rule.name] = Freed()
            for page in self._candidates(rule, self._clock()):
                freed.add(*self._weighed(page))
        return done

    def run(self, rules: Sequence[Rule]) -> Purged:
        """Let go what the rules allow, and what an earlier purge left; raises as `look` does."""
        done = Purged()
        self._makers.catch_up()
        for page in self._marked():
            if self._weighed(page) != (0, 0):
                done.left.add(*self._let_go(page))
        for rule in rules:
            freed, now = done.by_rule.setdefault(rule.name, Freed()), self._clock()
            for page in self._candidates(rule, now):
                freed.add(*self._let_go(self._mark(rule, page, now)))
                self._pause(_PAUSE_SECONDS)
        return done

    def _candidates(self, rule: Rule, now: datetime) -> Iterator[list[int]]:
        after = 0
        while True:
            with store_errors(self._book), self._book.connect() as connection:
                found = list(connection.execute(rule.candidates(now, after, BATCH)).scalars())
            if not found:
                return
            after = found[-1]
            yield self._nothing_came_of(found)

    def _nothing_came_of(self, page: Sequence[int]) -> list[int]:
        return [n for n in page if not self._makers.made_something(n)]

    def _marked(self) -> Iterator[list[int]]:
        row, after = notifications.c, 0
        while True:
            wanted = select(row.n).where(row.purged_us.is_not(None), row.n > after).order_by(row.n)
            with store_errors(self._book), self._book.connect() as connection:
                found = list(connection.execute(wanted.limit(BATCH)).scalars())
            if not found:
                return
            after = found[-1]
            yield found

    def _mark(self, rule: Rule, page: Sequence[int], now: datetime) -> list[int]:
        """Say in the book that these go; only those that the rule still allows."""
        if not page:
            return []
        row = notifications.c
        with store_errors(self._book), self._book.begin() as connection:
            # Whatever an event is made from after this was settled after it too: no rule is for one so young.
            self._makers.catch_up()
            marked = connection.execute(
                update(notifications)
                .where(row.n.in_(self._nothing_came_of(page)), *rule.holds(now))
                .values(purged_us=to_us(now))
                .returning(row.n)
            )
            return sorted(marked.scalars())

    def _let_go(self, page: Sequence[int]) -> tuple[int, int]:
        """Delete these bodies; how many there were, and their bytes. Their numbers are never given again."""
        if not page:
            return 0, 0
        row = deliveries.c
        with store_errors(self._inbox), self._inbox.begin() as connection:
            going = delete(deliveries).where(row.n.in_(page)).returning(func.length(row.body))
            lengths = connection.execute(going).scalars().all()
        return len(lengths), sum(lengths)

    def _weighed(self, page: Sequence[int]) -> tuple[int, int]:
        if not page:
            return 0, 0
        length = func.coalesce(func.sum(func.length(deliveries.c.body)), 0)
        wanted = select(func.count(), length).where(deliveries.c.n.in_(page))
        with store_errors(self._inbox), self._inbox.connect() as connection:
            bodies, bytes_ = connection.execute(wanted).one()
        return int(bodies), int(bytes_)
