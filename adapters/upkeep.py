"""Upkeep between two rounds of the worker: views followed and told anew, the book sealed, a bit at a time."""

from collections.abc import Callable
from datetime import datetime

import structlog

from adapters.book import StoreAwayError
from adapters.engines import StoreError
from adapters.faults import place_of
from adapters.follower import Follower
from adapters.notary.sealing import Sealing
from adapters.rebuilding.renewal import Renewal

_EVENTS_MAX = 1_000  # of one round, so that a projection far behind delays no settling
_PAUSE_SECONDS = 30.0
_SEALING = "notary_fault"

log = structlog.get_logger()


class Upkeep:
    """What goes wrong in here keeps no money from the book: it is said, and tried again later."""

    def __init__(
        self,
        follower: Follower,
        renewal: Renewal,
        clock: Callable[[], datetime],
        *,
        follow_seconds: float | None = None,
        sealing: Sealing | None = None,
    ) -> None:
        """All stay the caller's. After `follow_seconds`, if given, another follows the book already."""
        self._sealing = sealing
        self._follow_seconds = follow_seconds
        self._follower = follower
        self._renewal = renewal
        self._clock = clock
        self._not_before: dict[str, float] = {}

    def some(self) -> bool:
        """Do a bit of what there is to do; whether there is more. Raises StoreError or StoreAwayError."""
        behind = self._without_faults("projection_fault", self._follow)
        behind = self._without_faults("rebuild_fault", self._renewal.step) or behind
        if self._sealing is not None:
            behind = self._without_faults(_SEALING, self._sealing.some) or behind
        return behind

    def end(self) -> None:
        """Show what was recorded last, and leave the rest to another. Raises StoreError or StoreAwayError."""
        self._follow_seconds = None  # what is not shown yet may be ours
        self._without_faults("projection_fault", self._follow)
        if self._sealing is not None:
            self._without_faults(_SEALING, self._sealed)
        self._renewal.end()

    def _sealed(self) -> bool:
        assert self._sealing is not None, "asked for only where something is sealed"
        self._sealing.end()
        return False

    def _follow(self) -> bool:
        try:
            return self._follower.follow(_EVENTS_MAX, busy_seconds=self._follow_seconds) >= _EVENTS_MAX
        except StoreError as error:
            if self._follow_seconds is None or not error.locked:
                raise
            return False

    def _without_faults(self, fault: str, do: Callable[[], bool]) -> bool:
        seconds = self._clock().timestamp()
        # A pause longer than that was begun before the clock was set back.
        if 0 <= self._not_before.get(fault, float("-inf")) - seconds <= _PAUSE_SECONDS:
            return False
        try:
            return do()
        except StoreAwayError:
            raise
        except StoreError as error:
            if fault != _SEALING or error.away or error.locked:
                raise
            # One old row that cannot be read must not keep new messages from being settled.
            self._not_before[fault] = seconds + _PAUSE_SECONDS
            log.error(fault, fault=str(error), retry_seconds=_PAUSE_SECONDS)  # noqa: TRY400 - it says all
            return False
        except Exception as error:  # noqa: BLE001 - whatever it is, it is said and tried again
            self._not_before[fault] = seconds + _PAUSE_SECONDS
            log.error(  # noqa: TRY400 - an exception's words may be a payer's
                fault, fault=place_of(error), retry_seconds=_PAUSE_SECONDS
            )
            return False
