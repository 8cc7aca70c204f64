"""Turns: those who rebuild together write one at a time, and then leave the lock to others for a while."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import func, select

from adapters.engines import StoreEngine, store_errors
from adapters.tables import heartbeats
from adapters.times import to_us

# Who waits for the lock looks for it now and then; it is left to them for this part of the time it was held.
PAUSE_SHARE: Final = 0.25
_AT_WORK: Final = timedelta(minutes=1)  # since a worker's last beat
_LOOK_SECONDS: Final = 1.0


class Turns:
    """Turns of all who open the same file; they wait in the kernel, where SQLite would look now and then."""

    def __init__(
        self,
        file: Path,
        others: Callable[[], bool] = lambda: True,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`others`: whether anybody else may be waiting for the lock, whom a pause helps."""
        self.file = file
        self._descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        self._others = others
        self._sleep = sleep

    def close(self) -> None:
        """Take no turn any more."""
        os.close(self._descriptor)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """A turn, and after it a pause in which nobody of these writes."""
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        try:
            # Before anything is written: what went wrong after a commit would have it written twice.
            others = self._others()
            begun = time.perf_counter()
            yield
            if others:
                self._sleep((time.perf_counter() - begun) * PAUSE_SHARE)
        finally:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)


class AtWork:
    """Whether a worker was at work a moment ago, by its heartbeat."""

    def __init__(self, engine: StoreEngine, clock: Callable[[], datetime]) -> None:
        """Nothing is looked at yet."""
        self._engine = engine
        self._clock = clock
        self._looked_at = float("-inf")
        self._found = True

    def __call__(self) -> bool:
        """As it was a second ago, at most. Raises StoreError."""
        if time.monotonic() - self._looked_at >= _LOOK_SECONDS:
            with store_errors(self._engine), self._engine.connect() as connection:
                beat_us = connection.execute(select(func.max(heartbeats.c.beat_us))).scalar()
            self._found = beat_us is not None and beat_us > to_us(self._clock() - _AT_WORK)
            self._looked_at = time.monotonic()
        return self._found
