"""How this PayPal fails on purpose when it is asked back: by shares, and away for a while."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

# As an answer is counted in the report; slow ones are honest in the end.
KINDS = ("500", "html", "empty", "redirect", "closed", "cut", "slow")
AWAY = "away"
SLOW_SECONDS = 2.0
# So often at most is the same body answered badly: whoever asks again after ever longer pauses gets there.
TROUBLES_MAX = 3


@dataclass(frozen=True, slots=True)
class Away:
    """A span of the play, in seconds from its start, in which nobody answers."""

    begins: float
    lasts: float

    def holds(self, at_seconds: float) -> bool:
        """Whether it is then."""
        return self.begins <= at_seconds < self.begins + self.lasts


@dataclass(frozen=True, slots=True, kw_only=True)
class Troubles:
    """What share of post-backs is answered how badly; none of it depends on the order of the asking."""

    seed: int = 0
    shares: Mapping[str, float] = field(default_factory=dict)
    slow_seconds: float = SLOW_SECONDS
    away: Sequence[Away] = ()

    def of(self, body: bytes, nth: int, at_seconds: float) -> str | None:
        """The trouble with the `nth` asking about a body, at a second of the play; None: an honest answer."""
        if any(span.holds(at_seconds) for span in self.away):
            return AWAY
        if not self.shares or nth > TROUBLES_MAX:
            return None
        draw = _draw(f"{self.seed} {nth} ".encode() + body)
        for kind, share in self.shares.items():
            draw -= share
            if draw < 0.0:
                return kind
        return None


NO_TROUBLE = Troubles()


def _draw(text: bytes) -> float:
    """From 0 up to 1, the same for the same text."""
    return int.from_bytes(hashlib.blake2b(text, digest_size=7).digest()) / 2.0**56
