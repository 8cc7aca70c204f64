"""Sending checkpoints off this machine, beside all other work: without them a tail could be cut unseen."""

import random
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import Connection, select

from adapters.engines import StoreEngine, StoreError, store_errors
from adapters.notary.seals import Kept, read_last_checkpoint
from adapters.notary.targets import SendingError, Target, targets_of
from adapters.pauses import pause_seconds
from adapters.statements import insert_into
from adapters.tables import sendings
from adapters.times import to_us

__all__ = ["Sending", "SendingError", "Target", "targets_of"]

_LOOK_SECONDS: Final = 5.0
_CLOSE_SECONDS_MAX: Final = 10.0
_MICROSECONDS: Final = 1_000_000

log = structlog.get_logger()


@dataclass
class _Trouble:
    """How often in a row a target could not be reached, and when it is tried again."""

    attempts: int = 0
    due_us: int = 0


class Sending:
    """Gives each target the newest checkpoint that it has not had, from a thread of its own.

    Of several processes over one store each may send: a target may hear of a checkpoint more than once.
    """

    def __init__(
        self,
        engine: StoreEngine,
        targets: Sequence[Target],
        clock: Callable[[], datetime],
        draw: Callable[[], float] = random.random,
    ) -> None:
        """`engine`: over the book's part; it stays the caller's."""
        self._engine = engine
        self._targets = targets
        self._clock = clock
        self._draw = draw
        self._troubles = {target.name: _Trouble() for target in targets}
        self._ends = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to send, where there is anywhere to send to."""
        if self._targets:
            # Nobody waits for a place that does not answer when all else has ended.
            self._thread = threading.Thread(target=self._run, name="sending", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Send the newest once more where it has not been had, and end; waits ten seconds at most."""
        self._ends.set()
        if self._thread is not None:
            self._thread.join(_CLOSE_SECONDS_MAX)

    def some(self, *, last: bool = False) -> int:
        """Send what is due, or with `last` whatever was not had; how many were sent. Raises StoreError."""
        if not self._targets:
            return 0
        sizes, newest = self._read()
        return sum(
            self._sent(target, newest, sizes.get(target.name, 0))
            for target in self._targets
            if newest and sizes.get(target.name) != newest.size and (last or self._is_due(target))
        )

    def _read(self) -> tuple[Mapping[str, int], Kept | None]:
        row = sendings.c
        with store_errors(self._engine), self._engine.connect() as connection:
            # What was sent before what there is: it is never taken for more than that.
            had = connection.execute(select(row.target, row.size)).mappings()
            sizes = {one["target"]: one["size"] for one in had}
            return sizes, read_last_checkpoint(connection)

    def _sent(self, target: Target, newest: Kept, had: int) -> bool:
        trouble = self._troubles[target.name]
        try:
            _hand_over(target, newest, had)
        except SendingError as error:
            self._failed(target, trouble, str(error))
            return False
        if trouble.attempts:
            log.info("checkpoints_sent_again", target=target.name, size=newest.size)
        self._troubles[target.name] = _Trouble()
        self._write(
            {"target": target.name, "size": newest.size, "sent_us": to_us(self._clock()), "error": None}
        )
        return True

    def _failed(self, target: Target, trouble: _Trouble, why: str) -> None:
        if not trouble.attempts:
            log.warning("checkpoint_not_sent", target=target.name, error=why)
        trouble.attempts += 1
        pause_us = int(_MICROSECONDS * pause_seconds(trouble.attempts, self._draw()))
        trouble.due_us = to_us(self._clock()) + pause_us
        self._write({"target": target.name, "size": 0, "error": why}, only=("error",))

    def _is_due(self, target: Target) -> bool:
        return self._troubles[target.name].due_us <= to_us(self._clock())

    def _write(self, row: Mapping[str, object], only: Sequence[str] = ("size", "sent_us", "error")) -> None:
        with store_errors(self._engine), self._engine.begin() as connection:
            _upsert(connection, row, only)

    def _run(self) -> None:
        while not self._ends.wait(_LOOK_SECONDS):
            self._some_safely(last=False)
        self._some_safely(last=True)

    def _some_safely(self, *, last: bool) -> None:
        try:
            self.some(last=last)
        except StoreError:
            return  # the worker says so itself, and this is tried again
        except Exception:
            # The thread must outlive whatever it is: every later checkpoint is its to send, too.
            log.exception("sending_fault")


def _hand_over(target: Target, newest: Kept, had: int) -> None:
    if newest.size < had:
        # Whoever looks at what was sent must not find it covered up.
        raise SendingError(
            f"it had a checkpoint of {had} entries, and the newest here is of {newest.size}:"
            " the book's end is missing, see what `counterfoil audit` says"
        )
    target.send(newest.note)


def _upsert(connection: Connection, row: Mapping[str, object], only: Sequence[str]) -> None:
    statement = insert_into(connection, sendings).values(row)
    changed = {name: row[name] for name in only}
    connection.execute(statement.on_conflict_do_update(index_elements=["target"], set_=changed))
