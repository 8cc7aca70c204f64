"""The command `work`: verify, record, project."""

import asyncio
import gc
import os
import signal
import sys
from typing import Annotated

import structlog
import typer
import uvloop

from adapters.apart import Orders, apart
from adapters.faults import place_of
from adapters.keeping_up import KeepsUp, UpkeepApart, keep_up
from scripts.cli import exit_code
from scripts.logs import configure
from scripts.settings import Settings, read_settings
from scripts.wiring.queries import open_queries
from scripts.wiring.worker import open_upkeep, open_worker

# Batches of thousands of small values are no garbage; looking through them took a fifth of all time.
_COLLECT_AFTER = 50_000

log = structlog.get_logger()


def work(
    *, once: Annotated[bool, typer.Option("--once", help="Work off what is due, then end.")] = False
) -> None:
    """Verify, record and project what the listener kept; with --once exit 1 when something still waits."""
    settings = read_settings(os.environ)
    configure(settings.log_format, "worker")
    gc.set_threshold(_COLLECT_AFTER)
    gc.freeze()
    # Before there are threads: what projects and seals has an interpreter of its own.
    upkeep = None if once else UpkeepApart(apart(lambda orders: _keep_up(settings, orders)))
    uvloop.run(_work(settings, upkeep, once=once))
    if once and (left := _left(settings)):
        print(f"counterfoil: {left} not settled; PayPal gave no verdict on them yet", file=sys.stderr)
        raise typer.Exit(1)


async def _work(settings: Settings, upkeep: KeepsUp | None, *, once: bool) -> None:
    loop = asyncio.get_running_loop()
    async with open_worker(settings, upkeep) as worker:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, worker.stop)
        await worker.run(once=once)


def _keep_up(settings: Settings, orders: Orders) -> None:
    try:
        with open_upkeep(settings) as upkeep:
            keep_up(upkeep, orders)
    except Exception as error:
        # Those that we know say what is wrong in one line; others' words may be a payer's.
        why = str(error) if exit_code(error) else place_of(error)
        log.error("upkeep_ended", why=why)  # noqa: TRY400 - the one line says all
        raise


def _left(settings: Settings) -> int:
    with open_queries(settings) as queries:
        waiting: int = queries.status()["backlog"]["waiting"]
    return waiting
