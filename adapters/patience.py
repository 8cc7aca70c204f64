"""Patience with a store that is away: it is waited for, and that is said now and then."""

from typing import Final

import structlog

STORE_PAUSE_SECONDS: Final = 1.0
_TRIES_SAID: Final = 30

log = structlog.get_logger()


class Patience:
    """Counts the tries of one step."""

    def __init__(self) -> None:
        """None was made yet."""
        self._tries = 0

    def say(self, error: Exception) -> None:
        """One more try failed: a line at once, and one now and then while it lasts, not one for each."""
        self._tries += 1
        if self._tries % _TRIES_SAID == 1:
            log.error("store_away", error=str(error), tries=self._tries, retry_seconds=STORE_PAUSE_SECONDS)
