"""The command `work`: verify, record, project."""

import asyncio
import os
import signal
import sys
from typing import Annotated

import typer

from scripts.logs import configure
from scripts.settings import Settings, read_settings
from scripts.wiring.queries import open_queries
from scripts.wiring.worker import open_worker


def work(
    *, once: Annotated[bool, typer.Option("--once", help="Work off what is due, then end.")] = False
) -> None:
    """Verify, record and project what the listener kept; with --once exit 1 when something still waits."""
    settings = read_settings(os.environ)
    configure(settings.log_format, "worker")
    asyncio.run(_work(settings, once=once))
    if once and (left := _left(settings)):
        print(f"counterfoil: {left} not settled; PayPal gave no verdict on them yet", file=sys.stderr)
        raise typer.Exit(1)


async def _work(settings: Settings, *, once: bool) -> None:
    loop = asyncio.get_running_loop()
    async with open_worker(settings) as worker:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, worker.stop)
        await worker.run(once=once)


def _left(settings: Settings) -> int:
    with open_queries(settings) as queries:
        waiting: int = queries.status()["backlog"]["waiting"]
    return waiting
