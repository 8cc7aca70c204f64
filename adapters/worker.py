"""The worker: take in, post back, settle, project, over and over, at its own pace and not PayPal's."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import structlog

from adapters.book import StoreAwayError
from adapters.breaker import Breaker
from adapters.claims import Claimed, Claims
from adapters.engines import StoreError
from adapters.follower import Follower
from adapters.heartbeat import Heartbeat
from adapters.processor import Answered, Processor
from adapters.settling import Settled
from adapters.times import to_us
from adapters.verifier import Verdict, Verifier
from domain.vocabulary import Outcome

# Twenty milliseconds are felt by nobody, and looking costs a fraction of one.
_LOOK_SECONDS = 0.02
_HEARTBEAT_SECONDS = 2.0
_STORE_PAUSE_SECONDS = 1.0
_WIND_UP_SECONDS = 10.0
_BATCH_MAX = 200

log = structlog.get_logger()
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerParts:
    """What the worker works with; they stay the caller's to close."""

    claims: Claims
    verifier: Verifier
    breaker: Breaker
    processor: Processor
    follower: Follower
    heartbeat: Heartbeat
    clock: Callable[[], datetime]


class Worker:
    """One asyncio process; the store is spoken to from one thread, so that no answer of PayPal's waits for it."""

    def __init__(self, parts: WorkerParts) -> None:
        """Nothing is begun before `run`."""
        self._parts = parts
        self._asking: dict[asyncio.Task[None], Claimed] = {}
        self._answered: list[Answered] = []
        self._wake = asyncio.Event()
        self._stopping = False
        self._beat_at = float("-inf")
        self._store = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")

    def stop(self) -> None:
        """Finish what is in hand, take nothing new."""
        self._stopping = True
        self._wake.set()

    async def run(self, *, once: bool = False) -> None:
        """Work until stopped; with `once`, until nothing is due any more."""
        with self._store:
            await self._patiently(self._parts.claims.free_the_dead)
            while not self._stopping:
                self._wake.clear()
                begun = self._start(await self._patiently(self._claim) or [])
                settled = await self._settle()
                if once and not (begun or settled or self._asking or self._answered):
                    break
                if not settled:
                    await self._look_again()
            await self._wind_up()

    async def _patiently(self, step: Callable[..., T], *args: Any) -> T | None:  # noqa: ANN401 - each step has its own
        """Run a step on the store's thread; a store that is away is waited for, and each try is said."""
        while True:
            try:
                return await asyncio.get_running_loop().run_in_executor(self._store, step, *args)
            except (StoreError, StoreAwayError) as error:
                log.error("store_away", error=str(error), retry_seconds=_STORE_PAUSE_SECONDS)
                if self._stopping:
                    return None
                await asyncio.sleep(_STORE_PAUSE_SECONDS)

    # ---- on the store's thread ----

    def _claim(self) -> list[Claimed]:
        """Take in what is new, and claim what may be asked now."""
        parts, now = self._parts, self._parts.clock()
        parts.claims.take_in()
        seconds = now.timestamp()
        if not 0 <= seconds - self._beat_at < _HEARTBEAT_SECONDS:
            self._beat_at = seconds
            parts.heartbeat.beat({**parts.breaker.describe()})
        # Who was asked for by a person does not wait until PayPal is thought to be well again.
        urgent = parts.claims.claim(_BATCH_MAX, to_us(now), urgent_only=True)
        room = min(parts.breaker.allowance(seconds) - len(urgent), _BATCH_MAX)
        return urgent + parts.claims.claim(room, to_us(now))

    def _settle_and_project(self, batch: Sequence[Answered]) -> list[Settled]:
        settled = self._parts.processor.settle(batch) if batch else []
        self._project()
        return settled

    def _project(self) -> None:
        """Bring the views forward; what a projection stumbles over must not stop money from being recorded."""
        try:
            self._parts.follower.follow()
        except (StoreError, StoreAwayError):
            raise
        except Exception as error:
            log.error("projection_fault", exc_info=error)

    # ---- on the event loop ----

    def _start(self, claimed: Sequence[Claimed]) -> int:
        for claim in claimed:
            if claim.verdict is Verdict.VERIFIED:
                self._answered.append(Answered(claimed=claim, post_back=None))
                continue
            self._parts.breaker.started(self._parts.clock().timestamp())
            task = asyncio.create_task(self._ask(claim))
            self._asking[task] = claim
            task.add_done_callback(self._asking.pop)
        return len(claimed)

    async def _ask(self, claim: Claimed) -> None:
        breaker, clock = self._parts.breaker, self._parts.clock
        try:
            post_back = await self._parts.verifier.ask(claim.body)
        except BaseException:
            breaker.abandoned(clock().timestamp())
            raise
        breaker.answered(post_back.verdict is not Verdict.UNKNOWN, clock().timestamp())
        self._answered.append(Answered(claimed=claim, post_back=post_back))
        self._wake.set()

    async def _settle(self) -> int:
        batch, self._answered = self._answered[:_BATCH_MAX], self._answered[_BATCH_MAX:]
        settled = await self._patiently(self._settle_and_project, batch) or []
        for one in settled:
            _say(one)
        return len(settled)

    async def _look_again(self) -> None:
        try:
            async with asyncio.timeout(_LOOK_SECONDS):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _wind_up(self) -> None:
        """Wait a little for answers that are on their way, settle them, and give the rest back."""
        if self._asking:
            await asyncio.wait(list(self._asking), timeout=_WIND_UP_SECONDS)
        given_up = list(self._asking.items())
        for task, _ in given_up:
            task.cancel()
        await asyncio.gather(*(task for task, _ in given_up), return_exceptions=True)
        while self._answered:
            await self._settle()
        await self._patiently(self._parts.claims.release, [claim.n for _, claim in given_up])
        await self._patiently(self._parts.heartbeat.end)


def _say(settled: Settled) -> None:
    """One line for each notification's fate: its number and ours and PayPal's words, nothing of a person's."""
    unknown = settled.outcome is Outcome.WAITING
    log.info(
        "notification_waits" if unknown else "notification_settled",
        n=settled.n,
        verdict=settled.verdict.value,
        attempts=settled.attempts,
        outcome=settled.outcome.value,
        # What could not be read may be anything, a name in the wrong field among it.
        reason=None if settled.outcome is Outcome.UNREADABLE else settled.reason,
    )
