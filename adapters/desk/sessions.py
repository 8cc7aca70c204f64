"""Sessions: who signed in, in a cookie that only we can write, and that ends."""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

import msgspec

from adapters.api.access import Role
from adapters.api.parts import Tokens
from adapters.times import from_us, to_us

SESSION_SECONDS: Final = 12 * 60 * 60
_SEAL_CHARACTERS: Final = 64
_NONCE_BYTES: Final = 18
# What a seal is for stands in it, so that none passes for another.
_SESSION, _CSRF, _NEWS = "session", "csrf", "news"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody who signed in: as what, under which name, and until when."""

    role: Role
    name: str  # what acts are recorded under
    nonce: str  # tells this session from others of the same person
    ends: datetime

    @property
    def acts(self) -> bool:
        """Whether it may change anything."""
        return self.role is Role.OPERATOR


@dataclass(frozen=True, slots=True)
class News:
    """What came of an act, shown once on the next page."""

    kind: str  # done or refused
    text: str


class Sessions:
    """Writes sessions and reads what it wrote; nothing is kept, and new tokens end all that there are."""

    def __init__(self, tokens: Tokens, clock: Callable[[], datetime]) -> None:
        self._key = _key(tokens.operator, tokens.viewer)
        self._clock = clock

    def begin(self, role: Role) -> Session:
        """A new session, under the name of its role until somebody says another."""
        ends = self._clock() + timedelta(seconds=SESSION_SECONDS)
        return Session(role=role, name=role.value, nonce=secrets.token_urlsafe(_NONCE_BYTES), ends=ends)

    def renamed(self, session: Session, name: str) -> Session:
        """The same session under another name."""
        return replace(session, name=name)

    def write(self, session: Session) -> str:
        """The session as the text of a cookie."""
        told = (session.role.value, session.name, session.nonce, to_us(session.ends))
        return self._sealed(_SESSION, msgspec.json.encode(told))

    def read(self, text: str) -> Session | None:
        """The session that a text holds; None when we did not write it, or it has ended."""
        told = self._opened(_SESSION, text)
        if told is None:
            return None
        role, name, nonce, ends_us = msgspec.json.decode(told, type=tuple[Role, str, str, int])
        session = Session(role=role, name=name, nonce=nonce, ends=from_us(ends_us))
        return session if self._clock() < session.ends else None

    def csrf(self, session: Session) -> str:
        """What every form of a session carries, and nobody else's page can know."""
        return self._seal(_CSRF, session.nonce.encode())

    def is_own(self, session: Session, csrf: str) -> bool:
        """Whether a form came from a page of this session."""
        return hmac.compare_digest(self.csrf(session).encode(), csrf.encode())

    def write_news(self, session: Session, news: News) -> str:
        """News as the text of a cookie."""
        return self._sealed(_NEWS, msgspec.json.encode((session.nonce, news.kind, news.text)))

    def read_news(self, session: Session, text: str) -> News | None:
        """The news that a text holds; None when it was not written for this session."""
        told = self._opened(_NEWS, text)
        if told is None:
            return None
        nonce, kind, words = msgspec.json.decode(told, type=tuple[str, str, str])
        return News(kind, words) if nonce == session.nonce else None

    def _seal(self, purpose: str, told: bytes) -> str:
        return hmac.digest(self._key, purpose.encode() + b"\0" + told, "sha256").hex()

    def _sealed(self, purpose: str, told: bytes) -> str:
        return base64.urlsafe_b64encode(told).rstrip(b"=").decode("ascii") + "." + self._seal(purpose, told)

    def _opened(self, purpose: str, text: str) -> bytes | None:
        packed, _, seal = text.partition(".")
        if not text.isascii() or len(seal) != _SEAL_CHARACTERS:
            return None
        try:
            told = base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_", validate=True)
        except binascii.Error:
            return None
        return told if hmac.compare_digest(self._seal(purpose, told), seal) else None


@lru_cache(maxsize=8)
def _key(operator: str, viewer: str) -> bytes:
    # Slow on purpose: a viewer has a cookie to try guesses at, and the operator's token may be a short one.
    both = msgspec.json.encode((operator, viewer))
    return hashlib.scrypt(both, salt=b"counterfoil: sessions of the desk", n=2**14, r=8, p=1, dklen=32)
