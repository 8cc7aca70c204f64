"""Rebuilding: `counterfoil rebuild` of all projections together, and of each alone."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from adapters.views.registry import PROJECTIONS
from scripts.measuring.bench_context import Bench
from scripts.measuring.books import book_of_events
from scripts.measuring.commands import EVENTS, Command, measured
from scripts.measuring.databases import NAMES
from scripts.measuring.figures import Figure

_ALL_WANTED: Final = 0.05
_ALONE_WANTED: Final = 0.15
# The messages of the bench tell of no subscription.
_FILLED: Final = frozenset(PROJECTIONS) - {"subscriptions"}


def measure(bench: Bench) -> Iterator[Figure]:
    """On each engine: the whole command, with the comparison, the switch and the clearing away."""
    for engine in bench.engines:
        book = book_of_events(bench, engine, bench.sized(EVENTS))
        for command in _commands(engine):
            bench.say(command.words)
            yield measured(bench, book, command)


def _commands(engine: str) -> Iterator[Command]:
    yield _command(engine, "all", "all projections", (), _ALL_WANTED)
    for name in PROJECTIONS:
        yield _command(engine, name, f"{name} alone", (name,), _ALONE_WANTED)


def _command(engine: str, name: str, words: str, names: tuple[str, ...], wanted: float) -> Command:
    return Command(
        name=f"rebuild.{engine}.{name}",
        words=f"rebuild of {words}, {NAMES[engine]}",
        command=("rebuild", "--json", *names),
        wanted=wanted,
        check=wrong,
        own_rate=lambda said: float(said["events_per_second"]),
    )


def wrong(said: Mapping[str, Any]) -> str | None:
    compared = said["projections"]
    differ = [one["projection"] for one in compared if one["differences"] or one["set_aside"]]
    if differ:
        return f"rows of {', '.join(differ)} differ"
    if not said["switched"] or not all(one["rows"] for one in compared if one["projection"] in _FILLED):
        return "nothing was told anew"
    return None
