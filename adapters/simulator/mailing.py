"""The mail: which message is posted when, by whom, and what happens to it on its way."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from adapters.simulator.messages import Message


class Mark(StrEnum):
    """What a posting is."""

    GENUINE = "genuine"
    DUPLICATE = "duplicate"  # PayPal's own second posting of the same bytes
    HISTORY = "history"  # sent again by hand, from PayPal's history: it says so, which makes other bytes
    REPLAYED = "replayed"  # the same bytes, posted by somebody else
    FORGED = "forged"  # what PayPal never wrote


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One posting: its message, the lifecycle it belongs to, when it is due in seconds from the start."""

    lifecycle: str
    message: Message
    at_seconds: float = 0.0
    life: int = 0  # which of the lifecycles that are played,
    nth: int = 0  # and which of its messages
    mark: Mark = Mark.GENUINE
    lost: int = 0  # so many tries do not arrive
    unheard: int = 0  # so many acknowledgements are not heard
    stretch: float = 1.0  # of the pauses between tries

    @property
    def of_paypal(self) -> bool:
        """Whether PayPal itself posts it, and goes on until it is acknowledged."""
        return self.mark in (Mark.GENUINE, Mark.DUPLICATE, Mark.HISTORY)


def timed(mail: Sequence[tuple[float, Planned]], pause_seconds: float) -> list[Planned]:
    """The mail in its order, so many seconds between two of it."""
    return [replace(one, at_seconds=rank * pause_seconds) for rank, (_, one) in enumerate(mail)]
