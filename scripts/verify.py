"""Checks a proof of Counterfoil's, and that one checkpoint extends another, with nothing of Counterfoil.

This one file, Python 3.11 or newer and the library `cryptography` are all that is needed:

    python verify.py proof.json --key VKEY [--checkpoint NOTE_FILE]
    python verify.py --extends OLD NEW --proof proof.json --key VKEY

It exits with 0 when everything holds, 1 when something does not (and says what and where), 2 when it was
asked wrongly, 3 when a file cannot be read. What is checked, byte for byte, is in `docs/audit.md`.
"""

# ruff: noqa: PLR2004, TRY004 - lengths are those of the formats, and what is wrong in a file is one kind of error
import argparse
import base64
import json
import re
import struct
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any, NoReturn

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FILE_BYTES_MAX = 512 * 1024 * 1024
NUMBER_MAX = 2**63 - 1
SHOWN_MAX = 100
DASH = "\N{EM DASH}"  # before each signature
NOTHING = bytes(33)  # in the place of the digest before a stream's first event

Piece = Mapping[str, Any]
Reader = Callable[[object], Any]


class UnreadableError(Exception):
    """A file that cannot be read at all."""


class RefusedError(Exception):
    """A file that is not what it has to be; nothing more can be said of it."""


# What a file holds, read as strictly as can be: what has two spellings could be changed without being seen.


