"""Flow: messages a second that are acknowledged and seen in the API, with no backlog growing meanwhile."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

from scripts.measuring.ack import Posted
from scripts.measuring.arrived import Arrived
from scripts.measuring.bench_context import Bench, CheckFailedError
from scripts.measuring.databases import NAMES, SQLITE
from scripts.measuring.figures import Figure
from scripts.measuring.houses import House, house
from scripts.measuring.keeping import check_ended
from scripts.measuring.load import CONNECTIONS, Load, Loaded, Watch, loading
from scripts.measuring.memory import Memory
from scripts.measuring.processes import cpu_seconds
from scripts.measuring.progress import Looks, progress
from scripts.measuring.rest import resting
from scripts.measuring.statistics import median, quantile

# Posted and not yet in the views: no more than these at a time, so no backlog grows.
WINDOW: Final = 2_000
POST_BACK_SECONDS: Final = (0.0, 0.3)
_WANTED: Final = {(SQLITE, 0.0): 1_500.0}
_WANTED_ELSEWHERE: Final = {0.0: 1_000.0, 0.3: 800.0}
_CPU_WANTED: Final = 1.3
_SERVICE: Final = ("listener", "worker")
# A look counts what waits, and takes from the house what that costs.
_LOOK_SECONDS: Final = 0.1
_SAMPLE_SECONDS: Final = 0.5
_WARM_SECONDS: Final = 2.0
PATIENCE_SECONDS: Final = 120.0


@dataclass(frozen=True, slots=True)
class Flowed:
    """One measurement: rate and cost over its window, and how long messages took to be seen."""

    rate: float
    cpu_ms: float  # of our processes, a message
    loaded: Loaded
    shown_ms: list[float]


def measure(bench: Bench) -> Iterator[Figure]:
    """The steady state on each engine, with a PayPal that answers at once and one that does not."""
    for engine in bench.engines:
        cpu_ms: list[list[float]] = []
        for seconds in POST_BACK_SECONDS:
            bench.say(f"flow, {NAMES[engine]}, post-back after {seconds * 1000:g} ms")
            with house(bench, engine, paypal_seconds=seconds) as opened:
                posted = warmed(bench, opened)
                if seconds == 0.0:
                    yield from resting(bench, engine, opened, posted)
                flowed, memory = flow(bench, opened, posted)
            yield rates(engine, seconds, flowed)
            yield from memory.figures(engine) if seconds == 0.0 else ()
            cpu_ms.append([one.cpu_ms for one in flowed])
        yield costs(engine, *cpu_ms)


def flow(bench: Bench, opened: House, posted: Posted | None = None) -> tuple[list[Flowed], Memory]:
    """All rounds through one house, all that was posted checked at the end; CheckFailedError."""
    posted = posted or warmed(bench, opened)
    with progress(opened.database) as looking:
        looking.look()
        memory = Memory(opened.pids)
        found = [_round(bench, opened, posted, looking, memory) for _ in range(bench.rounds)]
    failed = set(posted.failed)
    check_ended(opened.database, [n for n in range(posted.first) if n not in failed], others=failed)
    return found, memory


def warmed(bench: Bench, opened: House) -> Posted:
    """The first messages, which wait for the worker to come up."""
    posted = Posted()
    posted.load(bench, Load(url=opened.ipn_url, warm_seconds=0.0, seconds=PATIENCE_SECONDS, count=50))
    with progress(opened.database) as looking:
        wait_until_shown(looking, posted)
    return posted


def _round(bench: Bench, opened: House, posted: Posted, looking: Looks, memory: Memory) -> Flowed:
    before = looking.look()
    warm_seconds = min(_WARM_SECONDS, bench.seconds)
    with ExitStack() as stack:
        arrived = Arrived.new(bench.folder / "arrived")
        wanted = Load(
            url=opened.ipn_url,
            seconds=bench.seconds + 2 * PATIENCE_SECONDS,
            first=posted.first,
            window=window(bench),
            arrived=str(bench.folder / "arrived"),
            watch=Watch(office_url=opened.office_url, token=opened.token),
        )
        under_way = stack.enter_context(loading(bench, wanted))
        steps = Steps(looking, arrived, before)
        # A window's worth has gone all the way: from here on it is steady.
        steps.go_on(warm_seconds, until_shown=bench.sized(WINDOW))
        # Not the office, which is asked only because somebody watches.
        pids = [pid for name, pid in opened.pids.items() if name in _SERVICE]
        began, shown, cpu = time.monotonic(), looking.shown, cpu_seconds(pids)
        steps.go_on(bench.seconds, memory=memory)
        seconds, done = time.monotonic() - began, looking.shown - shown
        cpu = cpu_seconds(pids) - cpu
        arrived.end()
        # Those that are under way go on until they are answered, and those watched until they are seen.
        while not under_way.is_over:
            looking.look()
            time.sleep(_LOOK_SECONDS)
        loaded = under_way.result()
    posted.first += loaded.asked
    posted.failed += loaded.failed
    wait_until_shown(looking, posted)
    if loaded.unseen:
        raise CheckFailedError(f"{loaded.unseen} acknowledged messages were never seen in the API")
    return Flowed(done / seconds, cpu * 1000 / done, loaded, sorted(loaded.shown_ms))


def window(bench: Bench) -> int:
    """No less than there are connections, or some would have nothing to do."""
    return max(CONNECTIONS, bench.sized(WINDOW))


class Steps:
    """Looks at the store again and again, and tells the generator how much has arrived."""

    def __init__(self, looking: Looks, arrived: Arrived, before: int) -> None:
        self._looking = looking
        self._arrived = arrived
        self._before = before

    def go_on(self, seconds: float, *, until_shown: int = 0, memory: Memory | None = None) -> None:
        """For so long, until so many were shown, and then some more; CheckFailedError if that is for ever.

        Messages are shown some at a time: what is measured begins and ends just after such a time.
        """
        began, sampled = time.monotonic(), 0.0
        last = self._arrived.count
        while True:
            now = time.monotonic()
            shown = self._looking.look() - self._before
            moved, last = shown != last, shown
            self._arrived.count = shown
            if now - began >= seconds and shown >= until_shown and moved:
                return
            if now - began >= seconds + PATIENCE_SECONDS:
                raise CheckFailedError(f"only {shown} messages were seen in {now - began:.0f} s")
            if memory is not None and now - sampled >= _SAMPLE_SECONDS:
                memory.look()
                sampled = now
            time.sleep(_LOOK_SECONDS)


def wait_until_shown(looking: Looks, posted: Posted) -> None:
    """Wait for everything that was acknowledged; CheckFailedError where it takes for ever."""
    end = time.monotonic() + PATIENCE_SECONDS
    wanted = posted.first - len(posted.failed)
    while looking.look() < wanted or not looking.idle:
        if time.monotonic() > end:
            raise CheckFailedError(f"of {wanted} acknowledged messages {looking.shown} are seen")
        time.sleep(_LOOK_SECONDS)


def rates(engine: str, seconds: float, flowed: list[Flowed]) -> Figure:
    """How many a second, with how long they took to be seen."""
    rounds = tuple(one.rate for one in flowed)
    shown_ms = sorted(ms for one in flowed for ms in one.shown_ms)
    shares = {"p50_ms": 0.5, "p99_ms": 0.99, "max_ms": 1.0} if shown_ms else {}
    return Figure(
        name=f"flow.{engine}.post_back_{seconds * 1000:.0f}_ms",
        words=f"flow, {NAMES[engine]}, post-back after {seconds * 1000:g} ms, steady",
        value=median(rounds),
        unit="messages/s",
        wanted=_WANTED.get((engine, seconds), _WANTED_ELSEWHERE[seconds]),
        rounds=rounds,
        more={
            **{name: quantile(shown_ms, share) for name, share in shares.items()},
            "acknowledged_p99_ms": median([one.loaded.p99_ms for one in flowed]),
            "cpu_ms_per_message": median([one.cpu_ms for one in flowed]),
        },
    )


def costs(engine: str, at_once: list[float], slow: list[float]) -> Figure:
    """What a slow PayPal costs, held against one that answers at once."""
    return Figure(
        name=f"flow.{engine}.cpu",
        words=f"CPU a message, {NAMES[engine]}, post-back after {POST_BACK_SECONDS[1] * 1000:g} ms",
        value=median(slow),
        unit="ms",
        ceiling=median(at_once),
        ceiling_words="the same with post-backs answered at once",
        wanted=_CPU_WANTED,
        at_most=True,
        rounds=tuple(slow),
    )
