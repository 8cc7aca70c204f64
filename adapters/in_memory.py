"""Streams that stand in memory alone: what a walk over the past reads and adds to, beside no store."""

from collections.abc import Iterable, KeysView

from adapters.mapper import Placed
from adapters.streams import Addition
from domain.events import Entry
from domain.streams import Aggregate, grown, new


class StreamsInMemory:
    """What stands so far, each stream folded; nothing of it is written anywhere."""

    def __init__(self) -> None:
        """An empty book."""
        self._known: dict[str, Aggregate] = {}

    def aggregate(self, stream: str) -> Aggregate:
        """What a stream holds as it stands, new if it was never heard of."""
        known = self._known.get(stream)
        return new(stream) if known is None else known

    def keep(self, addition: Addition) -> list[Placed]:
        """Take over what a recording or an act added; the additions at their places."""
        return self.take(addition.appended)

    def take(self, entries: Iterable[tuple[str, Entry]]) -> list[Placed]:
        """Take over entries, each with its stream, in order; the same at their places."""
        placed = []
        for stream, entry in entries:
            aggregate = self._known[stream] = grown(self.aggregate(stream), entry)
            placed.append(Placed(stream, aggregate.version, entry))
        return placed

    def adopt(self, stream: str, aggregate: Aggregate) -> None:
        """Let a stream stand as it stands elsewhere."""
        self._known[stream] = aggregate

    def streams(self) -> KeysView[str]:
        """The names of all that stand here."""
        return self._known.keys()
