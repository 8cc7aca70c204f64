"""Sealing beside other work: the notary's part of a worker's rounds, a bit now and then."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

import structlog

from adapters.engines import StoreError
from adapters.notary.notary import PART, Notary, WrongKeyError

_ENTRIES_MAX: Final = 1_000
_SEAL_SECONDS: Final = 1.0
_CHECKPOINT_SECONDS: Final = 60.0
_SAID_SECONDS: Final = 3600.0
_END_SECONDS_MAX: Final = 5.0  # whoever supervises a worker does not wait for ever

log = structlog.get_logger()


class Sealing:
    """Seals what is new every second, and signs for it every minute; nobody waits for either."""

    def __init__(self, notary: Notary, clock: Callable[[], datetime], *, alone: bool = True) -> None:
        """`alone`: nobody else seals this book; otherwise what another holds is left to that one."""
        self._notary = notary
        self._clock = clock
        self._alone = alone
        self._sealed_at = self._signed_at = self._said_at = float("-inf")
        self._more = False

    def some(self) -> bool:
        """Do a bit if it is time; whether there is more at once. Raises StoreError or StoreAwayError."""
        if self._more or self._is_time(self._sealed_at, _SEAL_SECONDS):
            self._sealed_at = self._seconds()
            # Of what comes bit by bit no more is sealed at once than a second brings.
            self._more = self._unless_taken(lambda: self._notary.seal(_ENTRIES_MAX) >= PART)
        if self._is_time(self._signed_at, _CHECKPOINT_SECONDS):
            self._signed_at = self._seconds()
            self._unless_taken(self._sign)
        return self._more

    def end(self) -> None:
        """Seal what is left, for a few seconds at most, and sign. Raises StoreError or StoreAwayError."""
        until = self._seconds() + _END_SECONDS_MAX
        while self._unless_taken(lambda: self._notary.seal(_ENTRIES_MAX) > 0) and self._seconds() < until:
            pass
        self._unless_taken(self._sign)

    def _sign(self) -> bool:
        try:
            return self._notary.checkpoint() is not None
        except WrongKeyError as error:
            # What is sealed stays so; whoever has the right key signs for it.
            if self._is_time(self._said_at, _SAID_SECONDS):
                self._said_at = self._seconds()
                log.error("checkpoint_not_signed", why=str(error))  # noqa: TRY400 - the one line says all
            return False

    def _unless_taken(self, do: Callable[[], bool]) -> bool:
        try:
            return do()
        except StoreError as error:
            if self._alone or not error.locked:
                raise
            return False

    def _is_time(self, last: float, pause: float) -> bool:
        # A moment in the future was before the clock was set back.
        return not 0 <= self._seconds() - last < pause

    def _seconds(self) -> float:
        return self._clock().timestamp()
