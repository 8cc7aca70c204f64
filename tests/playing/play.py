"""The dice and the stationery of a played PayPal: choices, ids, dates, payers and invoices."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")
# In the morning and early in a month: a month later there is such a day too, in UTC as on PayPal's own clock.
FIRST_DAY = datetime(2026, 1, 5, 16, 0, tzinfo=UTC)


class Dice(Protocol):
    """Whatever decides what a lifecycle leaves open."""

    def pick(self, options: Sequence[T]) -> T: ...
    def between(self, least: int, most: int) -> int: ...


@dataclass
class Drawn:
    """Decided by hypothesis."""

    data: st.DataObject

    def pick(self, options: Sequence[T]) -> T:
        return self.data.draw(st.sampled_from(options))

    def between(self, least: int, most: int) -> int:
        return self.data.draw(st.integers(least, most))


@dataclass
class Rolled:
    """Decided by an ordinary generator with a seed."""

    random: random.Random

    def pick(self, options: Sequence[T]) -> T:
        return self.random.choice(options)

    def between(self, least: int, most: int) -> int:
        return self.random.randint(least, most)


@dataclass
class Play:
    """One PayPal at play: its dice, and the ids that it has given out."""

    dice: Dice
    named: int = 0
    clock: datetime = field(default=FIRST_DAY)

    def pick(self, *options: T) -> T:
        return self.dice.pick(options)

    def chance(self) -> bool:
        return self.dice.pick((False, True))

    def seldom(self) -> bool:
        """Once in three times."""
        return self.between(1, 3) == 3

    def between(self, least: int, most: int) -> int:
        return self.dice.between(least, most)

    def name(self, prefix: str) -> str:
        """An id that nothing else has."""
        self.named += 1
        return f"{prefix}{self.named}"

    def begin(self) -> None:
        """Set the clock to the day on which a lifecycle begins."""
        self.clock = FIRST_DAY + timedelta(days=self.between(0, 20), minutes=self.named)

    def later(self, days: int = 1) -> datetime:
        """Let days go by."""
        self.clock += timedelta(days=days, minutes=7)
        return self.clock

    def payer(self) -> str:
        return self.pick("PAYER1", "PAYER2")

    def invoice(self) -> str:
        """None at all, or one of few: two payments will sometimes share one."""
        return self.pick("", "", "INV-1", "INV-2", "INV-3")
