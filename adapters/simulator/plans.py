"""What is played and when: lifecycles one after the other, or a shop's day squeezed into a minute."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from adapters.simulator.lifecycles import LIFECYCLES
from adapters.simulator.messages import Message
from adapters.simulator.scene import Scene

DAY_SECONDS = 60.0
SALES_BESIDES = 9  # a day has mostly plain sales


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One message, the lifecycle it belongs to, and how long after the one before it is sent."""

    lifecycle: str
    message: Message
    pause_seconds: float


def in_turn(  # noqa: PLR0913 — a way of playing each
    names: Sequence[str],
    *,
    rng: Random,
    now: datetime,
    pause_seconds: float = 0.0,
    shuffle: bool = False,
    duplicate: bool = False,
) -> list[Planned]:
    """The named lifecycles' messages in order; shuffled, or each twice, on demand.

    Raises:
        KeyError: there is no lifecycle of such a name.
    """
    told = [(name, message) for name in names for message in LIFECYCLES[name](Scene(rng, now))]
    if duplicate:
        told = [copy for one in told for copy in (one, one)]
    if shuffle:
        rng.shuffle(told)
    return [
        Planned(lifecycle=name, message=message, pause_seconds=pause_seconds if n else 0.0)
        for n, (name, message) in enumerate(told)
    ]


def shop_day(*, rng: Random, now: datetime, seconds: float = DAY_SECONDS) -> list[Planned]:
    """Every lifecycle once, plain sales besides, all interleaved; each lifecycle's own order is kept."""
    besides = rng.choices(("completed", "cart_completed"), weights=(3, 1), k=SALES_BESIDES)
    # The first thing to be seen is a plain sale.
    names = [
        "completed",
        *rng.sample([*list(LIFECYCLES)[1:], *besides], k=len(LIFECYCLES) - 1 + SALES_BESIDES),
    ]
    timed: list[tuple[float, str, Message]] = []
    for n, name in enumerate(names):
        at = seconds * 0.75 * n / len(names)
        for message in LIFECYCLES[name](Scene(rng, now)):
            timed.append((at, name, message))
            at += rng.uniform(0.5, seconds / 16)
    timed.sort(key=lambda one: one[0])
    times = [0.0, *(at for at, _, _ in timed)]
    return [
        Planned(lifecycle=name, message=message, pause_seconds=at - before)
        for before, (at, name, message) in zip(times, timed, strict=False)
    ]
