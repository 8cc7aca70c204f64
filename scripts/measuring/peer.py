"""Against django-paypal: the same bodies, engine and machine, its post-back pointed at the same stub.

It asks PayPal before it answers, so its acknowledgements are also its messages through the whole flow. We are
measured once with the listener alone, whose backlog a worker drains later, and once with a worker beside it.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Final

from scripts.measuring.ack import Posted
from scripts.measuring.bench_context import Bench, CheckFailedError
from scripts.measuring.databases import NAMES
from scripts.measuring.figures import Figure
from scripts.measuring.flow import flow
from scripts.measuring.houses import house
from scripts.measuring.load import Load, Loaded
from scripts.measuring.peer_house import Peer, installed, peer, versions
from scripts.measuring.peer_project import CONFIGURATIONS, Configuration
from scripts.measuring.statistics import median


@dataclass(frozen=True, slots=True)
class _Wanted:
    """So many times what it does."""

    acknowledged: float
    through: float


# By how long its post-back takes.
_WANTED: Final[Mapping[float, _Wanted]] = {0.0: _Wanted(40.0, 6.0), 0.3: _Wanted(80.0, 6.0)}
_ENVIRONMENT: Final = "peer-environment"


def prepare(bench: Bench) -> None:
    """Install it for this run; CannotStartError when it cannot be."""
    bench.say("installing django-paypal")
    bench.say(f"installed: {versions(installed(bench.folder / _ENVIRONMENT))}")


def measure(bench: Bench) -> Iterator[Figure]:
    """On each engine, PayPal answering at once and slowly; CannotStartError when it cannot be installed."""
    python = installed(bench.folder / _ENVIRONMENT)
    for engine in bench.engines:
        for paypal_seconds in _WANTED:
            yield from _against(bench, engine, python, paypal_seconds)


def _against(bench: Bench, engine: str, python: str, paypal_seconds: float) -> Iterator[Figure]:
    told = f"{NAMES[engine]}, post-back {paypal_seconds * 1000:.0f} ms"
    key = f"against.{engine}.{paypal_seconds * 1000:.0f}ms"
    theirs: dict[Configuration, list[Loaded]] = {configured: [] for configured in CONFIGURATIONS}
    ours: list[Loaded] = []
    with ExitStack() as stack:
        opened = stack.enter_context(house(bench, engine, worker=False, paypal_seconds=paypal_seconds))
        of_ours, posted = Posted(), {configured: Posted() for configured in CONFIGURATIONS}
        peers = {
            configured: stack.enter_context(peer(bench, engine, python, configured, paypal_seconds))
            for configured in CONFIGURATIONS
        }
        for number in range(bench.rounds):
            bench.say(f"against django-paypal, {told}, round {number + 1}")
            for configured, one in peers.items():
                wanted = Load(url=one.url, seconds=bench.seconds, kept_alive=configured.keeps_alive)
                theirs[configured].append(posted[configured].load(bench, wanted))
            ours.append(of_ours.load(bench, Load(url=opened.ipn_url, seconds=bench.seconds)))
        for configured, one in peers.items():
            check_verified(one, sum(loaded.answered for loaded in theirs[configured]))
        with opened.worker():
            beside = of_ours.load(bench, Load(url=opened.ipn_url, seconds=bench.seconds))
        of_ours.check(opened)
    bench.say(f"flow to hold against it, {told}")
    flowed = flow_rates(bench, engine, paypal_seconds)
    best = best_of(theirs)
    peers_own = Figure(
        name=f"{key}.peer",
        words=f"django-paypal as it does best ({best.words}), {told}",
        value=_rate(theirs[best]),
        unit="messages/s",
        rounds=tuple(loaded.rate for loaded in theirs[best]),
        more=_of_all(theirs),
    )
    yield peers_own
    acknowledged = Figure(
        name=f"{key}.ack",
        words=f"durable acknowledgements against it, {told}",
        value=_rate(ours),
        unit="messages/s",
        ceiling=peers_own.value,
        ceiling_words=f"django-paypal, {best.words}",
        wanted=_WANTED[paypal_seconds].acknowledged,
        rounds=tuple(loaded.rate for loaded in ours),
        more={"p99_ms": median([loaded.p99_ms for loaded in ours]), "beside_a_worker": beside.rate},
    )
    yield acknowledged
    yield replace(
        acknowledged,
        name=f"{key}.flow",
        words=f"messages through the flow against it, {told}",
        value=median(flowed),
        wanted=_WANTED[paypal_seconds].through,
        rounds=tuple(flowed),
        more={},
    )


def flow_rates(bench: Bench, engine: str, paypal_seconds: float) -> list[float]:
    """Our messages a second through the whole flow, of each round."""
    with house(bench, engine, paypal_seconds=paypal_seconds) as opened:
        flowed, _ = flow(bench, opened)
    return [one.rate for one in flowed]


def best_of(theirs: Mapping[Configuration, list[Loaded]]) -> Configuration:
    """The one that does most in the median of its rounds."""
    return max(theirs, key=lambda configured: _rate(theirs[configured]))


def check_verified(one: Peer, answered: int) -> None:
    """What it acknowledged it has kept and verified; CheckFailedError when not."""
    complaint = one.complaint()
    if complaint is not None:
        raise CheckFailedError(f"django-paypal flagged a message: {complaint}")
    if one.verified() < answered:
        raise CheckFailedError(f"django-paypal answered {answered} messages, and kept {one.verified()}")


def _of_all(theirs: Mapping[Configuration, list[Loaded]]) -> dict[str, float]:
    found: dict[str, float] = {}
    for configured, rounds in theirs.items():
        name = configured.name
        found[f"{name}_rate"] = _rate(rounds)
        found[f"{name}_p99_ms"] = median([loaded.p99_ms for loaded in rounds])
        found[f"{name}_failed"] = sum(len(loaded.failed) for loaded in rounds)
    return found


def _rate(rounds: Sequence[Loaded]) -> float:
    return median([loaded.rate for loaded in rounds])
