"""What people send about themselves and their acts: who they are, what they note, and why."""

import unicodedata
from typing import Annotated, Final

import falcon
import msgspec

NAME_CHARACTERS_MAX: Final = 100
WORDS_CHARACTERS_MAX: Final = 1_000
# Of these none says anything; surrogates cannot come in JSON.
_UNSAID: Final = {"Cc", "Cs"}
_SPACES: Final = "\n\r\t"

# Of the transaction as whoever acts has seen it.
Version = Annotated[int, msgspec.Meta(ge=1)]
Words = Annotated[str, msgspec.Meta(max_length=WORDS_CHARACTERS_MAX)]


def name_of(text: str, field: str = "by") -> str:
    """Who did it, without blanks at the ends; raises 400 when that is no name to show."""
    name = text.strip()
    if not name.isprintable() or not 1 <= len(name) <= NAME_CHARACTERS_MAX:
        message = f"`{field}` must be a printable name of 1 to {NAME_CHARACTERS_MAX} characters."
        raise _malformed(message)
    return name


def note_of(text: str | None, field: str = "note") -> str | None:
    """What somebody noted, or null; raises 400 for control characters other than line ends and tabs."""
    words = (text or "").strip()
    if any(unicodedata.category(c) in _UNSAID and c not in _SPACES for c in words):
        message = f"`{field}` holds a control character."
        raise _malformed(message)
    return words or None


def why_of(text: str, field: str = "why") -> str:
    """Why somebody did it; raises 400 when nothing is said."""
    why = note_of(text, field)
    if why is None:
        message = f"`{field}` must say why, in 1 to {WORDS_CHARACTERS_MAX} characters."
        raise _malformed(message)
    return why


def _malformed(message: str) -> falcon.HTTPError:
    return falcon.HTTPBadRequest(title="Malformed body", description=message)
