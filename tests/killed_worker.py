"""A worker killed at its Nth commit, before it or after: `python killed_worker.py N before|after BATCH`.

It settles at most BATCH deliveries in a commit, so that there is much to be killed between.
"""

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from typing import Any

from psycopg.pq import TransactionStatus

import adapters.worker
import scripts.wiring.worker
from adapters.postgresql.connection import OwnConnection
from scripts.settings import read_settings
from scripts.wiring.worker import open_worker

AT, WHEN, BATCH = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
commits = 0


def commit_and_die(commit: Callable[[], None]) -> None:
    global commits  # noqa: PLW0603 - the count of the whole process
    commits += 1
    if commits == AT and WHEN == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    commit()
    if commits == AT and WHEN == "after":
        os.kill(os.getpid(), signal.SIGKILL)


class KillingConnection(sqlite3.Connection):
    """Every commit of every library goes through here."""

    def commit(self) -> None:
        if self.in_transaction:
            commit_and_die(super().commit)


_commit = OwnConnection.commit


def commit(connection: OwnConnection) -> None:
    """Every commit on PostgreSQL goes through here; those that read have nothing to commit."""
    if connection.info.transaction_status == TransactionStatus.INTRANS:
        commit_and_die(lambda: _commit(connection))
    else:
        _commit(connection)


_connect = sqlite3.connect


def connect(*args: Any, **kwargs: Any) -> sqlite3.Connection:
    return _connect(*args, **kwargs, factory=KillingConnection)


async def main() -> None:
    async with open_worker(read_settings(os.environ)) as worker:
        await worker.run(once=True)


OwnConnection.commit = commit  # type: ignore[method-assign,assignment]
sqlite3.connect = sqlite3.dbapi2.connect = connect  # type: ignore[assignment]
adapters.worker._BATCH_MAX = BATCH
# One after the other: what becomes of two deliveries of one payout must not depend on PayPal's quickness.
scripts.wiring.worker._POST_BACKS_AT_ONCE = 1
asyncio.run(main())
