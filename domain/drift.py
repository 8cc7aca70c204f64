"""The drift radar: what a message says that this version does not know; it judges and stops nothing."""

from collections.abc import Callable, Mapping

from domain.body import Fields
from domain.cycles import period_of
from domain.dates import read_date
from domain.known import CYCLES, DATES, FIELDS, KNOWN, folded
from domain.words import spelled

# What the name of an unknown field is reported under.
FIELD = "field"
ENTRIES_MAX = 20
EXAMPLE_CHARACTERS_MAX = 64

# Fields that hold no word but something that is read; None where it cannot be.
_READERS: Mapping[str, Callable[[str], object | None]] = dict.fromkeys(DATES, read_date) | dict.fromkeys(
    CYCLES, period_of
)
# Most fields may say anything. Those without a number are passed over at once: every message is looked at.
_FREE = frozenset(name for name in FIELDS - KNOWN.keys() - _READERS.keys() if "#" not in name)
# Most messages say only what is known, in fields without a number: that is seen at once, too.
_PLAIN = {name: words for name, words in KNOWN.items() if "#" not in name}
# All that news may be about: never a text that came from outside.
WHATS: frozenset[str] = frozenset((*KNOWN, *_READERS, FIELD))


def drift_of(fields: Fields) -> tuple[tuple[str, str], ...]:
    """What is new, and an example: an unknown word by its field, an unknown field as `field`; never raises.

    In the order of the message, each once, at most `ENTRIES_MAX`. Of fields that are numbered, the first
    stands for all.
    """
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for name, value in fields.pairs:
        if name in _FREE or (name in _PLAIN and spelled(value) in _PLAIN[name]):
            continue
        known = folded(name)
        if known not in FIELDS or "#" in name:
            found.setdefault((FIELD, known), (FIELD, _shown(name)))
        elif not _is_known(known, value.strip(" ")):
            example = _shown(value.strip(" "))
            found.setdefault((known, example), (known, example))
        if len(found) == ENTRIES_MAX:
            break
    return tuple(dict.fromkeys(found.values()))


def _is_known(field: str, value: str) -> bool:
    """Whether a field may say so; a blank says nothing."""
    if not value:
        return True
    if field in KNOWN:
        return spelled(value) in KNOWN[field]
    reader = _READERS.get(field)
    # N/A stands where a profile has no next payment.
    return reader is None or value == "N/A" or reader(value) is not None


def _shown(text: str) -> str:
    """A text that may be shown anywhere: short, and without characters that steer a terminal or a page."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text[:EXAMPLE_CHARACTERS_MAX])
