"""Acknowledging: how fast the listener answers what it has committed, beside one that keeps nothing."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from scripts.checks import CannotStartError, free_port
from scripts.measuring.bench_context import Bench, CheckFailedError
from scripts.measuring.databases import NAMES, POSTGRESQL, SQLITE, new_database
from scripts.measuring.figures import Figure
from scripts.measuring.houses import House, house
from scripts.measuring.keeping import check_kept
from scripts.measuring.load import Load, Loaded, load
from scripts.measuring.postgresql import server
from scripts.measuring.processes import last_words, own_environ, running, wait_for
from scripts.measuring.statistics import median
from scripts.measuring.sync_shim import built, variables
from scripts.settings import PREFIX

SYNC_MS: Final = 5.0
_NOTHING: Final = "the same server answering 200 to nothing"
_P99_WANTED: Final = 5.0
_GROUPED_WANTED: Final = 20.0
# Kept alive or not, as the report says it, and the share of the ceiling that is wanted.
_MANNERS: Final = (
    (True, "kept_alive", "64 connections kept alive", 0.3),
    (False, "new_connection", "64 at once, a new connection each", 0.5),
)
_MANY: Final = (64, 256)


@dataclass(slots=True)
class Posted:
    """Everything that was posted to one house: numbers go on from round to round."""

    first: int = 0
    failed: list[int] = field(default_factory=list)

    def load(self, bench: Bench, wanted: Load) -> Loaded:
        """Post messages that were not posted before."""
        found = load(bench, replace(wanted, first=self.first))
        self.first += found.asked
        self.failed += found.failed
        return found

    def check(self, opened: House) -> None:
        """All that was acknowledged is there; CheckFailedError when not."""
        failed = set(self.failed)
        check_kept(opened.database, [n for n in range(self.first) if n not in failed], others=failed)


def measure(bench: Bench) -> Iterator[Figure]:
    """Both manners of connecting, on each engine; then with syncs that take long."""
    for engine in bench.engines:
        yield from _acknowledging(bench, engine)
    try:
        shim = built(bench.folder)
    except CannotStartError as error:
        bench.say(f"not measured, acknowledging with slow syncs: {error}")
        return
    for engine in bench.engines:
        yield from _slowly(bench, engine, shim)


def _acknowledging(bench: Bench, engine: str) -> Iterator[Figure]:
    with house(bench, engine, worker=False) as opened, nothing(opened) as nothing_url:
        posted = Posted()
        for kept_alive, key, words, wanted in _MANNERS:
            bench.say(f"acknowledging, {NAMES[engine]}, {words}")
            ask = Load(url="", seconds=bench.seconds, kept_alive=kept_alive)
            pairs = [
                (
                    posted.load(bench, replace(ask, url=opened.ipn_url)),
                    load(bench, replace(ask, url=nothing_url)),
                )
                for _ in range(bench.rounds)
            ]
            check_answered(words, [one for pair in pairs for one in pair])
            name, told = f"ack.{engine}.{key}", f"{NAMES[engine]}, {words}"
            yield _rates(name, f"durable acknowledgements, {told}", pairs, wanted)
            yield _latencies(f"{name}.p99", f"the slowest of a hundred of them, {told}", pairs)
        posted.check(opened)


def check_answered(words: str, rounds: Sequence[Loaded]) -> None:
    """In each round somebody was answered; CheckFailedError: of none, the slowest of a hundred is quick."""
    for one in rounds:
        if not one.rate:
            raise CheckFailedError(f"{words}: nobody was answered 200 in time, of all: {one.statuses}")


def _rates(name: str, words: str, pairs: list[tuple[Loaded, Loaded]], wanted: float) -> Figure:
    rounds = tuple(one.rate for one, _ in pairs)
    return Figure(
        name=name,
        words=words,
        value=median(rounds),
        unit="requests/s",
        ceiling=median([other.rate for _, other in pairs]),
        ceiling_words=_NOTHING,
        wanted=wanted,
        rounds=rounds,
        more={
            "p50_ms": median([one.p50_ms for one, _ in pairs]),
            "p99_ms": median([one.p99_ms for one, _ in pairs]),
            "max_ms": max(one.max_ms for one, _ in pairs),
            "refused": sum(len(one.failed) for one, _ in pairs),
            "generator_us": median([one.cpu_us for one, _ in pairs]),
        },
    )


def _latencies(name: str, words: str, pairs: list[tuple[Loaded, Loaded]]) -> Figure:
    rounds = tuple(one.p99_ms for one, _ in pairs)
    return Figure(
        name=name,
        words=words,
        value=median(rounds),
        unit="ms",
        ceiling=median([other.p99_ms for _, other in pairs]),
        ceiling_words=_NOTHING,
        wanted=_P99_WANTED,
        at_most=True,
        rounds=rounds,
    )


@contextmanager
def nothing(beside: House) -> Iterator[str]:
    """The listener's gunicorn and application with nothing behind them; where to post."""
    door = f"127.0.0.1:{free_port()}"
    environ = own_environ(**{**beside.environ, f"{PREFIX}BIND": door})
    log = beside.folder / "nothing.log"
    words = ("gunicorn", "-c", "python:scripts.gunicorn_conf", "scripts.measuring.nothing:app")
    with running(*words, environ=environ, folder=beside.folder, log=log) as process:
        wait_for(door, process, log)
        yield f"http://{door}/ipn"


