"""The process that makes load: `python -m scripts.measuring.load_run LOAD FOUND`: two files of JSON.

Requests are put together by hand and answers read no further than they must be: what this costs is taken
from the server that is measured.
"""

import asyncio
import gc
import sys
import time
from array import array
from collections import Counter
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec
import uvloop

from scripts.measuring.arrived import Arrived
from scripts.measuring.asking import Asker
from scripts.measuring.bodies import body_of, message
from scripts.measuring.load import Load, Loaded
from scripts.measuring.statistics import quantile
from scripts.measuring.watching import Watching

OK: Final = 200
_FAILED_MAX: Final = 1_000_000
# The whole of a load that measures nothing more, where a server does not answer.
_GIVEN_UP_SECONDS: Final = 60.0


class Generator:
    """What all connections share: what is asked next, and what was heard."""

    def __init__(self, load: Load) -> None:
        self.load = load
        place = urlsplit(load.url)
        assert place.hostname is not None
        self.host, self.port = place.hostname, place.port or 80
        self.kept_alive = load.kept_alive
        self._head = _head(load, place.path or "/")
        self._gets = [b"GET %s %s" % (path.encode(), self._head) for path in load.paths]
        self._arrived = Arrived(Path(load.arrived)) if load.arrived else None
        self._count = sys.maxsize if load.count is None else load.count
        self.began = time.monotonic()
        self.measured_from = self.began + load.warm_seconds
        self.ends = self.measured_from + load.seconds
        self.asked = 0
        self.answered = 0
        self.statuses: Counter[int] = Counter()
        self.failed: list[int] = []
        self.latencies = array("d")
        self.last = self.began
        self.open = 0
        self.done = asyncio.Event()
        self.watching = Watching(load.watch) if load.watch else None

    def next(self, now: float) -> tuple[int, bytes] | None:
        """The next request with its number; none when all are asked."""
        number = self.asked
        if number >= self._count or now >= self.ends or (self._arrived and self._arrived.over):
            return None
        self.asked += 1
        if self._gets:
            return number, self._gets[number % len(self._gets)]
        body = body_of(self.load.first + number)
        return number, b"%s%d\r\n\r\n%s" % (self._head, len(body), body)

    def may(self) -> bool:
        """Whether one more may be under way, or none is wanted any more: nobody waits for that."""
        window, arrived = self.load.window, self._arrived
        if window is None or arrived is None or self.asked - arrived.count < window:
            return True
        return arrived.over or time.monotonic() >= self.ends

    def heard(self, number: int, status: int, since: float, now: float) -> None:
        """Take note of an answer, or of none."""
        self.statuses[status] += 1
        if status == OK:
            self.answered += 1
            if self.measured_from <= now < self.ends:
                self.latencies.append(now - since)
                self.last = now
            if self.watching is not None:
                self.watching.may_watch(message(self.load.first + number), now)
        elif len(self.failed) < _FAILED_MAX:
            self.failed.append(number + self.load.first)

    def left(self) -> None:
        """One connection has nothing to ask any more."""
        self.open -= 1
        if not self.open:
            self.done.set()


def _head(load: Load, path: str) -> bytes:
    """What each request begins with; of a GET what follows the path, of a POST all up to the length."""
    host = urlsplit(load.url).netloc
    common = f"Host: {host}\r\n"
    if load.token is not None:
        common += f"Authorization: Bearer {load.token}\r\n"
    if not load.kept_alive:
        common += "Connection: close\r\n"
    if load.paths:
        return f"HTTP/1.1\r\n{common}\r\n".encode()
    form = "Content-Type: application/x-www-form-urlencoded\r\nUser-Agent: bench\r\nContent-Length: "
    return f"POST {path} HTTP/1.1\r\n{common}{form}".encode()


async def run(load: Load) -> Loaded:
    """Ask until all is asked or the time is over, and until what is under way is answered."""
    generator = Generator(load)
    began = time.process_time()
    generator.open = load.connections
    for _ in range(load.connections):
        Asker(generator).go_on()
    async with asyncio.timeout(load.warm_seconds + load.seconds + _GIVEN_UP_SECONDS):
        await generator.done.wait()
    cpu_seconds = time.process_time() - began
    if generator.watching is not None:
        await generator.watching.finish()
    return loaded(generator, cpu_seconds)


def loaded(generator: Generator, cpu_seconds: float) -> Loaded:
    """What was heard, in figures."""
    latencies = sorted(generator.latencies)
    # One that ended before its time, all being asked, is measured to its last answer.
    until = generator.last if generator.load.count is not None else generator.ends
    seconds = max(until - generator.measured_from, 1e-9)
    watching = generator.watching
    return Loaded(
        asked=generator.asked,
        answered=generator.answered,
        rate=len(latencies) / seconds if latencies else 0.0,
        seconds=seconds,
        p50_ms=quantile(latencies, 0.5) * 1000,
        p99_ms=quantile(latencies, 0.99) * 1000,
        max_ms=quantile(latencies, 1.0) * 1000,
        statuses=dict(generator.statuses),
        failed=generator.failed,
        cpu_us=cpu_seconds * 1e6 / max(1, generator.asked),
        measured_from=generator.measured_from,
        shown_ms=watching.shown_ms if watching else [],
        unseen=watching.unseen if watching else 0,
    )


if __name__ == "__main__":
    gc.disable()  # it keeps few things, and none in circles that matter
    found = uvloop.run(run(msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Load)))
    Path(sys.argv[2]).write_bytes(msgspec.json.encode(found))
