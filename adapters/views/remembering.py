"""Remembering: what streams were after the last event that was told of them, so that few are read again."""

from collections.abc import Iterable
from itertools import islice

from adapters.views.steps import Step
from domain.streams import Aggregate


class Remembered:
    """Of the streams told last, each by the version that it was told to: in a book nothing is changed.

    Only what an event reveals ever does, when its payer is forgotten: then whoever remembers forgets all.
    """

    def __init__(self, streams_max: int) -> None:
        """Nothing is known yet."""
        self._streams_max = streams_max
        self._known: dict[str, tuple[int, Aggregate]] = {}

    def at(self, stream: str, version: int) -> Aggregate | None:
        """What a stream was after the event of that version; None where that is not known."""
        found = self._known.get(stream)
        return found[1] if found is not None and found[0] == version else None

    def learn(self, steps: Iterable[Step]) -> None:
        """Remember what these left, and let go of the streams that were told longest ago."""
        known = self._known
        for step in steps:
            known.pop(step.stream, None)
            known[step.stream] = step.version, step.after
        for stream in list(islice(known, max(0, len(known) - self._streams_max))):
            del known[stream]

    def forget(self) -> None:
        """Know nothing any more."""
        self._known.clear()
