"""Checkpoints as signed notes: a tree's size and root in a few lines that anybody can read and check.

The forms are C2SP's signed-note and tlog-checkpoint, with Ed25519.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.notary.note_keys import (
    ED25519,
    ID_BYTES,
    Verifier,
    bytes_of,
    in_base64,
    is_name,
    key_of,
    parted,
)
from adapters.notary.tree import HASH_BYTES, SIZE_MAX

PRIVATE: Final = "PRIVATE+KEY+"
# Witnesses may sign beside us; nobody needs more of them.
SIGNATURES_MAX: Final = 16
NOTE_CHARACTERS_MAX: Final = 20_000
_MARK: Final = "\N{EM DASH} "  # what a signature's line begins with


class NoteError(ValueError):
    """A note that is not what it claims to be; str() says why."""


@dataclass(frozen=True)
class Checkpoint:
    """How large the tree was and what its root: one line each, then what else was to be said."""

    origin: str
    size: int
    root: bytes
    lines: tuple[str, ...] = ()

    def text(self) -> str:
        """The lines that are signed, each ended."""
        return "".join(f"{one}\n" for one in (self.origin, self.size, in_base64(self.root), *self.lines))

    def line(self, name: str) -> str | None:
        """What stands behind `name: ` among the further lines; None when nothing does."""
        found = (one.removeprefix(f"{name}: ") for one in self.lines if one.startswith(f"{name}: "))
        return next(found, None)


def checkpoint_of(text: str) -> Checkpoint:
    """Read what `Checkpoint.text` gave; raises ValueError in words."""
    *lines, end = text.split("\n")
    if end or len(lines) < 3 or not all(lines):  # noqa: PLR2004 - origin, size and root
        raise ValueError("a checkpoint is at least three lines, each ended and none empty")
    if any(not one.isprintable() for one in lines):
        raise ValueError("a line of a checkpoint holds what cannot be printed")
    origin, size, root, *others = lines
    return Checkpoint(origin, _size(size), bytes_of(root, "the root", HASH_BYTES), tuple(others))


def _size(text: str) -> int:
    plain = text.isascii() and text.isdigit() and (text == "0" or text[0] != "0")
    if not plain or len(text) > len(str(SIZE_MAX)) or int(text) > SIZE_MAX:
        raise ValueError(f"a size is a plain number up to {SIZE_MAX}, not {text[:40]!r}")
    return int(text)


class Signer:
    """Who signs notes: a name and an Ed25519 key."""

    def __init__(self, name: str, seed: bytes) -> None:
        """Raise ValueError for a name or a key that is none."""
        if not is_name(name):
            raise ValueError(f"a key's name has no blanks and no plus: {name[:80]!r} is none")
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self._seed = seed
        self._verifier = Verifier(name, self._key.public_key().public_bytes_raw())

    @classmethod
    def generate(cls, name: str) -> Self:
        """Make a new key; raises ValueError when this cannot be its name."""
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def from_text(cls, private: str) -> Self:
        """Read what `private` gave; raises ValueError, and never says a part of it."""
        if not private.startswith(PRIVATE):
            raise ValueError(f"a signing key begins with {PRIVATE}")
        name, key_id, key = parted(private.removeprefix(PRIVATE), "a signing key")
        made = cls(name, key_of(key, "a signing key"))
        if key_id != made._verifier.key_id.hex():
            raise ValueError("the signing key does not match its own id: a character of it was changed")
        return made

    @property
    def name(self) -> str:
        """What the key is called, and its checkpoints' origin."""
        return self._verifier.name

    @property
    def private(self) -> str:
        """The key itself, to be kept where nobody reads it."""
        return f"{PRIVATE}{self.name}+{self._verifier.key_id.hex()}+{in_base64(ED25519 + self._seed)}"

    @property
    def vkey(self) -> str:
        """The verifier key, for anybody."""
        return self._verifier.text

    def sign(self, text: str) -> str:
        """The whole note; raises ValueError when the text does not end with the end of a line."""
        if not text.endswith("\n"):
            raise ValueError("a note's text ends with the end of a line")
        signature = self._verifier.key_id + self._key.sign(text.encode())
        return f"{text}\n{_MARK}{self.name} {in_base64(signature)}\n"


def verify(note: str, vkeys: Iterable[str]) -> Checkpoint:
    """The checkpoint of a note that one of these verifier keys signed; raises NoteError.

    A signature by a key that is not among them says nothing, for or against.
    """
    try:
        known = {(one.name, one.key_id): one for one in map(Verifier.of, vkeys)}
        text, signatures = _read(note)
        checkpoint = checkpoint_of(text)
    except ValueError as error:
        raise NoteError(str(error)) from None
    by = [(known.get((name, found[:ID_BYTES])), found[ID_BYTES:]) for name, found in signatures]
    if not any(verifier for verifier, _ in by):
        raise NoteError(f"signed by {_names(signatures)}, and by none of the keys that count")
    for verifier, signature in by:
        if verifier and not verifier.accepts(signature, text):
            raise NoteError(f"the signature of {verifier.name} is not over this text: one was changed")
        if verifier and verifier.name != checkpoint.origin:
            raise NoteError(f"{verifier.name} signed a checkpoint of another: {checkpoint.origin[:80]!r}")
    return checkpoint


def last_note(text: str) -> str:
    """The last of the notes in a text, whatever stands before and after it; all of it where there is none."""
    lines = text.split("\n")
    signed = [at for at, line in enumerate(lines) if line.startswith(_MARK)]
    first = next((at for at in reversed(signed) if at - 1 not in signed), None)
    if first is None:
        return text
    # What a note begins with is the name of who signs it first.
    name = lines[first].removeprefix(_MARK).partition(" ")[0]
    starts = [at for at in range(first) if lines[at] == name]
    return "".join(f"{line}\n" for line in lines[starts[-1] : signed[-1] + 1]) if starts else text


def _read(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text and the signatures: by whom, and the key's id with the signature."""
    if len(note) > NOTE_CHARACTERS_MAX:
        raise ValueError(f"a note of {len(note)} characters is longer than any of ours")
    text, found, signatures = note.rpartition("\n\n")
    *lines, end = signatures.split("\n")
    if not found or end or not lines:
        raise ValueError("a note is its text, an empty line and signatures, and nothing after them")
    if len(lines) > SIGNATURES_MAX:
        raise ValueError(f"a note has up to {SIGNATURES_MAX} signatures, not {len(lines)}")
    read = [_signature(line) for line in lines]
    if len({(name, one[:ID_BYTES]) for name, one in read}) < len(read):
        raise ValueError("one key signed twice")
    return f"{text}\n", read


def _signature(line: str) -> tuple[str, bytes]:
    name, _, signature = line.removeprefix(_MARK).partition(" ")
    if not line.startswith(_MARK) or not is_name(name):
        raise ValueError(f"a signature's line is a dash, a name and base64, not {line[:80]!r}")
    return name, bytes_of(signature, "a signature")


def _names(signatures: Sequence[tuple[str, bytes]]) -> str:
    return ", ".join(f"{name}+{found[:ID_BYTES].hex()}" for name, found in signatures)
