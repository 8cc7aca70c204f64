"""What this PayPal sent, and what of it was asked back, how often, with what answer."""

import asyncio
import hashlib
from collections import Counter
from dataclasses import dataclass, field

VERIFIED, INVALID = "VERIFIED", "INVALID"


@dataclass(slots=True)
class Asked:
    """How the post-backs of one body were answered, and the last of PayPal's two words among it."""

    answers: Counter[str] = field(default_factory=Counter)
    verdict: str | None = None


class Memory:
    """Remembers bodies by their SHA-256. One event loop's, like everything here that waits."""

    def __init__(self) -> None:
        self._sent: set[bytes] = set()
        self._verified: set[bytes] = set()
        self._asked: dict[bytes, Asked] = {}
        self.answers: Counter[str] = Counter()  # of all post-backs, whatever they were about
        self._all_asked = asyncio.Event()
        self._all_asked.set()

    @property
    def unasked(self) -> int:
        """How many different bodies were sent and not asked back yet."""
        return len(self._sent) - len(self._verified)

    @property
    def asked_back(self) -> int:
        """How many different bodies were asked back."""
        return len(self._verified)

    def remember(self, body: bytes) -> None:
        """This body is PayPal's own; called before it is sent, for the post-back may outrun the answer."""
        self._sent.add(digest(body))
        self._settle()

    def recall(self, body: bytes) -> bool:
        """Whether PayPal sent exactly this."""
        return digest(body) in self._sent

    def note(self, body: bytes, answer: str) -> None:
        """This body was asked back, and answered so."""
        key = digest(body)
        assert answer != VERIFIED or key in self._sent, "verified what was never sent"
        asked = self._asked.setdefault(key, Asked())
        asked.answers[answer] += 1
        if answer in (VERIFIED, INVALID):
            asked.verdict = answer
        self.answers[answer] += 1
        if answer == VERIFIED:
            self._verified.add(key)
            self._settle()

    def asked(self, body: bytes) -> Asked:
        """What was asked about this body so far."""
        return self._asked.get(digest(body), Asked())

    async def wait_until_all_asked(self) -> None:
        """Return when nothing that was sent is left unasked."""
        await self._all_asked.wait()

    def _settle(self) -> None:
        if self.unasked:
            self._all_asked.clear()
        else:
            self._all_asked.set()


def digest(body: bytes) -> bytes:
    """Its SHA-256."""
    return hashlib.sha256(body).digest()
