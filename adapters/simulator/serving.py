"""Serve an app on loopback for as long as a block lasts."""

import asyncio
import socket
from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn

HOST = "127.0.0.1"
STOP_SECONDS_MAX = 2


class _Server(uvicorn.Server):
    """A server inside somebody else's process: signals are not its business, and it says when it is up."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


@asynccontextmanager
async def serving(app: Any, port: int) -> AsyncIterator[int]:  # noqa: ANN401 — any ASGI app
    """Yield the port; 0 asks for a free one.

    Raises:
        OSError: the port is taken.
    """
    with _bound(port) as bound:
        server = _Server(
            uvicorn.Config(
                app,
                lifespan="off",
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=STOP_SECONDS_MAX,
            )
        )
        running = asyncio.create_task(server.serve(sockets=[bound]))
        try:
            up = asyncio.create_task(server.up.wait())
            await asyncio.wait({up, running}, return_when=asyncio.FIRST_COMPLETED)
            up.cancel()
            yield int(bound.getsockname()[1])
        finally:
            server.should_exit = True
            await running


def _bound(port: int) -> socket.socket:
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((HOST, port))
    except OSError:
        opened.close()
        raise
    return opened
