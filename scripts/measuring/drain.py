"""Draining: a backlog that grew while no worker ran, from the first message taken to the last one seen."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from scripts.measuring.ack import Posted
from scripts.measuring.bench_context import Bench, CheckFailedError
from scripts.measuring.databases import NAMES
from scripts.measuring.figures import Figure
from scripts.measuring.flow import POST_BACK_SECONDS
from scripts.measuring.houses import House, house, paypal
from scripts.measuring.keeping import check_ended
from scripts.measuring.load import Load
from scripts.measuring.processes import cpu_seconds
from scripts.measuring.progress import Looks, progress

BACKLOG: Final = 40_000
_WANTED: Final = {0.0: 2_500.0, 0.3: 2_000.0}
_POST_SECONDS: Final = 600.0
_LOOK_SECONDS: Final = 0.1
PATIENCE_SECONDS: Final = 300.0


@dataclass(frozen=True, slots=True)
class Drained:
    """One backlog: how many, how long from the first taken, and what came before and beside that."""

    count: int
    seconds: float
    start_seconds: float  # from the start of the process to the first message that it took
    cpu_ms: float  # of the worker, a message


def measure(bench: Bench) -> Iterator[Figure]:
    """A backlog on each engine, with a PayPal that answers at once, then one with a slow PayPal."""
    for engine in bench.engines:
        with house(bench, engine, worker=False) as opened:
            posted = Posted()
            for seconds in POST_BACK_SECONDS:
                count = bench.sized(BACKLOG)
                bench.say(f"a backlog of {count}, {NAMES[engine]}, post-back after {seconds * 1000:g} ms")
                drained = _drain(bench, opened, posted, seconds, count)
                yield Figure(
                    name=f"drain.{engine}.post_back_{seconds * 1000:.0f}_ms",
                    words=f"a backlog of {drained.count} drained, {NAMES[engine]}, "
                    f"post-back after {seconds * 1000:g} ms",
                    value=drained.count / drained.seconds,
                    unit="messages/s",
                    wanted=_WANTED[seconds],
                    more={
                        "seconds": drained.seconds,
                        "start_seconds": drained.start_seconds,
                        "cpu_ms_per_message": drained.cpu_ms,
                    },
                )


def _drain(bench: Bench, opened: House, posted: Posted, seconds: float, count: int) -> Drained:
    wanted = Load(url=opened.ipn_url, warm_seconds=0.0, seconds=_POST_SECONDS, count=count)
    acknowledged = posted.load(bench, wanted).answered
    failed = set(posted.failed)
    everything = [n for n in range(posted.first) if n not in failed]
    with progress(opened.database) as looking, paypal(opened.folder, seconds) as url:
        looking.look()
        before = looking.taken
        started = time.monotonic()
        with opened.worker(VERIFY_URL=url) as worker:
            wait(looking, started, lambda: looking.taken > before)
            began, cpu = time.monotonic(), cpu_seconds([worker])
            wait(looking, began, lambda: looking.shown >= len(everything) and looking.idle)
            ended, cpu = time.monotonic(), cpu_seconds([worker]) - cpu
    check_ended(opened.database, everything, others=failed)
    return Drained(acknowledged, ended - began, began - started, cpu * 1000 / acknowledged)


def wait(
    looking: Looks, since: float, holds: Callable[[], bool], *, patience_seconds: float = PATIENCE_SECONDS
) -> None:
    """Look until it holds; CheckFailedError where it never does."""
    looking.look()
    while not holds():
        if time.monotonic() - since > patience_seconds:
            raise CheckFailedError(f"of a backlog {looking.shown} are seen after {patience_seconds:g} s")
        time.sleep(_LOOK_SECONDS)
        looking.look()
