"""The worker's heartbeat: a row that says when it last turned round, and how PayPal is doing."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete

from adapters.engines import StoreEngine, store_errors
from adapters.statements import insert_into
from adapters.tables import heartbeats
from adapters.times import to_us

_FORGOTTEN_AFTER = timedelta(days=1)


class Heartbeat:
    """Written by one worker, read by readiness and metrics."""

    def __init__(self, engine: StoreEngine, worker: str, clock: Callable[[], datetime]) -> None:
        """`worker` names the process: host and process id."""
        self._engine = engine
        self._worker = worker
        self._clock = clock

    def beat(self, detail: Mapping[str, object]) -> None:
        """Say that the worker is alive, and what the circuit breaker says. Raises StoreError."""
        now = self._clock()
        row = {"worker": self._worker, "beat_us": to_us(now), "detail": json.dumps(detail)}
        with store_errors(self._engine), self._engine.begin() as connection:
            statement = insert_into(connection, heartbeats).values(row)
            connection.execute(statement.on_conflict_do_update(index_elements=["worker"], set_=row))
            # Every restart is a worker of another name.
            connection.execute(delete(heartbeats).where(heartbeats.c.beat_us < to_us(now - _FORGOTTEN_AFTER)))

    def end(self) -> None:
        """Take the row away: this worker stopped and is not missing. Raises StoreError."""
        with store_errors(self._engine), self._engine.begin() as connection:
            connection.execute(delete(heartbeats).where(heartbeats.c.worker == self._worker))
