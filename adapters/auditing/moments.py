"""Moments: the book as it stood when something was settled that left nothing in it."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from adapters.book import Book
from domain.events import Entry
from domain.streams import Aggregate, folded

# Two workers have two clocks, and one may read what another wrote a little later than it says.
_CLOCKS = timedelta(seconds=10)
_MOMENTS_MAX = 40


def moments(book: Book, until: int, n: int, at: datetime) -> Iterator["AsOf"]:
    """The book as delivery `n` may have found it at some time: the likeliest first."""
    history = _History(book, until)
    yield AsOf(history, lambda _, entry: entry.at < at or (entry.at == at and (entry.n or 0) < n))
    yield AsOf(history, lambda _, entry: entry.at <= at)
    yield AsOf(history, lambda _, entry: entry.at < at)
    near = [
        place
        for place, entry in sorted(history.all(), key=lambda one: one[0])
        if abs(entry.at - at) <= _CLOCKS
    ]
    for place in near[:_MOMENTS_MAX]:
        yield AsOf(history, lambda position, _, place=place: position < place)  # type: ignore[misc]


class _History:
    """Streams with their entries, read when they are first asked for."""

    def __init__(self, book: Book, until: int) -> None:
        self._book = book
        self._until = until
        self._known: dict[str, list[tuple[int, Entry]]] = {}

    def of(self, stream: str) -> list[tuple[int, Entry]]:
        """The entries of one, each with its position."""
        if stream not in self._known:
            stored = self._book.stored_streams([stream], self._until)[stream]
            self._known[stream] = [(position, self._book.entry(one)) for position, one in stored]
        return self._known[stream]

    def all(self) -> Iterator[tuple[int, Entry]]:
        """Those of all that were asked for."""
        for entries in self._known.values():
            yield from entries


class AsOf:
    """The book without what came later; `domain.draft.Streams`."""

    def __init__(self, history: _History, there: Callable[[int, Entry], bool]) -> None:
        """`there`: whether an entry stood at its position by then."""
        self._history = history
        self._there = there

    def aggregate(self, stream: str) -> Aggregate:
        """What a stream held then."""
        return folded(
            stream, [entry for place, entry in self._history.of(stream) if self._there(place, entry)]
        )
