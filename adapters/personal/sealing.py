"""Sealing: AES-256-GCM under a key for each message and each event, made from its payer's key (HKDF)."""

import hmac
import secrets
from functools import cache
from struct import pack
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES: Final = 32
# Of what is sealed: this version of the form, then the nonce, then ciphertext and tag.
VERSION: Final = b"\x01"
_NONCE_BYTES: Final = 12
_LEAST_BYTES: Final = len(VERSION) + _NONCE_BYTES + 16
_BODY: Final = b"counterfoil body 1\n"
_EVENT: Final = b"counterfoil event 1\n"


class SealError(Exception):
    """What is sealed was changed, or another key sealed it; str says so in one line."""


def new_key() -> bytes:
    """A key that nobody can guess."""
    return secrets.token_bytes(KEY_BYTES)


def body_key(payer_key: bytes, n: int) -> bytes:
    """The key of the body of delivery `n` alone; it tells nothing of any other."""
    return _expanded(payer_key, about_body(n))


def event_key(payer_key: bytes, stream: str, version: int) -> bytes:
    """The key of one event alone."""
    return _expanded(payer_key, _EVENT + pack(">Q", version) + stream.encode("utf-8", "surrogatepass"))


def about_body(n: int) -> bytes:
    """What a sealed body is bound to, so that none can be put in another's place."""
    return _BODY + pack(">Q", n)


def about_event(topic: str, event: bytes) -> bytes:
    """What the sealed part of an event is bound to: all of it that is not sealed."""
    return topic.encode() + b"\n" + event


def seal(key: bytes, plain: bytes, about: bytes) -> bytes:
    """Seal some bytes, bound to what they are about."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return VERSION + nonce + _cipher()(key).encrypt(nonce, plain, about)


def unseal(key: bytes, sealed: bytes, about: bytes) -> bytes:
    """The bytes as they were; SealError when anything of it was changed."""
    if not sealed.startswith(VERSION) or len(sealed) < _LEAST_BYTES:
        raise SealError("it is sealed in no form that this version knows, or is cut")
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - as below

    nonce_end = len(VERSION) + _NONCE_BYTES
    try:
        return _cipher()(key).decrypt(sealed[len(VERSION) : nonce_end], sealed[nonce_end:], about)
    except InvalidTag:
        raise SealError("what is sealed was changed, or sealed with another key") from None


@cache
def _cipher() -> "type[AESGCM]":
    # Loaded where something is sealed: a command that meets nothing sealed is spared its forty milliseconds.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

    return AESGCM


def _expanded(payer_key: bytes, info: bytes) -> bytes:
    # HKDF-Expand of RFC 5869, whose first block is as long as a key: payers' keys are random already, so
    # there is nothing to extract (its section 3.3).
    return hmac.digest(payer_key, info + b"\x01", "sha256")
