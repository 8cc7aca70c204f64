"""The player: posts a plan's messages to a listener, and resends each until it is acknowledged."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from adapters.simulator.delivery import Answer, Post
from adapters.simulator.mailing import Planned
from adapters.simulator.memory import Memory
from adapters.simulator.schedule import Schedule

NO_ANSWER = "none"


class UnreachableError(Exception):
    """Nothing ever answered at the listener's address."""


@dataclass(slots=True, kw_only=True)
class Delivery:
    """What became of one posting."""

    planned: Planned
    posts: int = 0
    lost: int = 0  # tries that did not arrive
    unheard: int = 0  # acknowledgements that were not heard
    status: int | None = None  # of the last answer that was heard
    answers: Counter[str] = field(default_factory=Counter)  # that were given, heard or not
    seconds: list[float] = field(default_factory=list)  # that each acknowledgement took

    @property
    def tries(self) -> int:
        return self.posts + self.lost

    @property
    def acknowledged(self) -> bool:
        return self.status == HTTPStatus.OK

    @property
    def acknowledgements(self) -> int:
        """How often the listener acknowledged it, heard or not."""
        return len(self.seconds)

    def take(self, answer: Answer) -> None:
        """Note what one post brought."""
        self.posts += 1
        self.answers[str(answer.status or NO_ANSWER)] += 1
        if answer.status == HTTPStatus.OK:
            self.seconds.append(answer.seconds)
            if self.unheard < self.planned.unheard:
                self.unheard += 1
                return
        self.status = answer.status or self.status


@dataclass(slots=True, kw_only=True)
class Player:
    """Plays plans. `sleep` and `clock` (seconds) are handed in, so that tests need not wait.

    `at_once_max` postings may wait for their answers at a time; 1 keeps the order of the plan.
    """

    post: Post
    memory: Memory
    schedule: Schedule
    tell: Callable[[Delivery], None]
    at_once_max: int = 1
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    clock: Callable[[], float] = time.monotonic
    deliveries: list[Delivery] = field(default_factory=list)
    begun: float | None = None
    sent: float | None = None  # when all had been posted once
    _room: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._room = asyncio.Semaphore(self.at_once_max)

    async def play(self, plan: Sequence[Planned]) -> None:
        """Send everything when it is due; what is not acknowledged is resent beside what comes next.

        Raises:
            UnreachableError: the first message found nobody within the patience.
        """
        if not plan:
            return
        # Somebody may just be starting the listener: the first message waits for it.
        first = await self._next(plan[0])
        await self._send(first)
        if not first.answers.keys() - {NO_ANSWER}:
            raise UnreachableError
        self.begun = self.sent = self.clock()
        async with asyncio.TaskGroup() as sending:
            for planned in plan[1:]:
                await self._wait_for(planned.at_seconds - plan[0].at_seconds)
                sending.create_task(self._send(await self._next(planned)))
                self.sent = self.clock()

    async def _wait_for(self, due_seconds: float) -> None:
        assert self.begun is not None
        ahead = self.begun + due_seconds - self.clock()
        # Where there is nothing to wait for, the answers of what was sent must be heard all the same.
        await self.sleep(max(ahead, 0.0))

    async def _next(self, planned: Planned) -> Delivery:
        """Wait for room, and begin; what has room posts first."""
        await self._room.acquire()
        if planned.of_paypal:
            self.memory.remember(planned.message.body)
        delivery = Delivery(planned=planned)
        self.deliveries.append(delivery)
        return delivery

    async def _send(self, delivery: Delivery) -> None:
        try:
            await self._attempt(delivery)
        finally:
            self._room.release()
        if not delivery.planned.of_paypal:
            return
        for pause in self.schedule.pauses(delivery.planned.stretch):
            if delivery.acknowledged:
                return
            await self.sleep(pause)
            async with self._room:
                await self._attempt(delivery)

    async def _attempt(self, delivery: Delivery) -> None:
        if delivery.lost < delivery.planned.lost:
            delivery.lost += 1
        else:
            delivery.take(await self.post(delivery.planned.message.body))
        self.tell(delivery)
