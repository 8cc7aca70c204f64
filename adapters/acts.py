"""Acts of people: decided against the book as it stands, appended in one commit, and shown at once."""

from collections.abc import Callable
from datetime import datetime

import structlog

from adapters.book import Book, LostRaceError
from adapters.faults import place_of
from adapters.rules import RulesBook
from adapters.streams import BatchStreams
from domain.acting import Acting
from domain.streams import Aggregate
from domain.vetting import Shop

RACES_MAX = 20

log = structlog.get_logger()


class Acts:
    """The book, as people write in it; nothing that they do is lost with the views."""

    def __init__(
        self,
        book: Book,
        shop: Shop,
        clock: Callable[[], datetime],
        bring_forward: Callable[[], object],
        rules: RulesBook | None = None,
    ) -> None:
        """`shop` is what payments are vetted by again; `bring_forward` lets the views follow a little.

        `rules`: where it is written down what the shop was, so that each act can be decided again.
        """
        self._book = book
        self._rules = rules
        self._shop = shop
        self._clock = clock
        self._bring_forward = bring_forward

    def act(self, by: str, decide: Callable[[Acting], None]) -> Callable[[str], Aggregate]:
        """Decide an act of somebody's and append what it adds; gives the streams as they stand then.

        Whoever loses the race for a stream decides again by what the other wrote: two people never hold one
        order. Raises what `decide` raises, LostRaceError and StoreAwayError.
        """
        for _ in range(RACES_MAX):
            streams = BatchStreams(self._book, self._rules_number())
            acting = Acting(streams, self._shop, self._clock(), by)
            decide(acting)
            placed = streams.keep(acting)
            try:
                self._book.append(placed, (), streams.tips)
            except LostRaceError:
                continue
            if placed:
                self._show()
            return streams.aggregate
        message = f"lost the race for a stream {RACES_MAX} times"
        raise LostRaceError(message)

    def _rules_number(self) -> int | None:
        return None if self._rules is None else self._rules.number_of(self._shop)

    def _show(self) -> None:
        """Whoever acted reads what he did; where the views are held up, the worker brings them forward."""
        try:
            self._bring_forward()
        except Exception as error:  # noqa: BLE001 - whatever it is, what was done stands in the book
            log.warning("views_not_brought_forward", fault=place_of(error))
