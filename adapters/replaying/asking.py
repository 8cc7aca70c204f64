"""Asking for kept messages again: they are made due, settled by whatever worker comes, and told of then."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import select, update

from adapters.book import Book
from adapters.claims import Claims
from adapters.engines import StoreEngine, store_errors
from adapters.mapper import Placed, type_name
from adapters.queries.heartbeat import newest_heartbeat
from adapters.queries.progress import age_seconds
from adapters.readiness import HEARTBEAT_AGE_SECONDS_MAX
from adapters.replaying.choosing import Choosing, Chosen, Standing, Wanted
from adapters.tables import notifications
from adapters.times import to_us
from domain.vocabulary import Verdict

# What is urgent goes before everything that comes in: of more than these nobody is in such a hurry.
URGENT_MAX: Final = 100
_BATCH: Final = 500
_EVENTS_MAX: Final = 1_000


@dataclass(frozen=True, slots=True)
class Added:
    """An event that a replayed message added to the book; `n`: of whom it tells, if another waited for it."""

    position: int
    stream: str
    version: int
    type: str
    n: int | None


@dataclass(slots=True)
class Replayed:
    """A message before and after; `settled` is false while somebody is still to work on it."""

    before: Standing
    after: Standing
    settled: bool
    added: list[Added] = field(default_factory=list)


class Asking:
    """Asks, and looks what came of it. Every call raises StoreError or StoreAwayError."""

    def __init__(
        self,
        claims: Claims,
        engine: StoreEngine,
        choosing: Choosing,
        book: Book,
        clock: Callable[[], datetime],
    ) -> None:
        """`engine` need not be durable; all stay the caller's."""
        self._claims = claims
        self._engine = engine
        self._choosing = choosing
        self._book = book
        self._clock = clock
        self._since = 0

    def choose(self, wanted: Wanted) -> Chosen:
        """What there is of it, those among it that came a moment ago."""
        self._claims.take_in()
        return self._choosing.choose(wanted)

    def ask(self, ns: Sequence[int]) -> None:
        """Make all of them due at once; what PayPal verified stays verified.

        Many are not urgent: whatever is new goes first, and none of them waits behind what is asked again.
        """
        self._since = self._book.last_position()
        self._set(ns, urgent=len(ns) <= URGENT_MAX, due_us=to_us(self._clock()))

    def hasten(self, rows: Mapping[int, Standing], left: Collection[int]) -> None:
        """Let some go before all others, of those whose verdict is known: they need no PayPal."""
        known = [n for n in sorted(left) if rows[n].verdict is Verdict.VERIFIED]
        self._set(known[:URGENT_MAX], urgent=True)

    def left(self, ns: Collection[int]) -> set[int]:
        """Those that are not settled."""
        query = select(notifications.c.n).where(notifications.c.due_us.is_not(None))
        with store_errors(self._engine), self._engine.connect() as connection:
            return set(connection.execute(query).scalars()) & set(ns)

    def somebody_works(self) -> bool:
        """Whether a worker is alive that will do what is due."""
        with store_errors(self._engine), self._engine.connect() as connection:
            heartbeat = newest_heartbeat(connection)
        return heartbeat is not None and age_seconds(self._clock(), heartbeat.at) <= HEARTBEAT_AGE_SECONDS_MAX

    def replayed(self, rows: Mapping[int, Standing]) -> dict[int, Replayed]:
        """What became of each, by its number, and what was added to the book since it was asked for."""
        left, after = self.left(rows), self._choosing.look(rows)
        found = {n: Replayed(row, after.get(n, row), n not in left) for n, row in rows.items()}
        for n, added in _attributed(self._added(), found):
            found[n].added.append(added)
        return found

    def _set(self, ns: Sequence[int], **values: int | bool) -> None:
        row = notifications.c
        for start in range(0, len(ns), _BATCH):
            some = row.n.in_(ns[start : start + _BATCH])
            # Short commits, so that the workers' own come in between.
            with store_errors(self._engine), self._engine.begin() as connection:
                asked = update(notifications).where(some, row.purged_us.is_(None))
                if "due_us" not in values:
                    asked = asked.where(row.due_us.is_not(None))
                connection.execute(asked.values(**values))

    def _added(self) -> Iterator[tuple[int, Placed]]:
        position = self._since
        while some := self._book.after(position, _EVENTS_MAX):
            yield from some
            position = some[-1][0]


def _attributed(
    events: Iterator[tuple[int, Placed]], found: Mapping[int, Replayed]
) -> Iterator[tuple[int, Added]]:
    """Each event with the message that it was added for, where it can be told."""
    batches = _batches(found)
    last: tuple[int, int] | None = None  # the time of a batch, and the message that was decided last in it
    for position, placed in events:
        entry, at_us = placed.entry, to_us(placed.entry.at)
        if entry.n is not None and entry.n in found:
            mine: int | None = entry.n
        elif entry.by is None:
            followed = last[1] if last is not None and last[0] == at_us else None
            mine = _whose(placed, followed, batches.get(at_us, ()), found)
        else:
            mine = None
        if mine is not None:
            last = at_us, mine
            kind = type_name(entry.event)
            yield mine, Added(position, placed.originator_id, placed.originator_version, kind, entry.n)
        elif entry.n is not None:
            last = None


def _batches(found: Mapping[int, Replayed]) -> dict[int, list[int]]:
    """The messages that were settled at one time; all events of a batch have that time, too."""
    settled: dict[int, list[int]] = {}
    for n, one in sorted(found.items()):
        if one.settled and one.after.settled_us is not None:
            settled.setdefault(one.after.settled_us, []).append(n)
    return settled


def _whose(
    placed: Placed, followed: int | None, batch: Sequence[int], found: Mapping[int, Replayed]
) -> int | None:
    """The message that an event was added for which names another, or none.

    What follows from a message stands after it. What was only vetted again names none: it is that message's
    whose transaction it is. What names another was released, on the transaction that was told of it.
    """
    if placed.entry.n is not None:
        is_its = followed is not None and placed.originator_id in found[followed].before.concerns
        return followed if is_its else None
    named = (n for n in batch if placed.originator_id in found[n].before.concerns)
    return next(named, followed)
