"""Fates: one line for each notification's, its number and words of ours, nothing of a person's."""

from collections.abc import Iterable
from typing import Final

import structlog

from adapters.settling import Settled
from domain.vocabulary import Outcome

# Whose reasons are words of ours. What could not be read, or an answer that is none, may quote anything.
_SAID: Final = frozenset({Outcome.PARKED, Outcome.REFUSED, Outcome.STALE})

log = structlog.get_logger()


def say_fates(settled: Iterable[Settled]) -> None:
    """Say what became of these."""
    said = log.bind()  # once for all of them: to bind takes longer than to say
    for one in settled:
        said.info(
            "notification_waits" if one.outcome is Outcome.WAITING else "notification_settled",
            n=one.n,
            verdict=one.verdict.value,
            attempts=one.attempts,
            outcome=one.outcome.value,
            reason=one.reason if one.outcome in _SAID else None,
            status=one.post_back.status if one.post_back else None,
        )
