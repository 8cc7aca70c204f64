"""Shops: by which rules an event was decided, and what is to be tried where it does not say so."""

from collections.abc import Sequence

from adapters.auditing.scene import Scene
from adapters.rules import RulesBook
from adapters.times import from_us
from domain.vetting import DECISIONS, Shop


class Shops:
    """The shops that rules describe, by their numbers."""

    def __init__(self, scene: Scene) -> None:
        """All rules are read at once. Raises StoreError."""
        rules = RulesBook(scene.book, lambda: from_us(0)).all()
        self._decisions: dict[int, int] = {}
        self._shops: dict[int, Shop] = {}
        for number, one in rules.items():
            try:
                self._shops[number], self._decisions[number] = one.shop(), one.decisions
            except Exception:  # noqa: BLE001, S112 - their digest says that they were changed
                continue
        # What was decided before they were written down may be by any; those that did last come first.
        today = [scene.order.shop] if scene.order.shop not in self._shops.values() else []
        self._any = [*reversed(self._shops.values()), *today]
        ours = (one.adopted_us for number, one in rules.items() if self._decisions.get(number) == DECISIONS)
        self.ours_since_us = min(ours, default=None)
        same = (number for number, decisions in self._decisions.items() if decisions == DECISIONS)
        self._ours_from = min(same, default=max(self._decisions, default=0) + 1)

    def of(self, number: int | None) -> Sequence[Shop]:
        """What an event was decided by: those rules; any where it names none; nothing where they are gone."""
        if number is None:
            return list(self._any)
        return [self._shops[number]] if number in self._shops else []

    @property
    def all(self) -> Sequence[Shop]:
        """Every shop there was, the latest first."""
        return list(self._any)

    def was(self, shop: Shop) -> None:
        """What was right now will be right for the next, too."""
        if self._any[0] is not shop:
            self._any.remove(shop)
            self._any.insert(0, shop)

    def is_of_an_earlier_version(self, number: int | None, *, bare: bool) -> bool:
        """Whether an event was decided by code that may have decided otherwise; `bare`: it has no digest.

        Since there are digests every event names its rules, and since rules of today were adopted none names
        earlier ones.
        """
        return bare if number is None else number in self._decisions and number < self._ours_from
