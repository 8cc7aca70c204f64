"""The player: posts a plan's messages to a listener, and resends each until it is acknowledged."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from adapters.pauses import pause_seconds
from adapters.simulator.delivery import Post
from adapters.simulator.memory import Memory
from adapters.simulator.plans import Planned

RESEND_FIRST_SECONDS_MAX = 0.5
RESEND_LONGEST_SECONDS_MAX = 30.0


class UnreachableError(Exception):
    """Nothing ever answered at the listener's address."""


@dataclass(slots=True, kw_only=True)
class Delivery:
    """What became of one planned message."""

    planned: Planned
    posts: int = 0
    status: int | None = None  # of the last answer

    @property
    def acknowledged(self) -> bool:
        return self.status == HTTPStatus.OK


@dataclass(slots=True, kw_only=True)
class Player:
    """Plays plans. `sleep` and `draw` are handed in, so that tests need not wait.

    `patience_seconds` is how long one message is resent before it is given up; the real PayPal takes days.
    """

    post: Post
    memory: Memory
    draw: Callable[[], float]
    patience_seconds: float
    tell: Callable[[Delivery], None]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    deliveries: list[Delivery] = field(default_factory=list)

    async def play(self, plan: Sequence[Planned]) -> None:
        """Send everything in order; what is not acknowledged at once is resent beside what comes next.

        Raises:
            UnreachableError: the first message found nobody within the patience.
        """
        if not plan:
            return
        # Somebody may just be starting the listener: the first message waits for it.
        first = self._begin(plan[0])
        await self._attempt(first)
        await self._resend(first)
        if first.status is None:
            raise UnreachableError
        async with asyncio.TaskGroup() as resends:
            for planned in plan[1:]:
                await self.sleep(planned.pause_seconds)
                delivery = self._begin(planned)
                if not await self._attempt(delivery):
                    resends.create_task(self._resend(delivery))

    def _begin(self, planned: Planned) -> Delivery:
        self.memory.remember(planned.message.body)
        delivery = Delivery(planned=planned)
        self.deliveries.append(delivery)
        return delivery

    async def _attempt(self, delivery: Delivery) -> bool:
        delivery.posts += 1
        delivery.status = await self.post(delivery.planned.message.body) or delivery.status
        self.tell(delivery)
        return delivery.acknowledged

    async def _resend(self, delivery: Delivery) -> None:
        waited_seconds = 0.0
        while not delivery.acknowledged:
            pause = pause_seconds(
                delivery.posts,
                self.draw(),
                first_seconds=RESEND_FIRST_SECONDS_MAX,
                longest_seconds=RESEND_LONGEST_SECONDS_MAX,
            )
            if waited_seconds + pause > self.patience_seconds:
                return
            await self.sleep(pause)
            waited_seconds += pause
            await self._attempt(delivery)
