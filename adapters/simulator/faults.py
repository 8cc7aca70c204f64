"""What befalls messages on their way: by shares, drawn from a seed, the same for the same plan."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from random import Random

from adapters.simulator.forging import forged
from adapters.simulator.mailing import Mark, Planned
from adapters.simulator.messages import Message, sent_again
from adapters.simulator.schedule import STRETCH_LEAST, STRETCH_MOST, TRIES_MAX

# How many places later in the mail: what is late, what is sent again long after, what is sent twice.
DELAY_LEAST, DELAY_MOST = 5.0, 60.0
REPLAY_LEAST, REPLAY_MOST = 50.0, 400.0
COPY_MOST = 20.0
LOST_TRIES_MOST = TRIES_MAX - 4
UNHEARD_MOST = 2


@dataclass(frozen=True, slots=True)
class Told:
    """A message, the lifecycle that tells it, which of its messages it is, and its place in the mail."""

    slot: float
    life: int
    nth: int
    lifecycle: str
    message: Message

    def at(self, slot: float) -> "Told":
        """The same at another place."""
        return replace(self, slot=slot)


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """The share of messages that each befalls, from 0 to 1."""

    seed: int = 0
    duplicates: float = 0.0
    history: float = 0.0
    reorder: float = 0.0
    delays: float = 0.0
    lost: float = 0.0
    unheard: float = 0.0
    forged: float = 0.0
    replayed: float = 0.0

    @property
    def growth(self) -> float:
        """How many postings a message makes on average."""
        return 1.0 + self.duplicates + self.history + self.forged + self.replayed

    def befall(self, told: Sequence[Told], now: datetime) -> list[tuple[float, Planned]]:
        """The mail that these make, in order, each with its place. The first arrives at once."""
        # Dice of its own: what is told does not depend on what befalls it.
        rng = Random(f"faults {self.seed}")  # noqa: S311 — repeatable, not secret
        swapped = self._reordered(told, rng) if self.reorder else list(told)
        mail: list[tuple[float, Planned]] = []
        for one in sorted(swapped, key=lambda one: one.slot):
            mail += self._befallen(one, rng, now, spared=not mail)
        return sorted(mail, key=lambda one: one[0])

    def _reordered(self, told: Sequence[Told], rng: Random) -> list[Told]:
        """Some change places with the next of their lifecycle."""
        places: defaultdict[int, list[int]] = defaultdict(list)
        for place, one in enumerate(told):
            places[one.life].append(place)
        slots = [one.slot for one in told]
        for of_life in places.values():
            for here, there in pairwise(of_life):
                if rng.random() < self.reorder:
                    slots[here], slots[there] = slots[there], slots[here]
        return [one.at(slot) for one, slot in zip(told, slots, strict=True)]

    def _befallen(
        self, one: Told, rng: Random, now: datetime, *, spared: bool
    ) -> Iterator[tuple[float, Planned]]:
        delayed, lost, unheard = (rng.random() < share for share in (self.delays, self.lost, self.unheard))
        slot = one.slot + (rng.uniform(DELAY_LEAST, DELAY_MOST) if delayed and not spared else 0.0)
        yield (
            slot,
            replace(
                _posting(one, Mark.GENUINE),
                lost=rng.randint(1, LOST_TRIES_MOST) if lost and not spared else 0,
                unheard=rng.randint(1, UNHEARD_MOST) if unheard else 0,
                stretch=rng.uniform(STRETCH_LEAST, STRETCH_MOST),
            ),
        )
        if rng.random() < self.duplicates:
            # Every other one at once, beside the first.
            yield slot + rng.choice((0.0, rng.uniform(0.0, COPY_MOST))), _posting(one, Mark.DUPLICATE)
        if rng.random() < self.history:
            again = replace(one, message=sent_again(one.message))
            yield slot + rng.uniform(REPLAY_LEAST, REPLAY_MOST), _posting(again, Mark.HISTORY)
        if rng.random() < self.forged:
            fake = replace(one, message=forged(one.message, rng, now))
            yield slot + rng.uniform(0.0, COPY_MOST), _posting(fake, Mark.FORGED)
        if rng.random() < self.replayed:
            yield slot + rng.uniform(REPLAY_LEAST, REPLAY_MOST), _posting(one, Mark.REPLAYED)


NO_FAULTS = Faults()


def _posting(one: Told, mark: Mark) -> Planned:
    return Planned(
        lifecycle=one.lifecycle,
        message=one.message,
        at_seconds=one.slot,
        life=one.life,
        nth=one.nth,
        mark=mark,
    )
