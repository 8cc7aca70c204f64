"""The worker with everything that it works with."""

import random
import resource
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager

from adapters.breaker import Breaker
from adapters.claims import Claims
from adapters.follower import Follower
from adapters.heartbeat import Heartbeat
from adapters.keeping_up import KeepsUp
from adapters.notary.notary import Notary
from adapters.notary.sealing import Sealing
from adapters.notary.sending import Sending, targets_of
from adapters.personal.guard import Guard
from adapters.processor import Processor
from adapters.rebuilding.renewal import Renewal
from adapters.rules import RulesBook
from adapters.upkeep import Upkeep
from adapters.verifier import POST_BACKS_MAX, Verifier, post_backs_max
from adapters.worker import Worker, WorkerParts
from scripts.notary_key import signer
from scripts.settings import Settings
from scripts.wiring.stores import Stores, now, open_stores, shop_of

_POST_BACKS_AT_ONCE = POST_BACKS_MAX


def _sealing(stores: Stores, settings: Settings) -> Sealing:
    busy_seconds = stores.database.follow_seconds
    notary = Notary(
        stores.events, stores.inbox, stores.notary, signer(settings), now, busy_seconds=busy_seconds
    )
    return Sealing(notary, now, alone=busy_seconds is None)


def _processor(stores: Stores, settings: Settings) -> Processor:
    rules, guard = RulesBook(stores.book, now), Guard(stores.deliveries)
    return Processor(stores.events, shop_of(settings), now, rules=rules, guard=guard)


def _upkeep(stores: Stores, settings: Settings) -> Upkeep:
    return Upkeep(
        Follower(stores.events, stores.views, now),
        Renewal(stores.events, stores.views, now),
        now,
        follow_seconds=stores.database.follow_seconds,
        sealing=_sealing(stores, settings),
    )


@contextmanager
def open_upkeep(settings: Settings) -> Iterator[Upkeep]:
    """The upkeep alone, for a process of its own; what its checkpoints are sent by is the worker's."""
    with open_stores(settings) as stores:
        yield _upkeep(stores, settings)


@asynccontextmanager
async def open_worker(settings: Settings, upkeep: KeepsUp | None = None) -> AsyncIterator[Worker]:
    """The worker with everything that it works with; without an `upkeep` it does that itself, too."""
    async with AsyncExitStack() as stack:
        stores = stack.enter_context(open_stores(settings))
        at_once = min(_POST_BACKS_AT_ONCE, post_backs_max(resource.getrlimit(resource.RLIMIT_NOFILE)[0]))
        verifier = Verifier(settings.verify_url, clock=now, concurrency=at_once)
        stack.push_async_callback(verifier.aclose)
        claims = Claims(stores.claims, stores.deliveries)
        sending = Sending(stores.claims, targets_of(settings.checkpoints_to), now)
        stack.callback(sending.close)
        sending.start()
        yield Worker(
            WorkerParts(
                claims=claims,
                verifier=verifier,
                breaker=Breaker(concurrency_max=at_once, draw=random.random),
                processor=_processor(stores, settings),
                upkeep=_upkeep(stores, settings) if upkeep is None else upkeep,
                heartbeat=Heartbeat(stores.claims, claims.worker, now),
                clock=now,
            )
        )