def read_file(path: str) -> str:
    """The text of a file; UnreadableError says why there is none."""
    try:
        with Path(path).open("rb") as file:
            found = file.read(FILE_BYTES_MAX + 1)
        if len(found) > FILE_BYTES_MAX:
            raise UnreadableError(f"{shown(path)} has more than {FILE_BYTES_MAX} bytes")
        return found.decode()
    except OSError as error:
        raise UnreadableError(f"{shown(path)} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise UnreadableError(f"{shown(path)} is no text in UTF-8: {error}") from None


def read_json(text: str) -> object:
    """JSON without NaN and without a name said twice; raises ValueError for what is none."""
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(found := dict(pairs)) < len(pairs):
        raise ValueError("a name is said twice in one object")
    return found


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


def text_of(value: object) -> str:
    """Text that has a form in UTF-8."""
    if not isinstance(value, str):
        raise ValueError("expected a text")
    value.encode()
    return value


def name_of(value: object) -> str:
    """Text that is not empty: no key is called so."""
    if not (found := text_of(value)):
        raise ValueError("expected a name")
    return found


def number_of(value: object) -> int:
    """A whole number that is not negative."""
    if type(value) is not int or not 0 <= value <= NUMBER_MAX:
        raise ValueError("expected a whole number")
    return value


def truth_of(value: object) -> bool:
    """True or false, in no other words."""
    if not isinstance(value, bool):
        raise ValueError("expected true or false")
    return value


def bytes_of(value: object) -> bytes:
    """Bytes in base64, written in the one usual way."""
    found = base64.b64decode(text_of(value), validate=True)
    if base64.b64encode(found).decode() != value:
        raise ValueError("expected base64 in its usual form")
    return found


def anything(value: object) -> object:
    """What nobody looks at."""
    return value


def maybe(reader: Reader) -> Reader:
    """The same, or null."""
    return lambda value: None if value is None else reader(value)


def many(reader: Reader) -> Reader:
    """A list of these."""

    def read(value: object) -> list[Any]:
        if not isinstance(value, list):
            raise ValueError("expected a list")
        return [_at(f"[{at}]", reader, one) for at, one in enumerate(value)]

    return read


def record(readers: Mapping[str, Reader], *, others: bool = False) -> Reader:
    """An object with exactly these names, or with `others` too; one that ends with `?` may be missing."""
    known = {name.rstrip("?"): reader for name, reader in readers.items()}

    def read(value: object) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ValueError("expected an object")
        if missing := [name for name in readers if not name.endswith("?") and name not in value]:
            raise ValueError(f"{missing[0]} is missing")
        if not others and (unknown := [name for name in value if name not in known]):
            raise ValueError(f"{shown(unknown[0])} is not known here")
        return {name: _at(f".{name}", known[name], one) for name, one in value.items() if name in known}

    return read


def _at(place: str, reader: Reader, value: object) -> Any:  # noqa: ANN401 - whatever the reader gives
    try:
        return reader(value)
    except RefusedError as error:
        raise RefusedError(f"{place}{error}") from None
    except ValueError as error:
        raise RefusedError(f"{place}: {shown(str(error))}") from None


PLACE: dict[str, Reader] = {
    "digest": maybe(bytes_of), "seq": maybe(number_of), "proof": maybe(many(bytes_of))
}  # fmt: skip
EVENT = record({
    "stream": text_of, "version": number_of, "topic": text_of, "state": bytes_of, "previous": bytes_of,
    **PLACE,
})  # fmt: skip
MESSAGE = record({
    "n": number_of, "received_us": number_of, "peer": text_of, "headers": text_of, "body": bytes_of,
    "sealed_by": maybe(name_of), "key?": bytes_of, **PLACE,
})  # fmt: skip
GONE = record({"n": number_of, "gone": truth_of, **PLACE})
RULES = record({"number": number_of, "adopted_us": number_of, "document": text_of, **PLACE})
STREAM = record({"stream": text_of, "events": number_of})
CONSISTENCY = record({"checkpoint": text_of, "proof": many(bytes_of)})
SIGNED: dict[str, Reader] = {
    "format": text_of, "version": number_of, "checkpoint": maybe(text_of), "verifier_key": maybe(text_of),
    "consistency?": CONSISTENCY,
}  # fmt: skip
PROOF = record({
    **SIGNED, "covered": truth_of, "streams": many(STREAM), "events": many(EVENT),
    "messages": many(lambda value: (GONE if isinstance(value, dict) and "gone" in value else MESSAGE)(value)),
    "rules": many(RULES), "derived": anything,
})  # fmt: skip
EXTENDED = record(SIGNED)


def read_proof(path: str) -> Piece:
    """A proof, or a checkpoint with what shows that it extends another."""
    try:
        value = read_json(read_file(path))
    except ValueError as error:
        raise UnreadableError(f"{shown(path)} is no JSON: {shown(str(error))}") from None
    reader = PROOF if not isinstance(value, dict) or "events" in value else EXTENDED
    found: Piece = _at("proof", reader, value)
    if (found["format"], found["version"]) != ("counterfoil proof", 1):
        raise RefusedError("proof: of another format or version than this file checks")
    return found


# Signed notes and checkpoints, as C2SP has them.


@dataclass(frozen=True)
class Checkpoint:
    """What was signed for."""

    size: int
    root: bytes
    lines: tuple[str, ...]


def checked_note(note: str, vkey: str) -> Checkpoint:
    """What a note says; ValueError unless this key signed it, and its name is the note's origin."""
    name, public, key_id = key_of(vkey)
    text, _, ends = note.rpartition("\n\n")
    signed = [line.split(" ") for line in ends.removesuffix("\n").split("\n")]
    if not text or not ends.endswith("\n") or any(len(one) != 3 or one[0] != DASH for one in signed):
        raise ValueError("no signed note: its text, an empty line, and signatures")
    by = [found[4:] for _, who, what in signed if who == name and (found := bytes_of(what))[:4] == key_id]
    if len(by) != 1:
        raise ValueError(
            f"signed by {shown(signed[0][1])}, and not with the key of {shown(name)} that counts"
        )
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(by[0], f"{text}\n".encode())
    except InvalidSignature:
        raise ValueError("the signature is not over this text") from None
    lines = text.split("\n")
    if len(lines) < 3 or lines[0] != name or not re.fullmatch(r"0|[1-9][0-9]{0,17}", lines[1], re.ASCII):
        raise ValueError("no checkpoint: origin, size and root")
    if len(root := bytes_of(lines[2])) != 32:
        raise ValueError("no checkpoint: its root is of 32 bytes")
    return Checkpoint(int(lines[1]), root, tuple(lines[3:]))


def key_of(vkey: str) -> tuple[str, bytes, bytes]:
    """Name, public key and id; ValueError for what is no verifier key."""
    parts = vkey.split("+", 2)
    key = bytes_of(parts[2]) if len(parts) == 3 else b""
    if len(key) != 33 or key[0] != 1:
        raise ValueError("not a verifier key: name+id+base64, of Ed25519")
    key_id = sha256(f"{parts[0]}\n".encode() + key).digest()[:4]
    if key_id.hex() != parts[1]:
        raise ValueError("a verifier key whose id is not its own")
    return parts[0], key[1:], key_id


def last_note(text: str) -> str:
    """The last of the notes in a file, whatever stands before and after it."""
    lines = text.split("\n")
    signed = {at for at, line in enumerate(lines) if line.startswith(f"{DASH} ")}
    first = max((at for at in signed if at - 1 not in signed), default=0)
    name = lines[first].removeprefix(f"{DASH} ").partition(" ")[0]
    starts = [at for at in range(first) if lines[at] == name]
    return "".join(f"{line}\n" for line in lines[starts[-1] : max(signed) + 1]) if starts else text


# The tree, as RFC 9162 has it in 2.1.3.2 and 2.1.4.2.


def node(left: bytes, right: bytes) -> bytes:
    """What stands above two nodes."""
    return sha256(b"\x01" + left + right).digest()


def is_in_tree(data: bytes, index: int, proof: Sequence[bytes], tree: Checkpoint) -> bool:
    """Whether the proof leads from the leaf to the root."""
    at, last, found = index, tree.size - 1, sha256(b"\x00" + data).digest()
    if not 0 <= at <= last:
        return False
    for one in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node(one, found)
            at, last = climbed(at, last)
        else:
            found = node(found, one)
        at, last = at >> 1, last >> 1
    return last == 0 and found == tree.root


def is_extended(older: Checkpoint, newer: Checkpoint, proof: Sequence[bytes]) -> bool:
    """Whether the newer tree begins with all that is in the older one."""
    if older.size >= newer.size:
        return not proof and older.size == newer.size and older.root == newer.root
    if older.size == 0:
        return not proof and older.root == sha256().digest()
    path = [older.root, *proof] if older.size & (older.size - 1) == 0 else [*proof]
    at, last = older.size - 1, newer.size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    if not proof:
        return False
    old = new = path[0]
    for one in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = node(one, old), node(one, new)
            at, last = climbed(at, last)
        else:
            new = node(new, one)
        at, last = at >> 1, last >> 1
    return last == 0 and (old, new) == (older.root, newer.root)


def climbed(at: int, last: int) -> tuple[int, int]:
    """Past the levels on which a node has no sibling."""
    while at and not at & 1:
        at, last = at >> 1, last >> 1
    return at, last


# The digests: the first byte says of which form they are.


def framed(*parts: bytes) -> bytes:
    """Each part behind its length."""
    return b"".join(struct.pack(">I", len(part)) + part for part in parts)


def event_digest(event: Piece, previous: bytes) -> bytes:
    """Of an event after the one before it."""
    place = previous + struct.pack(">Q", event["version"])
    parts = framed(event["stream"].encode(), event["topic"].encode(), event["state"])
    return b"\x01" + sha256(b"counterfoil event 1\n" + place + parts).digest()


def message_digest(message: Piece) -> bytes:
    """Of a message as it is kept."""
    numbers = struct.pack(">QQ", message["n"], message["received_us"])
    texts = (message["peer"].encode(), message["headers"].encode(), message["body"])
    by = () if message["sealed_by"] is None else (message["sealed_by"].encode(),)
    parts = framed(*texts, *by)
    return b"\x01" + sha256(b"counterfoil delivery 1\n" + numbers + parts).digest()


def rules_digest(rules: Piece) -> bytes:
    """Of rules that were adopted."""
    numbers = struct.pack(">QQ", rules["number"], rules["adopted_us"])
    return b"\x01" + sha256(b"counterfoil rules 1\n" + numbers + framed(rules["document"].encode())).digest()


class Check:
    """Says what holds and what does not, line by line."""

    def __init__(self, key: str | None) -> None:
        """`key`: the verifier key that was handed over by another way than the files, if one was."""
        self.key = key
        self.failures = 0

    def holds(self, what: str) -> None:
        """Say what was found right."""
        print(f"holds  {what}")

    def fails(self, what: str, why: str = "") -> None:
        """Say what was found wrong."""
        self.failures += 1
        print(f"WRONG  {what}{why and f': {why}'}")

    def says(self, what: str, *why_not: str) -> None:
        """Say that something holds, unless there are reasons why it does not."""
        reasons = [one for one in why_not if one]
        if reasons:
            self.fails(what, "; ".join(reasons))
        else:
            self.holds(what)

    def note(self, note: str, what: str) -> Checkpoint:
        """What a note signs for; RefusedError when it is none by the key."""
        try:
            found = checked_note(note, self.key or "")
        except ValueError as error:
            raise RefusedError(f"{what}: {shown(str(error))}") from None
        said = "".join(f", {shown(line)}" for line in found.lines)
        self.holds(f"{what}: {found.size} entries{said}")
        return found

    def trust(self, claimed: str | None) -> None:
        """Settle by which key notes are checked."""
        if self.key is None:
            print("BEWARE  no --key was given, and whoever made the file chose the key that is in it:")
            print(f"BEWARE  {shown(str(claimed), 200)}")
            print("BEWARE  get the key by another way, and check again with it.")
            self.key = claimed
        elif claimed != self.key:
            raise RefusedError(f"the file is by the key {shown(str(claimed), 200)}, and not by that of --key")

    def proof(self, proof: Piece, note: str | None) -> None:
        """Everything that a proof says, and that it goes with a checkpoint from elsewhere."""
        self.trust(proof["verifier_key"])
        if proof["checkpoint"] is None:
            raise RefusedError("there is no checkpoint in it, so nothing is proved")
        if not proof["events"] and not proof["messages"]:
            raise RefusedError("there is no event and no message in it, so nothing is proved")
        tree = self.note(proof["checkpoint"], "checkpoint")
        covered = [
            *self.events(proof["events"], tree),
            *(self.message(one, tree) for one in proof["messages"]),
            *(self.entry(one, tree, f"rules {one['number']}", rules_digest(one)) for one in proof["rules"]),
        ]
        counted = [
            (name, len([*some])) for name, some in groupby(event["stream"] for event in proof["events"])
        ]
        as_said = [(one["stream"], one["events"]) for one in proof["streams"]] == counted
        self.says("as many events as the file says", "" if as_said else f"{len(proof['events'])} are there")
        as_said = proof["covered"] == all(covered)
        self.says("what the file says of being covered", "" if as_said else "it is otherwise")
        self.named(proof)
        old = self.consistency(proof, tree)
        if note is not None:
            self.kept_elsewhere(note, tree, old)

    def entry(self, piece: Piece, tree: Checkpoint, what: str, digest: bytes | None, *why_not: str) -> bool:
        """That an entry is what was sealed; whether the checkpoint covers it."""
        found, seq, proof = piece["digest"], piece["seq"], piece["proof"]
        reasons = [*why_not]
        if digest is not None and found != digest:
            reasons.append("its digest is another")
        covered = found is not None and seq is not None and proof is not None
        if not covered:
            reasons.append("not covered by the checkpoint, ask for a newer proof")
        elif not is_in_tree(found, seq - 1, proof, tree):
            reasons.append("not in the tree")
        self.says(f"{what}, entry {seq}", *reasons)
        return covered

    def events(self, events: Iterable[Piece], tree: Checkpoint) -> Iterator[bool]:
        """That each event follows from the one before it, from the first of its stream on."""
        tips: dict[str, tuple[int, bytes]] = {}
        for event in events:
            version, tip = tips.get(event["stream"], (0, NOTHING))
            digest = event_digest(event, tip)
            tips[event["stream"]] = (version + 1, digest)
            yield self.entry(
                event,
                tree,
                f"event {shown(event['stream'])} {event['version']} {shown(event['topic'])}",
                digest,
                "" if event["version"] == version + 1 else f"version {version + 1} is missing before it",
                "" if event["previous"] == tip else "it names another digest of the one before it",
            )

    def message(self, message: Piece, tree: Checkpoint) -> bool:
        """That a message is there, and what was sealed."""
        if "gone" in message:
            why_not = "its bytes are not kept any more, only its digest"
            return self.entry(message, tree, f"message {message['n']}", None, why_not)
        what, why_not = f"message {message['n']}, {len(message['body'])} bytes", ""
        if message["sealed_by"] is None:
            why_not = "it has a key, and is not sealed" if "key" in message else ""
        else:
            found, why_not = opened(message)
            what += f", sealed by {shown(message['sealed_by'])}, {found}"
        return self.entry(message, tree, what, message_digest(message), why_not)

    def named(self, proof: Piece) -> None:
        """That the messages and rules in the file are those that its events name."""
        names = [self.names(event) for event in proof["events"]]
        for what, field, number in (("messages", "n", "n"), ("rules", "rules", "number")):
            wanted = sorted({said[field] for said in names if field in said})
            there = [one[number] for one in proof[what]]
            why_not = "" if there == wanted else f"{wanted} are named, {there} are there"
            self.says(f"the {what} that the events name", why_not)

    def names(self, event: Piece) -> dict[str, int]:
        """By their names, the numbers of the message and the rules that an event was made of."""
        try:
            said = read_json(event["state"].decode())
            given = record({"n?": maybe(number_of), "rules?": maybe(number_of)}, others=True)(said)
            return {name: given[name] for name in ("n", "rules") if given.get(name) is not None}
        except ValueError as error:
            self.fails(
                f"event {shown(event['stream'])} {event['version']}", f"unreadable: {shown(str(error))}"
            )
            return {}

    def consistency(self, proof: Piece, tree: Checkpoint) -> Checkpoint | None:
        """That the checkpoint extends the older one in the file, if there is one."""
        if "consistency" not in proof:
            return None
        old = self.note(proof["consistency"]["checkpoint"], "older checkpoint")
        self.extended(old, tree, proof["consistency"]["proof"])
        return old

    def extended(self, old: Checkpoint, new: Checkpoint, proof: Sequence[bytes]) -> None:
        """That the newer one has everything of the older one, in its place."""
        why_not = "" if is_extended(old, new, proof) else "that is not shown"
        self.says(f"the {new.size} entries begin with the {old.size} of before", why_not)

    def kept_elsewhere(self, note: str, tree: Checkpoint, old: Checkpoint | None) -> None:
        """That a checkpoint from elsewhere is of the same history."""
        kept = self.note(last_note(note), "checkpoint from elsewhere")
        roots = {one.size: one.root for one in (tree, old) if one is not None}
        why_not = "" if roots.get(kept.size) == kept.root else "it is of another history of the same size"
        if kept.size not in roots:
            why_not = (
                f"nothing is said of {kept.size} entries: have the file made with --since that checkpoint"
            )
        self.says("the checkpoint from elsewhere goes with the file", why_not)

    def extends(self, old: str, new: str, proof: Piece) -> None:
        """That one checkpoint extends another."""
        self.trust(proof["verifier_key"])
        if "consistency" not in proof:
            raise RefusedError("proof: nothing in it is about consistency, have it made with --since")
        older, newer = self.note(last_note(old), "older checkpoint"), self.note(last_note(new), "newer one")
        self.extended(older, newer, proof["consistency"]["proof"])


def opened(message: Piece) -> tuple[str, str]:
    """What is to be said of a sealed body, and what is wrong with the key that is there for it."""
    if "key" not in message:
        return "not to be read without its key", ""
    try:
        return f"{len(open_sealed(message))} bytes with its key", ""
    except (InvalidTag, ValueError, OverflowError):
        return "locked", "the key in the file does not open it"


def open_sealed(message: Piece) -> bytes:
    """The body of a message whose key is there; ValueError or InvalidTag when it does not open it."""
    form, nonce, sealed = message["body"][:1], message["body"][1:13], message["body"][13:]
    if form != b"\x01" or len(message["key"]) != 32:
        raise ValueError("sealed in another form than this file knows")
    place = b"counterfoil body 1\n" + struct.pack(">Q", message["n"])
    return AESGCM(message["key"]).decrypt(nonce, sealed, place)


def shown(text: str, length: int = SHOWN_MAX) -> str:
    """Text that does nothing to a terminal."""
    plain = ascii(text)[1:-1]
    return plain if len(plain) <= length else f"{plain[:length]}..."


def main() -> int:
    """Check what the command line names; the exit code."""
    parser = argparse.ArgumentParser(description="Check a proof of Counterfoil's, offline.")
    parser.add_argument("file", nargs="?", metavar="proof.json", help="the proof to check")
    parser.add_argument("--key", metavar="VKEY", help="the verifier key, as you know it by another way")
    parser.add_argument("--checkpoint", metavar="NOTE_FILE", help="a checkpoint that was kept elsewhere")
    parser.add_argument(
        "--extends", nargs=2, metavar=("OLD", "NEW"), help="check that NEW extends OLD instead"
    )
    parser.add_argument("--proof", metavar="FILE", help="with --extends: the file that shows it")
    asked = parser.parse_args()
    if bool(asked.extends) == bool(asked.file) or bool(asked.extends) != bool(asked.proof):
        parser.error("either proof.json, or --extends OLD NEW --proof FILE")
    if asked.extends and asked.checkpoint:
        parser.error("--checkpoint goes with proof.json")
    if asked.key is not None:
        try:
            key_of(asked.key)
        except ValueError as error:
            parser.error(f"--key: {shown(str(error))}")
    check = Check(asked.key)
    try:
        if asked.extends:
            old, new = map(read_file, asked.extends)
            check.extends(old, new, read_proof(asked.proof))
        else:
            check.proof(read_proof(asked.file), asked.checkpoint and read_file(asked.checkpoint))
    except UnreadableError as error:
        print(f"CANNOT READ  {error}", file=sys.stderr)
        return 3
    except RefusedError as error:
        check.fails(str(error))
    print("NOT VALID" if check.failures else "VALID" if asked.key else "VALID by the key in the file only")
    return 1 if check.failures else 0


if __name__ == "__main__":
    sys.exit(main())
