"""The keeper: a thread commits together what arrived together; each is answered after its commit."""

import asyncio
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, Literal

import structlog

from adapters.delivered import Delivery
from adapters.engines import StoreError
from adapters.faults import without_frames
from adapters.inbox import Inbox
from adapters.waiting import Limits, Line, Pace, Waiter

Reason = Literal["full", "late", "store", "closed"]
Answer = int | Reason

# The share of its time that a request keeps back for the commit itself, once the lock is had.
_COMMIT_SHARE: Final = 0.05

log = structlog.get_logger("keeper")


class Unkept(Exception):  # noqa: N818 -- the word of the house: it was not kept
    """A delivery that was not kept, and will not be; `reason` says why in one word."""

    def __init__(self, *, reason: Reason) -> None:
        """`reason`: `full` (too many wait), `late` (its time is over), `store` (it failed) or `closed`."""
        super().__init__(reason)
        self.reason: Reason = reason


class Keeper:
    """Belongs to one event loop; its thread begins with the first delivery, so always after a fork."""

    def __init__(
        self, inbox: Inbox, *, limits: Limits | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`clock`: seconds of any origin that never go back."""
        self._inbox = inbox
        self._limits = limits or Limits()
        self._margin_seconds = self._limits.wait_seconds * _COMMIT_SHARE
        self._clock = clock
        self._line = Line(self._limits, clock)
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False
        # What the thread has not let go of yet, counted on the event loop alone.
        self._rows = 0
        self._bytes = 0
        # Those who came in this turn of the loop: the thread hears of them together.
        self._arrived: list[Waiter] = []
        # All who wait, with the loop's time at which that is over: for each the same, so they are in order.
        self._until: deque[tuple[float, Waiter]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        # Since the store began to fail, counted on the thread alone.
        self._turned_away = 0

    async def keep(self, delivery: Delivery) -> int:
        """Wait until it is committed and answer its number; Unkept when it was not, and will not be."""
        size = len(delivery.body)
        if self._closed:
            raise Unkept(reason="closed")
        if self._rows >= self._limits.waiting_rows_max or self._bytes + size > self._limits.waiting_bytes_max:
            raise Unkept(reason="full")
        loop = self._begin()
        waiter = Waiter(delivery, loop.create_future(), self._clock() + self._limits.wait_seconds)
        self._rows += 1
        self._bytes += size
        if not self._arrived:
            loop.call_soon(self._hand_over)
        self._arrived.append(waiter)
        self._until.append((loop.time() + self._limits.wait_seconds, waiter))
        if self._timer is None:
            self._timer = loop.call_at(self._until[0][0], self._look)
        try:
            return await waiter.answer
        except asyncio.CancelledError:
            self._give_up(waiter)
            raise
        finally:
            # An error holds this frame, and through the answer would be held by it, with the body.
            del waiter

    async def close(self) -> None:
        """Finish what is in hand, then end the thread; what comes later is `closed`."""
        self._closed = True
        self._hand_over()
        self._line.end()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join)
        if self._timer is not None:
            self._timer.cancel()

    # ---- on the event loop ----

    def _begin(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            self._thread = threading.Thread(target=self._work, name="keeper", daemon=True)
            self._thread.start()
        return self._loop

    def _hand_over(self) -> None:
        # Runs when all who could be read in this turn have been: one lock and one call for all of them, and
        # the thread does not begin with the first of them alone.
        arrived, self._arrived = self._arrived, []
        if arrived:
            self._line.join(*arrived)

    def _look(self) -> None:
        """One timer for all: let those go whose time is over, and come again when it is for the next."""
        assert self._loop is not None
        self._timer = None
        now = self._loop.time()
        while self._until and (self._until[0][1].answer.done() or self._until[0][0] <= now):
            self._give_up(self._until.popleft()[1])
        if self._until:
            self._timer = self._loop.call_at(self._until[0][0], self._look)

    def _give_up(self, waiter: Waiter) -> None:
        # One that the thread has claimed is being committed at this moment, on a disk that hangs: its row may
        # stand though nobody was told. PayPal resends; that copy is a duplicate. No other is ever inserted.
        self._line.give_up(waiter)
        if not waiter.answer.done():
            waiter.answer.set_exception(Unkept(reason="late"))

    def _answer(self, waiters: Sequence[Waiter], answers: Sequence[Answer]) -> None:
        for waiter, answer in zip(waiters, answers, strict=True):
            self._rows -= 1
            self._bytes -= waiter.size
            if waiter.answer.done():
                continue
            if isinstance(answer, int):
                waiter.answer.set_result(answer)
            else:
                waiter.answer.set_exception(Unkept(reason=answer))
        # First come, first answered: nobody who has been told stays behind here.
        while self._until and self._until[0][1].answer.done():
            self._until.popleft()

    # ---- on the thread ----

    def _work(self) -> None:
        pace = Pace()
        while group := self._line.take(pace.awaited, pace.until):
            pace.went(len(group), self._clock(), len(self._line))
            if self._commit(group):
                pace.answered(self._clock(), len(self._line))

    def _commit(self, group: Sequence[Waiter]) -> bool:
        """Whether all of them were told what came of it; otherwise some stand in the line again."""
        claimed: list[Waiter] = []

        def claim() -> list[Delivery]:
            # Called with the write lock in hand: from here on it takes an insert and a commit.
            claimed.extend(self._line.claim(group, after=self._clock() + self._margin_seconds / 2))
            return [waiter.delivery for waiter in claimed if waiter.delivery is not None]

        failure: Exception | None = None
        numbers: list[int] = []
        try:
            numbers = self._inbox.keep_claimed(claim, busy_seconds=self._patience_seconds(group))
        except Exception as error:  # noqa: BLE001 -- whatever it is, the thread goes on and each waiter is told
            failure = without_frames(error)  # they hold this one, and the group with it
            self._inbox.forget_connections()
        return self._conclude(group, dict(zip(claimed, numbers, strict=False)), failure)

    def _patience_seconds(self, group: Sequence[Waiter]) -> float:
        """How long to wait for the lock: as long as the oldest of them can."""
        oldest = min((waiter.deadline for waiter in group if waiter.state == "waiting"), default=0.0)
        left = max(0.0, oldest - self._margin_seconds - self._clock())
        # To a tenth: as a rule that is what it was for the last commit, and need not be set anew.
        return math.floor(left * 10) / 10 if left > 1 else left

    def _conclude(self, group: Sequence[Waiter], kept: dict[Waiter, int], failure: Exception | None) -> bool:
        again: set[Waiter] = set()
        if isinstance(failure, StoreError) and failure.locked:
            # The lock was waited for as long as the oldest could; those who came later have time left.
            after = self._clock() + self._margin_seconds
            again = {one for one in group if one.state == "waiting" and one.deadline > after}
        done = [one for one in group if one not in again]
        reason: Reason = "late" if failure is None else "store"
        self._say(failure, len(done) - len(kept))
        self._line.put_back([one for one in group if one in again])
        assert self._loop is not None
        try:
            self._loop.call_soon_threadsafe(self._answer, done, [kept.get(one, reason) for one in done])
        except RuntimeError:
            # The loop ended before us: its requests have ended with it, and there is nobody to tell.
            log.warning("the loop ended before its answers", answers=len(done))
        return not again

    def _say(self, failure: Exception | None, unkept: int) -> None:
        # One line when the store begins to fail, one when it is well again: not one for each message.
        if failure is None:
            if self._turned_away:
                log.info("keeping again", turned_away=self._turned_away)
            self._turned_away = 0
            return
        if unkept and not self._turned_away:
            why = str(failure) if isinstance(failure, StoreError) else type(failure).__name__
            log.error("could not keep", why=why, turned_away=unkept)
        self._turned_away += unkept
