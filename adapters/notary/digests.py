"""Digests: what is stored of an event, a delivery or rules, hashed byte for byte as it is; for ever."""

from hashlib import sha256
from struct import Struct
from typing import Final

# The first byte says by which of the forms below it was made. Another form gets another number.
_FORM: Final = b"\x01"
DIGEST_BYTES: Final = 33
NOTHING: Final = bytes(DIGEST_BYTES)  # what the first event of a stream has for a predecessor

_EVENT: Final = b"counterfoil event 1\n"
_DELIVERY: Final = b"counterfoil delivery 1\n"
_RULES: Final = b"counterfoil rules 1\n"
# Big-endian and without padding: a length stands before each text, so that no two rows are hashed alike.
_length: Final = Struct(">I").pack
_place: Final = Struct(f">{len(_EVENT)}s{DIGEST_BYTES}sQI").pack
_numbers: Final = Struct(">QQ").pack


def event_digest(previous: bytes, stream: str, version: int, topic: str, state: bytes) -> bytes:
    """Of an event with all that stands before it in its stream; `previous`: of the one before, or NOTHING."""
    name, kind = stream.encode(), topic.encode()
    place = _place(_EVENT, previous, version, len(name))
    hashed = (place, name, _length(len(kind)), kind, _length(len(state)), state)
    return _FORM + sha256(b"".join(hashed)).digest()


def delivery_digest(  # noqa: PLR0913, PLR0917 - a row has these columns
    n: int, received_us: int, peer: str, headers: str, body: bytes, sealed_by: str | None
) -> bytes:
    """Of a delivery; headers and body as they are stored, the body perhaps sealed."""
    by = () if sealed_by is None else (sealed_by.encode(),)
    texts = (peer.encode(), headers.encode(), body, *by)
    parts = (part for text in texts for part in (_length(len(text)), text))
    return _FORM + sha256(b"".join((_DELIVERY, _numbers(n, received_us), *parts))).digest()


def rules_digest(number: int, adopted_us: int, document: str) -> bytes:
    """Of rules that were adopted."""
    text = document.encode()
    return _FORM + sha256(_RULES + _numbers(number, adopted_us) + _length(len(text)) + text).digest()
