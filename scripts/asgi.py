"""The listener's door for gunicorn: opens the inbox in the worker process, closes it when that ends."""

import os
import sys
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Final

import structlog

from adapters.engines import StoreEngine, StoreError, prepare
from adapters.inbox import Inbox
from adapters.keeper import Keeper
from adapters.listener import Asgi, Message, Receive, Send, create_listener
from adapters.tables import INBOX
from scripts.settings import SettingsError, read_settings

# The writer thread waits for the interpreter beside a busy event loop: by default up to 5 ms each time.
SWITCH_SECONDS: Final = 0.0005

log = structlog.get_logger()
Open = Callable[[AsyncExitStack], Asgi]


def open_listener(closing: AsyncExitStack) -> Asgi:
    """Open the inbox of the settings and answer the listener over it; `closing` finishes what is in hand.

    Raises SettingsError or StoreError, one line each.
    """
    settings = read_settings(os.environ)
    sys.setswitchinterval(SWITCH_SECONDS)
    engine = settings.store.inbox()
    closing.callback(engine.dispose)
    keeper = Keeper(_inbox(engine))
    closing.push_async_callback(keeper.close)
    return create_listener(keeper, body_bytes_max=settings.body_max, clock=lambda: datetime.now(UTC))


def _inbox(engine: StoreEngine) -> Inbox:
    """The inbox, prepared now, or with the first delivery when its server is away for the moment."""
    try:
        prepare(engine, INBOX)
    except StoreError as error:
        if not error.away:
            raise
        log.error("store_away", error=str(error))  # noqa: TRY400 - it is expected, and the one line says all
        return Inbox(engine, prepare=lambda: prepare(engine, INBOX))
    return Inbox(engine)


def create_door(open_within: Open) -> Callable[[Message, Receive, Send], Coroutine[None, None, None]]:
    """Answer an ASGI application that is opened when its server starts up and closed when it shuts down."""
    within: list[Asgi] = []

    async def live(receive: Receive, send: Send) -> None:
        await receive()
        async with AsyncExitStack() as closing:
            try:
                within.append(open_within(closing))
            except (SettingsError, StoreError) as error:
                # The server logs this one line and ends; gunicorn ends with it.
                await send({"type": "lifespan.startup.failed", "message": str(error)})
                return
            await send({"type": "lifespan.startup.complete"})
            await receive()
            within.clear()
        await send({"type": "lifespan.shutdown.complete"})

    async def door(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await live(receive, send)
        else:
            await within[0](scope, receive, send)

    return door


app = create_door(open_listener)
