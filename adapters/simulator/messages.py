"""IPN bodies, byte by byte as PayPal writes them: its order of fields, its escapes, its charset."""

import re
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from urllib.parse import quote_plus

from adapters.simulator.orders import PAYMENT_ORDER

DEFAULT_CHARSET = "windows-1252"
NOTIFY_VERSION = "3.9"

_NUMBER = re.compile(r"\d+")
_SIGN_CHARACTERS = string.ascii_letters + string.digits + ".-"


@dataclass(frozen=True, slots=True)
class Message:
    """One notification: what it says, in order, and the bytes that say it."""

    fields: tuple[tuple[str, str], ...]
    body: bytes

    def value(self, name: str) -> str | None:
        """What a field says; None when the message has no such field."""
        return dict(self.fields).get(name)


def write(said: Mapping[str, str], *, rng: Random, order: Sequence[str] = PAYMENT_ORDER) -> Message:
    """Write one message of the sandbox: what is said, and what PayPal adds to every message of the kind.

    Raises:
        UnicodeEncodeError: a value cannot be written in the message's `charset`.
    """
    own = {
        "charset": DEFAULT_CHARSET,
        "notify_version": NOTIFY_VERSION,
        "verify_sign": "A" + "".join(rng.choices(_SIGN_CHARACTERS, k=55)),
        "test_ipn": "1",
        "ipn_track_id": new_track_id(rng),
    }
    fields = {name: value for name, value in own.items() if name in order} | dict(said)
    ordered = tuple(sorted(fields.items(), key=lambda field: _place(field[0], order)))
    return Message(ordered, encode(ordered, fields["charset"]))


def new_track_id(rng: Random) -> str:
    """PayPal's mark for its support; several messages may share one."""
    return f"{rng.getrandbits(52):013x}"


def encode(fields: Sequence[tuple[str, str]], charset: str) -> bytes:
    """A form body: `+` for a space, upper-case %XX, blank fields kept."""
    pairs = (f"{quote_plus(name)}={quote_plus(value.encode(charset))}" for name, value in fields)
    return "&".join(pairs).encode("ascii")


def _place(name: str, order: Sequence[str]) -> tuple[int, tuple[int, ...]]:
    if name in order:
        return order.index(name), ()
    numbered = _NUMBER.sub("#", name)
    assert numbered in order, f"no place for {name} in this kind of message"
    return order.index(numbered), tuple(map(int, _NUMBER.findall(name)))
