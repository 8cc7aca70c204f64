"""Making steps: events read from the book, each with what its stream was before it and is after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from eventsourcing.persistence import StoredEvent

from adapters.book import Book
from adapters.faults import place_of
from adapters.mapper import UnknownEventError
from adapters.views.steps import Step
from domain.streams import grown, new

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


def read_batch(book: Book, start: int, events_max: int, until: int = POSITION_MAX) -> Batch:
    """The steps of up to so many events after a position, none beyond `until`. Raises StoreAwayError."""
    stored = book.stored_between(start, until, events_max)
    by_stream: dict[str, list[tuple[int, StoredEvent]]] = {}
    for placed in stored:
        by_stream.setdefault(str(placed[1].originator_id), []).append(placed)
    begun = [name for name, events in by_stream.items() if events[0][1].originator_version > 1]
    earlier = book.stored_streams(begun, start)
    steps: list[Step] = []
    stumbles: list[Stumble] = []
    for name, events in by_stream.items():
        made, stumble = walk(book, name, earlier.get(name, ()), events)
        steps += made
        stumbles += [stumble] if stumble else []
    steps.sort(key=lambda step: step.position)
    return Batch(start, stored[-1][0] if stored else start, len(stored), steps, stumbles)


def walk(book: Book, stream: str, earlier: _Stored, events: _Stored) -> tuple[list[Step], Stumble | None]:
    """The steps of a stream's events after its earlier ones, as far as they can be read and folded."""
    steps: list[Step] = []
    position, at = events[0]
    try:
        aggregate = new(stream)
        for _, stored in earlier:
            aggregate = grown(aggregate, book.entry(stored))
        for position, at in events:
            entry = book.entry(at)
            after = grown(aggregate, entry)
            steps.append(Step(position, stream, at.originator_version, entry, aggregate, after))
            aggregate = after
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the other streams go on
        return steps, Stumble(stream, position, at.originator_version, reason(error))
    return steps, None


def reason(error: Exception) -> str:
    """Why an event could not be told: our own words, or the place where it went wrong."""
    return str(error) if isinstance(error, UnknownEventError) else place_of(error)
