"""A worker killed at its Nth commit, before it or after: `python killed_worker.py N before|after BATCH`.

It settles at most BATCH deliveries in a commit, so that there is much to be killed between.
"""

import asyncio
import os
import signal
import sqlite3
import sys
from typing import Any

import adapters.worker
import scripts.wiring.worker
from scripts.settings import read_settings
from scripts.wiring.worker import open_worker

AT, WHEN, BATCH = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
commits = 0


class KillingConnection(sqlite3.Connection):
    """Every commit of every library goes through here."""

    def commit(self) -> None:
        global commits  # noqa: PLW0603 - the count of the whole process
        if not self.in_transaction:
            return
        commits += 1
        if commits == AT and WHEN == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        super().commit()
        if commits == AT and WHEN == "after":
            os.kill(os.getpid(), signal.SIGKILL)


_connect = sqlite3.connect


def connect(*args: Any, **kwargs: Any) -> sqlite3.Connection:
    return _connect(*args, **kwargs, factory=KillingConnection)


async def main() -> None:
    async with open_worker(read_settings(os.environ)) as worker:
        await worker.run(once=True)


sqlite3.connect = sqlite3.dbapi2.connect = connect  # type: ignore[assignment]
adapters.worker._BATCH_MAX = BATCH
# One after the other: what becomes of two deliveries of one payout must not depend on PayPal's quickness.
scripts.wiring.worker._POST_BACKS_AT_ONCE = 1
asyncio.run(main())
