"""The memory of batches: streams as they stood when they were last read or written, to be read on from.

Nothing in it is taken for true: whoever uses it reads the book on, from the event that was the last one then.
That one's digest vouches for all before it, so what others wrote meanwhile is found, and so is another store.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from domain.streams import Aggregate

# Of a worker that is given a quarter of a gigabyte.
_STREAMS_MAX: Final = 4_096
_EVENTS_MAX: Final = 16_384
# Most streams end with their second event: to read them again costs less than to remember them all.
_EVENTS_LEAST: Final = 4


@dataclass(frozen=True, slots=True)
class Known:
    """A stream as it stood, and the digest of its last event."""

    aggregate: Aggregate
    tip: bytes


class Memory:
    """Belongs to one thread."""

    def __init__(
        self,
        streams_max: int = _STREAMS_MAX,
        events_max: int = _EVENTS_MAX,
        events_least: int = _EVENTS_LEAST,
    ) -> None:
        """Empty; of what it is given later it forgets first what it has had for longest.

        `events_least`: a stream of fewer is not remembered.
        """
        self._streams_max = streams_max
        self._events_max = events_max
        self._events_least = events_least
        self._known: dict[str, Known] = {}
        self._events = 0
        self._keys: int | None = None

    def __len__(self) -> int:
        """How many streams are remembered."""
        return len(self._known)

    def as_of(self, keys: int | None) -> None:
        """Forget everything when a payer's key was destroyed: what it had opened must not be known here.

        `keys`: a number that is another one after each end of a key.
        """
        if keys != self._keys:
            self.clear()
            self._keys = keys

    def clear(self) -> None:
        """Forget everything."""
        self._known.clear()
        self._events = 0

    def known(self, names: Iterable[str]) -> dict[str, Known]:
        """Those of these streams that are remembered."""
        return {name: known for name in names if (known := self._known.get(name)) is not None}

    def keep(self, aggregates: Mapping[str, Aggregate], tips: Mapping[str, bytes]) -> None:
        """Remember streams as they stand in the book, with the digests of their last events."""
        for name, aggregate in aggregates.items():
            self._drop(name)
            if self._events_least <= aggregate.version <= self._events_max:
                self._known[name] = Known(aggregate, tips[name])
                self._events += aggregate.version
        while len(self._known) > self._streams_max or self._events > self._events_max:
            self._drop(next(iter(self._known)))

    def _drop(self, name: str) -> None:
        known = self._known.pop(name, None)
        if known is not None:
            self._events -= known.aggregate.version
