"""PayPal away for a day while messages come: all are kept, it is said, and no stampede follows."""

import asyncio
import json
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from structlog.testing import capture_logs

from adapters.breaker import SLOW_START, Breaker
from adapters.claims import Claims
from adapters.delivered import Delivery
from adapters.follower import Follower
from adapters.heartbeat import Heartbeat
from adapters.inbox import Inbox
from adapters.keeper import Keeper
from adapters.processor import Processor
from adapters.readiness import Readiness
from adapters.rebuilding.renewal import Renewal
from adapters.times import to_us
from adapters.upkeep import Upkeep
from adapters.verifier import Verifier
from adapters.worker import Worker, WorkerParts
from scripts.wiring.queries import queries_of
from scripts.wiring.stores import Stores, open_stores, shop_of
from tests.given import payment
from tests.house import PREFIX, book_of, outcomes, settings_in

STEPS = 48  # of a day, half an hour each
EACH = 6  # messages in each step
_POST_BACKS_AT_ONCE = 64  # fewer than a worker may have: a day brings few messages enough
ANSWER_SECONDS = 0.1
PATIENCE_SECONDS = 60.0


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class CountingPayPal:
    """Away, or answering slowly; counts who asks at once, and how many had been answered by then."""

    def __init__(self) -> None:
        self.is_away = False
        self.asked = Counter[bytes]()
        self.lock = threading.Lock()
        self.at_once = self.answered = self.most_at_once = 0
        # At each question: how many had been answered since PayPal came back, and how many are asked now.
        self.arrivals: list[tuple[int, int]] = []
        self.times: list[float] = []

    def come_back(self) -> None:
        with self.lock:
            self.is_away, self.answered, self.most_at_once = False, 0, 0
            self.arrivals, self.times = [], []
            self.asked.clear()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        paypal = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with paypal.lock:
                    paypal.asked[body] += 1
                    paypal.at_once += 1
                    paypal.most_at_once = max(paypal.most_at_once, paypal.at_once)
                    paypal.arrivals.append((paypal.answered, paypal.at_once))
                    paypal.times.append(time.monotonic())
                    status, word = (503, b"<html>Sorry</html>") if paypal.is_away else (200, b"VERIFIED")
                if status == 200:
                    time.sleep(ANSWER_SECONDS)  # as long as a real one takes
                with paypal.lock:
                    paypal.at_once -= 1
                    paypal.answered += 1
                self.send_response(status)
                self.send_header("Content-Length", str(len(word)))
                self.end_headers()
                self.wfile.write(word)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        class Server(ThreadingHTTPServer):
            request_queue_size = 256

        with Server(("127.0.0.1", 0), Handler) as server:
            thread = threading.Thread(target=server.serve_forever, args=(0.02,))
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_port}/"
            finally:
                await asyncio.to_thread(server.shutdown)
                thread.join()


@asynccontextmanager
async def at_work(stores: Stores, settings: Any, clock: Clock) -> AsyncIterator[Breaker]:
    """A worker of the house, but for its clock."""
    verifier = Verifier(settings.verify_url, clock=clock, concurrency=_POST_BACKS_AT_ONCE)
    claims = Claims(stores.claims, Inbox(stores.inbox))
    breaker = Breaker(concurrency_max=_POST_BACKS_AT_ONCE, draw=lambda: 0.5)
    worker = Worker(
        WorkerParts(
            claims=claims,
            verifier=verifier,
            breaker=breaker,
            processor=Processor(stores.events, shop_of(settings), clock),
            upkeep=Upkeep(
                Follower(stores.events, stores.views, clock),
                Renewal(stores.events, stores.views, clock),
                clock,
                follow_seconds=stores.database.follow_seconds,
            ),
            heartbeat=Heartbeat(stores.claims, claims.worker, clock),
            clock=clock,
        )
    )
    running = asyncio.create_task(worker.run())
    try:
        yield breaker
    finally:
        worker.stop()
        await asyncio.wait_for(running, PATIENCE_SECONDS)
        await verifier.aclose()


