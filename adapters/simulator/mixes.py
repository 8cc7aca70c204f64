"""Mixes of lifecycles: which of them are played, how often beside each other."""

from collections.abc import Iterator, Mapping
from random import Random

from adapters.simulator.lifecycles import LIFECYCLES

ALL = "all"
WEIGHT_MOST = 1_000_000.0


def read_mix(text: str) -> Mapping[str, float]:
    """Read `completed=5,full_refund`: names with their weights, 1 where none is given; `all` names them all.

    Raises:
        ValueError: a name is no lifecycle, or a weight is no number above 0.
    """
    mix: dict[str, float] = {}
    for part in text.split(","):
        name, equals, weight = (piece.strip() for piece in part.partition("="))
        if name != ALL and name not in LIFECYCLES:
            raise ValueError(f"{name!r} is no lifecycle; `counterfoil simulate --list` prints them")
        for one in LIFECYCLES if name == ALL else (name,):
            mix[one] = _weight(weight) if equals else 1.0
    return mix


def drawn(mix: Mapping[str, float], rng: Random) -> Iterator[str]:
    """Names without end; of equal weights each comes once before one comes again."""
    names, weights = list(mix), list(mix.values())
    if len(set(weights)) > 1:
        while True:
            yield from rng.choices(names, weights, k=1)
    while True:
        yield from rng.sample(names, k=len(names))


def _weight(text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        weight = 0.0
    if not 0.0 < weight <= WEIGHT_MOST:
        raise ValueError(f"{text!r} is no weight; expected a number above 0, such as completed=5")
    return weight
