"""One target under the fuzzer until it finds something: `python -m tests.fuzz.drive TARGET [OPTION…]`."""

import random
import signal
import sys

import atheris

with atheris.instrument_imports(include=["domain"]):
    import domain.drift
    import domain.notification  # noqa: F401 - with all that they import, before anything else does

from tests.fuzz.seeds import HARD, names_and_values
from tests.fuzz.targets import TARGETS, Target

_WORDS = names_and_values()
# The largest body is read, several times over, in two or three.
_INPUT_SECONDS_MAX = 20
_FORMS = ("body", "notification", "drift")


def change_fields(raw: bytes, size_max: int, seed: int) -> bytes:
    """A form changed as a form, here and there; or as bytes like any others."""
    chance = random.Random(seed)
    if chance.randrange(4) == 0:
        return bytes(atheris.Mutate(raw, size_max))
    tokens = raw.split(b"&")
    for _ in range(chance.randint(1, 3)):
        _change_one(tokens, chance)
    return b"&".join(tokens)[:size_max]


def _change_one(tokens: list[bytes], chance: random.Random) -> None:
    place = chance.randrange(len(tokens))
    name, _, value = tokens[place].partition(b"=")
    match chance.randrange(8):
        case 0 if len(tokens) > 1:
            del tokens[place]
        case 1:
            tokens.insert(chance.randrange(len(tokens)), tokens[place])
        case 2:
            tokens[place] = chance.choice(_WORDS) + b"=" + value
        case 3:
            tokens.append(chance.choice(_WORDS) + b"=" + chance.choice(_WORDS))
        case 4:
            tokens[place] = name + b"=" + chance.choice(_WORDS)
        case 5 | 6:
            tokens[place] = name + b"=" + chance.choice(HARD)
        case _:
            tokens[place] = name + b"=" + atheris.Mutate(value, len(value) + 20)


def in_time(target: Target) -> Target:
    """The target, held to so much processor time an input; a busy machine makes nothing slower than that."""

    def one(raw: bytes) -> None:
        signal.setitimer(signal.ITIMER_PROF, _INPUT_SECONDS_MAX)
        try:
            target(raw)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)

    return one


def _too_long(*_: object) -> None:
    message = f"one input took more than {_INPUT_SECONDS_MAX} seconds of processor time"
    raise TimeoutError(message)


def main() -> None:
    target = sys.argv.pop(1)
    signal.signal(signal.SIGPROF, _too_long)
    more = {"custom_mutator": change_fields} if target in _FORMS else {}
    atheris.Setup(sys.argv, in_time(TARGETS[target]), **more)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
