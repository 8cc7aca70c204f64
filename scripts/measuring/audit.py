"""Auditing: `counterfoil audit` of everything, and of the chain and the tree alone."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from scripts.measuring.bench_context import Bench
from scripts.measuring.books import book_of_events
from scripts.measuring.commands import EVENTS, Command, measured
from scripts.measuring.databases import NAMES
from scripts.measuring.figures import Figure

# What is asked for, in words, and what share of reading and decoding the same rows is wanted.
_ASKED: Final = (
    ("all", "audit of everything", (), 0.03),
    ("chain", "audit of the chain and the tree alone", ("--only", "chain,tree"), 0.3),
)


def measure(bench: Bench) -> Iterator[Figure]:
    """On each engine: the whole command, from the start of the process to its end."""
    for engine in bench.engines:
        book = book_of_events(bench, engine, bench.sized(EVENTS))
        for name, words, options, wanted in _ASKED:
            command = Command(
                name=f"audit.{engine}.{name}",
                words=f"{words}, {NAMES[engine]}",
                command=("audit", "--json", *options),
                wanted=wanted,
                check=partial(wrong, book.events),
                own_rate=lambda said: float(said["positions_per_second"]),
            )
            bench.say(command.words)
            yield measured(bench, book, command)


def wrong(events: int, said: Mapping[str, Any]) -> str | None:
    if said["found"]:
        findings = [finding["what"] for check in said["checks"] for finding in check["findings"]]
        return f"{said['found']} found, the first of them: {findings[0]}"
    if said["position"] < events:
        return f"it looked at {said['position']} of {events} events"
    return None
