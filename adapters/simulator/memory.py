"""What this PayPal sent, and what of it was asked back."""

import asyncio
import hashlib


class Memory:
    """Remembers bodies by their SHA-256. One event loop's, like everything here that waits."""

    def __init__(self) -> None:
        self._sent: set[bytes] = set()
        self._asked: set[bytes] = set()
        self.asks = 0
        self._all_asked = asyncio.Event()
        self._all_asked.set()

    @property
    def unasked(self) -> int:
        """How many different bodies were sent and not asked back yet."""
        return len(self._sent) - len(self._asked)

    @property
    def asked_back(self) -> int:
        """How many different bodies were asked back."""
        return len(self._asked)

    def remember(self, body: bytes) -> None:
        """This body is PayPal's own; called before it is sent, for the post-back may outrun the answer."""
        self._sent.add(_digest(body))
        self._settle()

    def recall(self, body: bytes) -> bool:
        """Whether PayPal sent exactly this."""
        return _digest(body) in self._sent

    def mark_asked(self, body: bytes) -> None:
        """The listener got its answer about this one."""
        self._asked.add(_digest(body))
        assert self._asked <= self._sent, "asked back what was never sent"
        self._settle()

    async def wait_until_all_asked(self) -> None:
        """Return when nothing that was sent is left unasked."""
        await self._all_asked.wait()

    def _settle(self) -> None:
        if self.unasked:
            self._all_asked.clear()
        else:
            self._all_asked.set()


def _digest(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()
