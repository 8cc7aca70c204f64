"""The parts of the bench by name: each measures within what was asked for, figure after figure."""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final, cast

from scripts.measuring.bench_context import Bench
from scripts.measuring.figures import Figure

Measure = Callable[[Bench], Iterator[Figure]]

# A module each, loaded when it is asked for.
PARTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "ack": ("ack",),
        "flow": ("flow", "drain"),
        "rebuild": ("rebuild",),
        "ask": ("ask",),
        "audit": ("audit",),
    }
)
ALL: Final = "all"
PEERS: Final = {"django-paypal": "peer"}


def measures(names: list[str], against: str | None) -> Iterator[Measure]:
    """What measures these parts, in the order of the table, and then the peer."""
    wanted = PARTS if not names or ALL in names else names
    modules = [module for name, modules in PARTS.items() if name in wanted for module in modules]
    if against is not None:
        modules.append(PEERS[against])
    for module in modules:
        yield cast("Measure", _module(module).measure)


def prepare(bench: Bench, against: str | None) -> None:
    """Have what the peer needs at hand before anything is measured; CannotStartError."""
    if against is not None:
        _module(PEERS[against]).prepare(bench)


def _module(name: str) -> Any:  # noqa: ANN401 - each has a `measure`, a peer's a `prepare`, too
    return import_module(f"scripts.measuring.{name}")
