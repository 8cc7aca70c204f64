"""What is known at a place of the walk: every stream as it stands, and as it stood a little before."""

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Final

from domain.streams import Aggregate, new

# Somebody may have decided by what was there some commits earlier, if nobody else wrote what he wrote.
CHANGES_MAX: Final = 400
STEPS_MAX: Final = 40


class Known:
    """The streams of the book as far as the walk is; `domain.draft.Streams`."""

    def __init__(self) -> None:
        """An empty book."""
        self._streams: dict[str, Aggregate] = {}
        self._changes: deque[tuple[int, str, Aggregate | None]] = deque(maxlen=CHANGES_MAX)

    def aggregate(self, stream: str) -> Aggregate:
        """What a stream holds as it stands, new if it was never heard of."""
        known = self._streams.get(stream)
        return new(stream) if known is None else known

    def take(self, batch: int, streams: Mapping[str, Aggregate]) -> None:
        """Take over what a part of a batch made of some streams."""
        for stream, aggregate in streams.items():
            self._changes.append((batch, stream, self._streams.get(stream)))
            self._streams[stream] = aggregate

    def earlier(self, batch: int) -> Iterator["Earlier"]:
        """The book as it stood before others' last changes, one more at a time; the batch's own are seen."""
        own = {stream for number, stream, _ in self._changes if number == batch}
        before: dict[str, Aggregate] = {}
        others = [change for change in reversed(self._changes) if change[0] != batch]
        for _, stream, was in others[:STEPS_MAX]:
            if stream not in own:
                before[stream] = was if was is not None else new(stream)
            yield Earlier(self, dict(before))


class Earlier:
    """The book with some streams as they stood earlier."""

    def __init__(self, known: Known, before: Mapping[str, Aggregate]) -> None:
        """`before`: those streams."""
        self._known = known
        self._before = before

    def hides(self, stream: str) -> bool:
        """Whether something of this stream came since: then nobody could append to it as it was."""
        return stream in self._before

    def aggregate(self, stream: str) -> Aggregate:
        """What a stream held then."""
        found = self._before.get(stream)
        return self._known.aggregate(stream) if found is None else found
