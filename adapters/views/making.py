"""Making steps: events read from the book, each with what its stream was before it and is after it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from eventsourcing.persistence import StoredEvent

from adapters.book import Book
from adapters.engines import StoreError
from adapters.faults import place_of
from adapters.mapper import UnknownEventError
from adapters.views.remembering import Remembered
from adapters.views.steps import Step
from domain.streams import Aggregate, grown, new

POSITION_MAX: Final = 2**63 - 1
_Stored = Sequence[tuple[int, StoredEvent]]


@dataclass(frozen=True, slots=True)
class Stumble:
    """The first event of a stream that could not be told, and why; never in an exception's own words."""

    stream: str
    position: int
    version: int
    why: str


@dataclass(frozen=True, slots=True)
class Batch:
    """What came after `start`, and as far as `end`: steps in the order of the book, and what made none."""

    start: int
    end: int
    events: int
    steps: Sequence[Step]
    stumbles: Sequence[Stumble]


def read_batch(  # noqa: PLR0913 - as far as where, and two ways to read less
    book: Book,
    start: int,
    events_max: int,
    until: int = POSITION_MAX,
    *,
    known: Remembered | None = None,
    wanted: Callable[[str], bool] | None = None,
) -> Batch:
    """The steps of up to so many events after a position, none beyond `until`. Raises StoreAwayError.

    Streams that are `known` are not read from their beginnings; of others than `wanted` no steps are made.
    """
    found = book.stored_between(start, until, events_max)
    stored = found if wanted is None else [one for one in found if wanted(str(one[1].originator_id))]
    walking = _Walk(book)
    walking.begin(_firsts(stored), start, known)
    for position, event in stored:
        walking.take(position, event)
    end = found[-1][0] if found else start
    return Batch(start, end, len(found), walking.steps, walking.stumbles)


def walk(book: Book, stream: str, earlier: _Stored, events: _Stored) -> tuple[list[Step], Stumble | None]:
    """The steps of a stream's events after its earlier ones, as far as they can be read and folded."""
    walking = _Walk(book)
    walking.fold(stream, earlier, events[0])
    for position, event in events:
        walking.take(position, event)
    return walking.steps, next(iter(walking.stumbles), None)


def reason(error: Exception) -> str:
    """Why an event could not be told: our own words, or the place where it went wrong."""
    return str(error) if isinstance(error, UnknownEventError) else place_of(error)


def _firsts(stored: _Stored) -> dict[str, tuple[int, StoredEvent]]:
    """The first event of each stream."""
    firsts: dict[str, tuple[int, StoredEvent]] = {}
    for placed in stored:
        firsts.setdefault(str(placed[1].originator_id), placed)
    return firsts


@dataclass(slots=True)
class _Walk:
    """Some streams, each as far as it was taken; null where it cannot be taken any further."""

    book: Book
    steps: list[Step] = field(default_factory=list)
    stumbles: list[Stumble] = field(default_factory=list)
    _now: dict[str, Aggregate | None] = field(default_factory=dict)

    def begin(self, firsts: dict[str, tuple[int, StoredEvent]], start: int, known: Remembered | None) -> None:
        """Know what each stream was before its first event."""
        unknown: list[str] = []
        for stream, first in firsts.items():
            version = first[1].originator_version
            before = known.at(stream, version - 1) if known is not None and version > 1 else None
            if before is not None:
                self._now[stream] = before
            elif version > 1:
                unknown.append(stream)
            else:
                self.fold(stream, (), first)
        for stream, earlier in self.book.stored_streams(unknown, start).items():
            self.fold(stream, earlier, firsts[stream])

    def fold(self, stream: str, earlier: _Stored, first: tuple[int, StoredEvent]) -> None:
        """A stream before its first event; if that cannot be known, it stumbles over that one."""
        try:
            aggregate = new(stream)
            for _, stored in earlier:
                aggregate = grown(aggregate, self.book.entry(stored))
        except (MemoryError, StoreError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the other streams go on
            self._stumble(stream, *first, error)
        else:
            self._now[stream] = aggregate

    def take(self, position: int, stored: StoredEvent) -> None:
        """One event more of a stream."""
        stream = str(stored.originator_id)
        before = self._now[stream]
        if before is None:
            return
        try:
            entry = self.book.entry(stored)
            after = grown(before, entry)
        except (MemoryError, StoreError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the other streams go on
            self._stumble(stream, position, stored, error)
        else:
            self._now[stream] = after
            self.steps.append(Step(position, stream, stored.originator_version, entry, before, after))

    def _stumble(self, stream: str, position: int, stored: StoredEvent, error: Exception) -> None:
        self._now[stream] = None
        self.stumbles.append(Stumble(stream, position, stored.originator_version, reason(error)))