@asynccontextmanager
async def keeping(stores: Stores) -> AsyncIterator[Keeper]:
    keeper = Keeper(Inbox(stores.inbox))
    try:
        yield keeper
    finally:
        await keeper.close()


async def until(true: Callable[[], bool], each: Callable[[], None] = lambda: None) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < end, "it never came true"
        each()
        await asyncio.sleep(0.01)


def test_a_day_without_paypal(any_engine: str, tmp_path: Path) -> None:
    with capture_logs():  # a line for each try of each message
        asyncio.run(a_day(tmp_path, CountingPayPal()))


async def a_day(folder: Path, paypal: CountingPayPal) -> None:
    clock = Clock()
    bodies = [payment(f"T{n}") for n in range(STEPS * EACH)]
    async with paypal.running() as url:
        settings = settings_in(folder, url)
        paypal.is_away = True
        with open_stores(settings) as stores:
            readiness = Readiness(replace(queries_of(stores), clock=clock))
            async with keeping(stores) as keeper, at_work(stores, settings, clock) as breaker:
                kept, before = [], 0
                for step in range(STEPS):
                    for body in bodies[step * EACH : (step + 1) * EACH]:
                        one = Delivery(received_us=to_us(clock()), peer="127.0.0.1", headers=(), body=body)
                        kept.append(await keeper.keep(one))
                    # Time for a probe at least, and for whoever would not keep to them.
                    await until(lambda before=before: paypal.asked.total() > before)  # type: ignore[misc]
                    await asyncio.sleep(0.02)
                    before, clock.now = paypal.asked.total(), clock.now + timedelta(minutes=30)
                assert kept == list(range(1, len(bodies) + 1))
                # Readiness says so, and says since when.
                said = {check.name: check for check in readiness.report().checks}
                assert not said["oldest_unverified"].ok
                assert said["oldest_unverified"].detail["waiting"] == len(bodies)
                assert said["oldest_unverified"].detail["age_seconds"] > 23 * 3600
                assert said["store_writable"].ok
                assert breaker.is_open
                # Some to find that it is away, then one at a time: each step has room for no more than a few.
                assert paypal.asked.total() <= _POST_BACKS_AT_ONCE + 6 * STEPS
                assert {outcome for outcome, _ in outcomes(settings).values()} == {"waiting"}

                paypal.come_back()
                clock.now += timedelta(minutes=30)  # whoever was asked last is due, and the next probe

                def tick() -> None:
                    clock.now += timedelta(seconds=0.01)

                await until(lambda: paypal.asked.total() >= len(bodies) and not paypal.at_once, tick)
                await until(lambda: readiness.report().checks[2].ok, tick)
                await until(lambda: all(check.ok for check in readiness.report().checks), tick)
    assert paypal.asked == Counter(PREFIX + body for body in bodies)
    assert Counter(outcomes(settings).values()) == {("recorded", None): len(bodies)}
    assert len(book_of(settings)) == len(bodies)
    check_gently(paypal)


def check_gently(paypal: CountingPayPal) -> None:
    """One question; two when it was answered; then twice as many with each answer, up to the most."""
    assert paypal.most_at_once <= _POST_BACKS_AT_ONCE
    for answered, at_once in paypal.arrivals:
        allowed = 1 if not answered else min(SLOW_START * 2 ** (answered - 1), _POST_BACKS_AT_ONCE)
        assert at_once <= allowed, (answered, at_once)
    first_second = sum(moment - paypal.times[0] < 1.0 for moment in paypal.times)
    # A house that asked all it may from the first moment on would ask so often.
    assert first_second <= _POST_BACKS_AT_ONCE / ANSWER_SECONDS
    told = {"asked": len(paypal.times), "first_second": first_second, "most_at_once": paypal.most_at_once}
    print(json.dumps(told | {"seconds": round(paypal.times[-1] - paypal.times[0], 2)}))
