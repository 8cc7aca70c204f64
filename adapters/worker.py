"""The worker: take in, post back, settle, project, over and over, at its own pace and not PayPal's."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from adapters.book import StoreAwayError
from adapters.breaker import Breaker
from adapters.claims import Claimed, Claims
from adapters.engines import StoreError
from adapters.fates import say_fates
from adapters.heartbeat import Heartbeat
from adapters.keeping_up import KeepsUp
from adapters.patience import STORE_PAUSE_SECONDS, Patience
from adapters.processor import Answered, Processor
from adapters.times import to_us
from adapters.verifier import Verifier
from domain.vocabulary import Verdict

# Twenty milliseconds are felt by nobody, and looking costs a fraction of one.
_LOOK_SECONDS = 0.02
_HEARTBEAT_SECONDS = 2.0
_WIND_UP_SECONDS = 10.0
_BATCH_MAX = 500

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerParts:
    """What the worker works with; they stay the caller's to close."""

    claims: Claims
    verifier: Verifier
    breaker: Breaker
    processor: Processor
    upkeep: KeepsUp
    heartbeat: Heartbeat
    clock: Callable[[], datetime]


class Worker:
    """One asyncio process; it speaks to the store from one thread, so no answer of PayPal's waits for it."""

    def __init__(self, parts: WorkerParts) -> None:
        """Nothing is begun before `run`."""
        self._parts = parts
        self._asking: dict[asyncio.Task[None], Claimed] = {}
        self._answered: list[Answered] = []
        self._wake = asyncio.Event()
        self._stopping = False
        self._beat_at = float("-inf")
        self._unsure = False  # whether a claim was begun of whose end nothing was heard
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
                # What was answered first: there somebody waits, and it makes room.
                settled = await self._settle()
                more = await self._patiently(self._parts.upkeep.some)
                begun = self._start(await self._patiently(self._claim, self._in_hand()) or [])
                if once and not (begun or settled or more or self._asking or self._answered):
                    break
                if not settled:
                    await self._look_again()
            await self._wind_up()

    async def _patiently(self, step: Callable[..., T], *args: Any) -> T | None:  # noqa: ANN401 - each step has its own
        """Run a step on the store's thread; a store that is away is waited for, and that is said."""
        patience = Patience()
        while True:
            try:
                return await asyncio.get_running_loop().run_in_executor(self._store, step, *args)
            except (StoreError, StoreAwayError) as error:
                patience.say(error)
                if self._stopping:
                    return None
                await asyncio.sleep(STORE_PAUSE_SECONDS)

    # ---- on the store's thread ----

    def _claim(self, in_hand: frozenset[int]) -> list[Claimed]:
        """Take in what is new, and claim what may be asked now; nothing any more when it is to stop."""
        if self._stopping:
            return []
        parts, now = self._parts, self._parts.clock()
        if self._unsure:
            # A claim that was committed, but whose answer was lost, would lie for as long as its lease runs.
            parts.claims.release_all_but(in_hand)
        self._unsure = True
        found, seconds = parts.claims.look(to_us(now)), now.timestamp()
        if not 0 <= seconds - self._beat_at < _HEARTBEAT_SECONDS:
            self._beat_at = seconds
            parts.heartbeat.beat({**parts.breaker.describe()})
        # Who was asked for by a person does not wait until PayPal is thought to be well again.
        claimed = parts.claims.claim(_BATCH_MAX, to_us(now), urgent_only=True) if found.urgent else []
        room = min(parts.breaker.allowance(seconds) - len(claimed), _BATCH_MAX)
        # What is due already comes first, and of a PayPal that is thought to be away only a probe is asked.
        leases = 0 if found.due or parts.breaker.is_open else room
        fresh, free = parts.claims.take_in_some(leases, to_us(now), found.last)
        if found.due or free:
            claimed += parts.claims.claim(room - len(fresh), to_us(now), newest=parts.breaker.is_open)
        self._unsure = False
        return claimed + fresh

    # ---- on the event loop ----

    def _start(self, claimed: Sequence[Claimed]) -> int:
        # While the store was away, leases of ours may have run out: what is in hand is not begun twice.
        in_hand = self._in_hand()
        for claim in (one for one in claimed if one.n not in in_hand):
            if claim.verdict is Verdict.VERIFIED:
                self._answered.append(Answered(claimed=claim, post_back=None))
                self._wake.set()
                continue
            self._parts.breaker.started(self._parts.clock().timestamp())
            task = asyncio.create_task(self._ask(claim))
            self._asking[task] = claim
            task.add_done_callback(self._asked)
        return len(claimed)

    def _in_hand(self) -> frozenset[int]:
        """Those that are being asked about, or answered and not settled yet."""
        return frozenset(claim.n for claim in (*self._asking.values(), *(a.claimed for a in self._answered)))

    async def _ask(self, claim: Claimed) -> None:
        breaker, clock = self._parts.breaker, self._parts.clock
        try:
            post_back = await self._parts.verifier.ask(claim.body)
        except BaseException:
            breaker.abandoned(clock().timestamp())
            raise
        breaker.answered(post_back.was_answered, clock().timestamp())
        self._answered.append(Answered(claimed=claim, post_back=post_back))

    def _asked(self, task: asyncio.Task[None]) -> None:
        # Not before it has ended: as long as it is being asked about it is waited for.
        del self._asking[task]
        self._wake.set()

    async def _settle(self) -> int:
        batch = self._in_turn()[:_BATCH_MAX]
        taken = {answered.claimed.n for answered in batch}
        self._answered = [answered for answered in self._answered if answered.claimed.n not in taken]
        settled = (await self._patiently(self._parts.processor.settle, batch) or []) if batch else []
        say_fates(settled)
        return len(settled)

    def _in_turn(self) -> list[Answered]:
        """The answered whose elders about the same ids are not being asked about just now.

        So what becomes of two deliveries about one transaction follows their arrival, not their answers'.
        An elder that stays unknown is passed by when its post-back ends.
        """
        elders: dict[str, int] = {}
        for claim in self._asking.values():
            for concern in claim.concerns:
                elders[concern] = min(claim.n, elders.get(concern, claim.n))
        return sorted(
            (
                answered
                for answered in self._answered
                if all(
                    answered.claimed.n < elders.get(c, answered.claimed.n + 1)
                    for c in answered.claimed.concerns
                )
            ),
            key=lambda answered: answered.claimed.n,
        )

    async def _look_again(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_SECONDS):
                await self._wake.wait()

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
        await self._patiently(self._parts.upkeep.end)
        await self._patiently(self._parts.heartbeat.end)