def _slowly(bench: Bench, engine: str, shim: Path) -> Iterator[Figure]:
    """Grouped commits against one a message, where a sync takes long."""
    sync_ms = SYNC_MS if bench.sync_ms is None else bench.sync_ms
    slow = variables(shim, sync_ms)
    with ExitStack() as stack:
        if engine == POSTGRESQL and bench.sync_ms is None:
            if not bench.own_server:
                bench.say("not measured, PostgreSQL with slow syncs: the server is not the bench's own")
                return
            bench = replace(bench, postgresql=stack.enter_context(server(bench.folder, sync_ms=sync_ms)))
        here = slow if engine == SQLITE else {}
        opened = stack.enter_context(house(bench, engine, worker=False, preload=here))
        other = stack.enter_context(new_database(bench, engine, _made(opened.folder / "one")))
        posted = Posted()
        environ = own_environ(**here)
        for connections in _MANY:
            bench.say(
                f"acknowledging, {NAMES[engine]}, {connections} connections, a sync takes {sync_ms:g} ms more"
            )
            ask = Load(url=opened.ipn_url, seconds=bench.seconds, connections=connections)
            pairs = [
                (posted.load(bench, ask), _one_by_one(environ, opened, other, bench.seconds))
                for _ in range(bench.rounds)
            ]
            check_answered(f"{connections} connections", [found for found, _ in pairs])
            rounds = tuple(found.rate for found, _ in pairs)
            yield Figure(
                name=f"ack.{engine}.slow_sync_{connections}",
                words=f"durable acknowledgements, {NAMES[engine]}, {connections} connections, "
                f"a sync takes {sync_ms:g} ms more",
                value=median(rounds),
                unit="requests/s",
                ceiling=median([alone for _, alone in pairs]),
                ceiling_words="one commit a message",
                wanted=_GROUPED_WANTED,
                rounds=rounds,
                more={
                    "p50_ms": median([found.p50_ms for found, _ in pairs]),
                    "p99_ms": median([found.p99_ms for found, _ in pairs]),
                    "max_ms": max(found.max_ms for found, _ in pairs),
                },
            )
        posted.check(opened)


def _one_by_one(environ: dict[str, str], opened: House, database: str, seconds: float) -> float:
    words = ("scripts.measuring.one_by_one", database, str(seconds))
    log = opened.folder / "one.log"
    with running(*words, environ=environ, folder=opened.folder, log=log) as process:
        told, _ = process.communicate()
        if process.returncode:
            raise CannotStartError(f"one commit a message could not be measured: {last_words(log)}")
        return float(told)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
