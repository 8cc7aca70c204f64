"""Keys in the forms of C2SP's signed notes: names, ids and base64 that can be written in one way only."""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ED25519: Final = b"\x01"
KEY_BYTES: Final = 32
ID_BYTES: Final = 4


@dataclass(frozen=True)
class Verifier:
    """A verifier key: `name+id in hex+base64 of the kind and the public key`."""

    name: str
    public: bytes

    @classmethod
    def of(cls, vkey: str) -> Self:
        """Raise ValueError when it is none."""
        name, key_id, key = parted(vkey, "a verifier key")
        made = cls(name, key_of(key, "a verifier key"))
        if key_id != made.key_id.hex():
            raise ValueError(f"the verifier key of {name} does not match its own id {key_id[:16]!r}")
        return made

    @property
    def key_id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:ID_BYTES]

    @property
    def text(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{in_base64(ED25519 + self.public)}"

    def accepts(self, signature: bytes, text: str) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


def parted(text: str, what: str) -> tuple[str, str, str]:
    """A key's name, id and base64; raises ValueError that says what was read."""
    parts = text.split("+", 2)  # base64 may hold more of them
    if len(parts) != 3 or not is_name(parts[0]):  # noqa: PLR2004 - name, id and key
        raise ValueError(f"{what} is a name, its id and base64, with a plus between them")
    return parts[0], parts[1], parts[2]


def key_of(text: str, what: str) -> bytes:
    """The 32 bytes of a key; raises ValueError for one of another kind."""
    found = bytes_of(text, what, len(ED25519) + KEY_BYTES)
    if not found.startswith(ED25519):
        raise ValueError(f"{what} is of kind {found[0]}, and only Ed25519 (1) is known")
    return found.removeprefix(ED25519)


def is_name(text: str) -> bool:
    return bool(text) and text.isprintable() and not any(one.isspace() or one == "+" for one in text)


def bytes_of(text: str, what: str, length: int | None = None) -> bytes:
    """What base64 stands for: of one text only, so that no second one is as good. Raises ValueError."""
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"{what} is not base64") from None
    if in_base64(found) != text:
        raise ValueError(f"{what} is not written in the one usual way of base64")
    if length is not None and len(found) != length:
        raise ValueError(f"{what} is of {length} bytes, not {len(found)}")
    return found


def in_base64(these: bytes) -> str:
    return base64.b64encode(these).decode("ascii")
