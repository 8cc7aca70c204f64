"""The worker with everything that it works with."""

import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from adapters.breaker import Breaker
from adapters.claims import Claims
from adapters.follower import Follower
from adapters.heartbeat import Heartbeat
from adapters.inbox import Inbox
from adapters.processor import Processor
from adapters.rebuilding.renewal import Renewal
from adapters.upkeep import Upkeep
from adapters.verifier import Verifier
from adapters.worker import Worker, WorkerParts
from scripts.settings import Settings
from scripts.wiring.stores import now, open_stores, shop_of

_POST_BACKS_AT_ONCE = 64


@asynccontextmanager
async def open_worker(settings: Settings) -> AsyncIterator[Worker]:
    """The worker with everything that it works with."""
    async with AsyncExitStack() as stack:
        stores = stack.enter_context(open_stores(settings))
        verifier = Verifier(settings.verify_url, clock=now, concurrency=_POST_BACKS_AT_ONCE)
        stack.push_async_callback(verifier.aclose)
        claims = Claims(stores.claims, Inbox(stores.inbox))
        yield Worker(
            WorkerParts(
                claims=claims,
                verifier=verifier,
                breaker=Breaker(concurrency_max=_POST_BACKS_AT_ONCE, draw=random.random),
                processor=Processor(stores.events, shop_of(settings), now),
                upkeep=Upkeep(
                    Follower(stores.events, stores.views, now),
                    Renewal(stores.events, stores.views, now),
                    now,
                    follow_seconds=stores.database.follow_seconds,
                ),
                heartbeat=Heartbeat(stores.claims, claims.worker, now),
                clock=now,
            )
        )
