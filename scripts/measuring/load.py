"""Load: a closed loop of connections against one address, in a process of its own.

`load(…)` runs it to its end; `loading(…)` lets somebody look on meanwhile.
"""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from scripts.checks import CannotStartError
from scripts.measuring.bench_context import Bench
from scripts.measuring.processes import last_words, own_environ, running

CONNECTIONS: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Messages of which somebody asks the office, again and again, until it shows them."""

    office_url: str
    token: str
    per_second: float = 5.0
    pause_ms: float = 10.0  # between two questions


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is asked: messages are posted from number `first` on, or the paths are got in turn."""

    url: str
    seconds: float  # that are measured, after those of warming up
    warm_seconds: float = 0.5
    connections: int = CONNECTIONS
    kept_alive: bool = True
    first: int = 0
    count: int | None = None  # so many requests at most
    paths: tuple[str, ...] = ()
    token: str | None = None
    # No more messages than these may be under way; the file says how many have arrived (see `Arrived`).
    window: int | None = None
    arrived: str | None = None
    watch: Watch | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What became of it. Rate and latencies are of the seconds that were measured."""

    asked: int  # all requests, also those of warming up
    answered: int  # with 200, all
    rate: float  # of answers with 200, a second
    seconds: float
    p50_ms: float
    p99_ms: float
    max_ms: float
    statuses: dict[int, int]  # 0: no answer came
    failed: list[int]  # requests that were not answered 200, by number
    cpu_us: float  # of the generator itself, a request
    measured_from: float = 0.0  # on the clock of `time.monotonic`, which all processes share
    shown_ms: list[float] = field(
        default_factory=list
    )  # of messages watched: from their 200 to their first sight
    unseen: int = 0  # messages watched that were not seen at all

    @property
    def more(self) -> dict[str, float]:
        """Beside the rate in a report."""
        return {"p50_ms": self.p50_ms, "p99_ms": self.p99_ms, "max_ms": self.max_ms}


@dataclass(frozen=True, slots=True)
class Loading:
    """A load that is being made."""

    process: subprocess.Popen[str]
    found: Path
    log: Path

    @property
    def is_over(self) -> bool:
        """Whether everything is answered."""
        return self.process.poll() is not None

    def result(self) -> Loaded:
        """What it found, when it is done; CannotStartError when it found nothing."""
        if self.process.wait():
            raise CannotStartError(f"the load generator ended without a result: {last_words(self.log)}")
        return msgspec.json.decode(self.found.read_bytes(), type=Loaded, strict=False)


def load(bench: Bench, wanted: Load) -> Loaded:
    """Run it; CannotStartError when it ends without a result."""
    with loading(bench, wanted) as running_load:
        return running_load.result()


@contextmanager
def loading(bench: Bench, wanted: Load) -> Iterator[Loading]:
    """Run it beside what the caller does."""
    with tempfile.TemporaryDirectory(dir=bench.folder) as made:
        folder = Path(made)
        # The paths may be many, and so may be what failed.
        order, found, log = folder / "load.json", folder / "found.json", folder / "log"
        order.write_bytes(msgspec.json.encode(wanted))
        words = ("scripts.measuring.load_run", str(order), str(found))
        with running(*words, environ=own_environ(), folder=folder, log=log) as process:
            yield Loading(process, found, log)
