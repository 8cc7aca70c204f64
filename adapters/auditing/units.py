"""Units: events that one decision appended stand one after another; they are taken from the book in turn."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

import msgspec
from eventsourcing.persistence import StoredEvent


class Origin(msgspec.Struct, frozen=True):
    """What an event says of itself beside what happened; `rules`: the number of those it was decided by."""

    at: datetime
    n: int | None = None
    by: str | None = None
    rules: int | None = None


_origin: Final = msgspec.json.Decoder(Origin)


@dataclass(frozen=True, slots=True)
class Placed:
    """A stored event at its position, and what it says of its origin; null when it cannot be read."""

    position: int
    stored: StoredEvent
    origin: Origin | None
    bare: bool = False  # whether it carries no digest: stored before there were any

    @property
    def stream(self) -> str:
        """Its stream's name."""
        return str(self.stored.originator_id)


class Ahead:
    """The events that come next, as many as somebody wants to see."""

    def __init__(self, pages: Iterator[Sequence[Placed]]) -> None:
        """`pages`: the book from some place on."""
        self._pages = pages
        self._waiting: deque[Placed] = deque()

    def see(self, count: int) -> list[Placed]:
        """The next so many, or those that are left."""
        while len(self._waiting) < count:
            page = next(self._pages, None)
            if page is None:
                break
            self._waiting.extend(page)
        return list(islice(self._waiting, count))

    def pass_by(self, count: int) -> None:
        """Leave so many behind."""
        for _ in range(count):
            self._waiting.popleft()


def placed(position: int, stored: StoredEvent, carried: bytes | None = None) -> Placed:
    """An event with its origin, if that can be read."""
    try:
        origin = _origin.decode(stored.state)
    except (msgspec.DecodeError, UnicodeDecodeError, TypeError):
        origin = None
    return Placed(position, stored, origin, carried is None)


def rest_of(unit: Sequence[Placed]) -> int:
    """How many events one decision seems to have appended, where it cannot be derived: of one, at once."""
    first = unit[0].origin
    if first is None:
        return 1
    count = 1
    for one in unit[1:]:
        origin = one.origin
        if origin is None or origin.at != first.at or origin.by not in (first.by, None):
            break
        if origin.n not in (first.n, None):
            break
        count += 1
    return count
