"""The listener that keeps nothing: the same server and application, and 200 to everything."""

import os
from contextlib import AsyncExitStack
from datetime import UTC, datetime

from adapters.delivered import Delivery
from adapters.listener import Asgi, create_listener
from scripts.asgi import create_door
from scripts.settings import read_settings


class KeepsNothing:
    """Acknowledges at once what it throws away."""

    async def keep(self, delivery: Delivery) -> int:  # noqa: ARG002 - that is the point
        return 0


def open_listener(closing: AsyncExitStack) -> Asgi:  # noqa: ARG001 - nothing is open
    """The listener as the real one is made, but for its keeper."""
    settings = read_settings(os.environ)
    return create_listener(KeepsNothing(), body_bytes_max=settings.body_max, clock=lambda: datetime.now(UTC))


app = create_door(open_listener)
