"""What is played and when: lifecycles in turn, a shop's day squeezed into a minute, a mix at a rate."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from random import Random

from adapters.simulator.faults import NO_FAULTS, Faults, Told
from adapters.simulator.lifecycles import LIFECYCLES
from adapters.simulator.mailing import Planned, timed
from adapters.simulator.scene import Scene

DAY_SECONDS = 60.0
SALES_BESIDES = 9  # a day has mostly plain sales
# How far apart in the mail the messages of one lifecycle are, so that lifecycles are mixed.
STEP_LEAST, STEP_MOST = 0.5, 8.0


def in_turn(  # noqa: PLR0913 — a way of playing each
    names: Iterable[str],
    *,
    rng: Random,
    now: datetime,
    pause_seconds: float = 0.0,
    shuffle: bool = False,
    faults: Faults = NO_FAULTS,
) -> list[Planned]:
    """The named lifecycles' messages in order, or in none.

    Raises:
        KeyError: there is no lifecycle of such a name.
    """
    told = [
        Told(0.0, life, nth, name, message)
        for life, name in enumerate(names)
        for nth, message in enumerate(LIFECYCLES[name](Scene(rng, now)))
    ]
    if shuffle:
        rng.shuffle(told)
    placed = [one.at(float(slot)) for slot, one in enumerate(told)]
    return timed(faults.befall(placed, now), pause_seconds)


def shop_day(
    *, rng: Random, now: datetime, seconds: float = DAY_SECONDS, faults: Faults = NO_FAULTS
) -> list[Planned]:
    """Every lifecycle once, plain sales besides, all interleaved; each lifecycle's own order is kept."""
    besides = rng.choices(("completed", "cart_completed"), weights=(3, 1), k=SALES_BESIDES)
    # The first thing to be seen is a plain sale.
    names = [
        "completed",
        *rng.sample([*list(LIFECYCLES)[1:], *besides], k=len(LIFECYCLES) - 1 + SALES_BESIDES),
    ]
    told: list[Told] = []
    for life, name in enumerate(names):
        at = seconds * 0.75 * life / len(names)
        for nth, message in enumerate(LIFECYCLES[name](Scene(rng, now))):
            told.append(Told(at, life, nth, name, message))
            at += rng.uniform(0.5, seconds / 16)
    return [replace(one, at_seconds=at) for at, one in faults.befall(told, now)]


def mixed(  # noqa: PLR0913 — a way of playing each
    names: Iterator[str],
    *,
    rng: Random,
    now: datetime,
    rate: float,
    lives: int | None,
    messages: float,
    shuffle: bool = False,
    faults: Faults = NO_FAULTS,
) -> list[Planned]:
    """So many lifecycles, or as many as make so many messages with all that befalls them, at a rate."""
    told: list[Told] = []
    life, slot = 0, 0.0
    while life < lives if lives is not None else len(told) * faults.growth < messages:
        name = next(names)
        at = slot
        for nth, message in enumerate(LIFECYCLES[name](Scene(rng, now))):
            told.append(Told(at, life, nth, name, message))
            at += rng.uniform(STEP_LEAST, STEP_MOST)
            slot += faults.growth
        life += 1
    if shuffle:
        told = _shuffled(told, rng)
    return timed(faults.befall(told, now), 1.0 / rate)


def _shuffled(told: Sequence[Told], rng: Random) -> list[Told]:
    slots = [one.slot for one in told]
    rng.shuffle(slots)
    return [one.at(slot) for one, slot in zip(told, slots, strict=True)]
