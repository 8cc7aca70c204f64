"""Two worlds: the book as it was recorded, and as it would be; what is alike in both is kept once."""

from collections.abc import Iterator, Mapping, Sequence

from adapters.in_memory import StreamsInMemory
from domain.events import Entry
from domain.streams import Aggregate

Placed = tuple[str, Entry]


class Worlds:
    """Both grow turn by turn. What was once recorded otherwise than it would be is followed in each."""

    def __init__(self) -> None:
        """Two empty books."""
        self.would = StreamsInMemory()
        self._was = StreamsInMemory()  # only what is apart

    def was(self, stream: str) -> Aggregate:
        """A stream as it was recorded so far."""
        return (self._was if stream in self._was.streams() else self.would).aggregate(stream)

    def go_on(
        self,
        recorded: Sequence[Placed],
        decided: Sequence[Placed],
        known: Mapping[str, Aggregate] | None = None,
    ) -> None:
        """Take one turn: what it added to the book, and what it would add.

        `known`: the streams as they are with what would be added, where somebody has them.
        """
        apart = self._was.streams()
        if list(recorded) == list(decided) and not any(stream in apart for stream, _ in recorded):
            self._take(decided, known)
            return
        for stream in {stream for stream, _ in (*recorded, *decided)} - apart:
            self._was.adopt(stream, self.would.aggregate(stream))
        self._was.take(recorded)
        self._take(decided, known)

    def _take(self, decided: Sequence[Placed], known: Mapping[str, Aggregate] | None) -> None:
        if known is None:
            self.would.take(decided)
            return
        for stream in {stream for stream, _ in decided}:
            self.would.adopt(stream, known[stream])

    def apart(self) -> Iterator[tuple[str, Aggregate, Aggregate]]:
        """The streams that may differ: as they were recorded, and as they would be; by their names."""
        for stream in sorted(self._was.streams()):
            yield stream, self._was.aggregate(stream), self.would.aggregate(stream)

    def all_recorded(self) -> Iterator[Aggregate]:
        """Every stream as it was recorded."""
        for stream in self.would.streams() | self._was.streams():
            yield self.was(stream)
