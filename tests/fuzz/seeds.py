"""What fuzzing begins with, target by target, and the words to make more of."""

import json
import os
from itertools import chain, cycle
from pathlib import Path
from urllib.parse import urlencode

from tests.fuzz.bodies import BODIES, DATES
from tests.fuzz.targets import CURRENCIES, GROWN

_GOLDEN = Path(__file__).resolve().parents[1] / "bodies"

AMOUNTS = ["19.95", "-5.00", "0", "-0.00", "3.8", "150", "999999999999.99", "1_000", "1e3", "NaN", ".5", "1."]
_OF_DATES = b"Feb 29, 2024|23:59:59|00:00:00|GMT+2400|-23:59|9999|1998|-12|Z".split(b"|")
# Blank, not ASCII though a digit, halves of characters, too long, almost an amount.
HARD = (
    b"",
    b"%B2",
    b"%00",
    b"%E2%82",
    b"%u0032",
    b"N/A",
    b"-0.00",
    b"1e9",
    b"0",
    b"9" * 40,
    b"+1",
    b"x" * 2_000,
)
_PATTERNS = (b"&", b"%", b"a=1&", b" 1")


def _theirs() -> list[bytes]:
    """Bodies of the golden pairs, and real messages where COUNTERFOIL_IPN_SAMPLES names their folder."""
    bodies = [path.read_bytes() for path in sorted(_GOLDEN.glob("*.ipn"))]
    named = os.environ.get("COUNTERFOIL_IPN_SAMPLES")
    for path in sorted(Path(named).iterdir()) if named else ():
        if path.suffix == ".txt":
            bodies.append(path.read_bytes())
        elif path.suffix == ".json":
            fields = json.loads(path.read_text(encoding="utf-8"))
            if isinstance(fields, dict):  # not the index
                bodies.append(urlencode([(name, str(value)) for name, value in fields.items()]).encode())
    return bodies


def seeds_of(target: str) -> list[bytes]:
    """The inputs that a target's search begins with."""
    match target:
        case "date":
            return [text.encode() for text in DATES]
        case "amount":
            amounts = [text.encode() for text in AMOUNTS]
            return [bytes((place,)) + text for place in range(len(CURRENCIES)) for text in amounts]
        case "large":
            # The largest bodies take long: some fields, and the fuzzer finds the others.
            some = (place.to_bytes(2, "big") for place in range(0, len(GROWN), 41))
            inside = [place + pattern for place, pattern in zip(some, cycle(_PATTERNS), strict=False)]
            return [*inside, *(b"\xff\xff" + pattern for pattern in _PATTERNS)]
        case _:
            return [*BODIES, *_theirs()]


def words_of(target: str) -> list[bytes]:
    """What is worth trying in places where nobody wrote it."""
    match target:
        case "date":
            return [*_OF_DATES, *b" ".join(text.encode() for text in DATES).split(b" ")]
        case "amount":
            return [b"-", b"0", b".", b".00", b"e1", b"_", b",", b"NaN", b"Infinity", "\u0663".encode(), b" "]
        case _:
            return names_and_values()


def names_and_values() -> list[bytes]:
    """All that stands on either side of an equals sign in our bodies, and bytes that are hard to read."""
    tokens = chain.from_iterable(one.split(b"&") for one in BODIES)
    halves = chain.from_iterable(token.partition(b"=")[::2] for token in tokens)
    return sorted(
        {half for half in halves if 0 < len(half) <= 40} | {b"&", b"%00", b"%FF", b"+", b"%E2%82%AC"}
    )
