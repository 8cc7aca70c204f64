"""IPN bodies, byte by byte as PayPal writes them: its order of fields, its escapes, its charset."""

import re
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
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
    places = _places(tuple(order))
    fields = {name: value for name, value in own.items() if name in places} | dict(said)
    ordered = tuple(sorted(fields.items(), key=lambda field: _place(field[0], places)))
    return Message(ordered, encode(ordered, fields["charset"]))


def sent_again(message: Message) -> Message:
    """The same message, as PayPal sends it from its history when somebody asks for it there."""
    fields = (*message.fields, ("resend", "true"))
    return Message(fields, encode(fields, message.value("charset") or DEFAULT_CHARSET))


def new_track_id(rng: Random) -> str:
    """PayPal's mark for its support; several messages may share one."""
    return f"{rng.getrandbits(52):013x}"


def encode(fields: Sequence[tuple[str, str]], charset: str) -> bytes:
    """A form body: `+` for a space, upper-case %XX, blank fields kept."""
    pairs = (f"{_quoted(name, 'ascii')}={_quoted(value, charset)}" for name, value in fields)
    return "&".join(pairs).encode("ascii")


@lru_cache(maxsize=4096)
def _quoted(text: str, charset: str) -> str:
    """The same words come again and again, and this is most of what writing a message costs."""
    return quote_plus(text.encode(charset))


@cache
def _places(order: tuple[str, ...]) -> Mapping[str, int]:
    return {name: place for place, name in enumerate(order)}


def _place(name: str, places: Mapping[str, int]) -> tuple[int, tuple[int, ...]]:
    if name in places:
        return places[name], ()
    numbered = _NUMBER.sub("#", name)
    assert numbered in places, f"no place for {name} in this kind of message"
    return places[numbered], tuple(map(int, _NUMBER.findall(name)))
