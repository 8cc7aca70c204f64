"""Keeping up: upkeep in a process of its own, beside the worker that asks and records."""

import time
from typing import Final, Protocol

import structlog

from adapters.apart import Apart, Orders
from adapters.book import StoreAwayError
from adapters.engines import StoreError
from adapters.patience import STORE_PAUSE_SECONDS, Patience
from adapters.upkeep import Upkeep

# Somebody else may have appended: the office, or a worker of another host.
_LOOK_SECONDS: Final = 0.5

log = structlog.get_logger()


class KeepsUp(Protocol):
    """What a worker has done between two rounds."""

    def some(self) -> bool:
        """Do a bit of what there is to do; whether there is more. Raises StoreError or StoreAwayError."""
        ...

    def end(self) -> None:
        """Show what was recorded last, and leave the rest to another. Raises StoreError or StoreAwayError."""
        ...


class UpkeepApart:
    """What a worker holds of the upkeep that another process does."""

    def __init__(self, process: Apart) -> None:
        """`process` does `keep_up`."""
        self._process = process

    def some(self) -> bool:
        """Have it look at what there is; never more for this process to do. Raises ApartDiedError."""
        self._process.look()
        return False

    def end(self) -> None:
        """Have it show what was recorded last, and end."""
        self._process.end()


def keep_up(upkeep: Upkeep, orders: Orders) -> None:
    """Do what there is to do until told to end; a store that is away is waited for."""
    while not orders.ending:
        if not _patiently(upkeep, orders) and not orders.ending:
            orders.wait(_LOOK_SECONDS)
    try:
        upkeep.end()
    except (StoreError, StoreAwayError) as error:
        # Nothing is lost with it: the next one shows and seals it.
        log.error("store_away", error=str(error), tries=1, retry_seconds=None)  # noqa: TRY400 - it says all


def _patiently(upkeep: Upkeep, orders: Orders) -> bool:
    patience = Patience()
    while not orders.ending:
        try:
            return upkeep.some()
        except (StoreError, StoreAwayError) as error:
            patience.say(error)
            # Not `orders.wait`: a worker at work orders it to look many times a second.
            time.sleep(STORE_PAUSE_SECONDS)
    return False
