"""Makers: of which deliveries the book holds events; asked of the book itself, whatever the views say."""

from collections.abc import Callable
from typing import Final

from adapters.book import Book
from adapters.engines import StoreError
from adapters.mapper import UnknownEventError, maker_of

_EVENTS_MAX: Final = 2_000  # in memory at once
_POSITION_MAX: Final = 2**63 - 1


class Makers:
    """One bit for each number of a delivery, and how far the book was read."""

    def __init__(self, book: Book, shown: Callable[[int, int], None] = lambda _, __: None) -> None:
        """`shown` hears how far the reading is, and of how much. Nothing is read yet."""
        self._book = book
        self._shown = shown
        self._bits = bytearray()
        self._position = 0

    def catch_up(self) -> None:
        """Read what the book holds beyond what was read so far.

        Raises StoreError when an event does not say what made it, StoreAwayError when the book is away.
        """
        last = self._book.last_position()
        while some := self._book.stored_between(self._position, _POSITION_MAX, _EVENTS_MAX):
            for position, stored in some:
                try:
                    self._note(maker_of(stored.state))
                except UnknownEventError as error:
                    raise StoreError(
                        f"event {position} of the book does not say what made it, so its body cannot be told"
                        " from the others: no more bodies were purged; restore the book"
                    ) from error
            self._position = some[-1][0]
            self._shown(self._position, max(last, self._position))

    def made_something(self, n: int) -> bool:
        """Whether an event was made from delivery `n`, as far as the book was read."""
        place, bit = divmod(n, 8)
        return place < len(self._bits) and bool(self._bits[place] >> bit & 1)

    def _note(self, n: int | None) -> None:
        if n is None:
            return
        place, bit = divmod(n, 8)
        if place >= len(self._bits):
            self._bits.extend(bytes(place + 1 - len(self._bits)))
        self._bits[place] |= 1 << bit
