"""The story of one transaction: its events in order, and what each made of its status and of the ledger."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any, Final, TypeAlias

from adapters.mapper import type_name
from domain.events import Entry
from domain.folding import evolve
from domain.invoice import Invoice
from domain.standing import status_of
from domain.state import Transaction
from domain.vocabulary import Kind, Status
from projections.ledger import LedgerEntry, entries_of

# What an event changed is worked out from all that was heard before it: in a long story that costs.
SHORT_EVENTS: Final = 40
FIRST_EVENTS: Final = 5
LAST_EVENTS: Final = 25
WHOLE_EVENTS: Final = 300  # even where all is asked for

# An event at its position in the book.
PlacedEntry: TypeAlias = tuple[int, Entry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """An event, where it stands, and what it changed."""

    position: int
    version: int
    name: str  # of the event, in the book
    entry: Entry
    before: Status
    after: Status
    ledger: tuple[LedgerEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A transaction as of a moment, and how it came there; `moments` are all that there were by now."""

    transaction: Transaction
    kind: Kind
    document: dict[str, Any]
    explained: dict[str, Any]
    goods: dict[str, Any]
    invoice: Invoice | None
    happenings: tuple[Happening, ...]
    events: int  # as of the moment; more than there are happenings where some were left out
    numbers: frozenset[int]  # of all deliveries that became events
    moments: tuple[datetime, ...]

    @property
    def is_long(self) -> bool:
        """Whether it is told without what would take long to work out: the ledger's entries, for one."""
        return self.events > SHORT_EVENTS


def happenings(stream: str, placed: Sequence[PlacedEntry], *, whole: bool) -> tuple[Happening, ...]:
    """What happened, oldest first; of a long story its beginning and its end, or more of that if `whole`."""
    is_long = len(placed) > SHORT_EVENTS
    last = len(placed) - (WHOLE_EVENTS if whole else LAST_EVENTS)
    return tuple(
        _happening(stream, at, before, after, booked=not is_long)
        for place, (at, before, after) in enumerate(_steps(stream, placed))
        if not is_long or place < FIRST_EVENTS or place >= last
    )


def moments_of(placed: Sequence[PlacedEntry]) -> tuple[datetime, ...]:
    """When something was recorded, each moment once and in order, though a clock may have been put back."""
    return tuple(dict.fromkeys(accumulate((entry.at for _, entry in placed), max)))


def _steps(
    stream: str, placed: Sequence[PlacedEntry]
) -> Iterator[tuple[PlacedEntry, Transaction, Transaction]]:
    before = Transaction(txn_id=stream)
    for at in placed:
        after = evolve(before, at[1])
        yield at, before, after
        before = after


def _happening(
    stream: str, at: PlacedEntry, before: Transaction, after: Transaction, *, booked: bool
) -> Happening:
    position, entry = at
    return Happening(
        position=position,
        version=after.version,
        name=type_name(entry.event),
        entry=entry,
        before=status_of(before),
        after=status_of(after),
        ledger=entries_of(stream, after.version, entry, before, after) if booked else (),
    )
