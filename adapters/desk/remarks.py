"""What people write beside an act: a note, a reason, and which version of a thing they had seen."""

from typing import Final

import falcon

from adapters.api.people import WORDS_CHARACTERS_MAX, note_of, why_of
from adapters.desk.forms import said

_DIGITS_MAX: Final = 9


def note_said(form: dict[str, str], name: str = "note") -> str | None:
    """The note of a form, or None; raises 400 where it is too long or holds control characters."""
    words = said(form, name)
    if words is not None and len(words) > WORDS_CHARACTERS_MAX:
        raise _wrong(f"At most {WORDS_CHARACTERS_MAX} characters are kept; these are {len(words)}.")
    return note_of(words, name)


def why_said(form: dict[str, str], name: str = "why") -> str:
    """The reason of a form; raises 400 where none is given."""
    words = note_said(form, name)
    if words is None:
        raise _wrong("Say why, in a few words: whoever looks at it later has nothing else to go by.")
    return why_of(words, name)


def version_seen(form: dict[str, str]) -> int | None:
    """Which version stood on the page, or None where the form does not tell; raises 400 where it is none."""
    text = said(form, "version")
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS_MAX and int(text)):
        raise _wrong("The version is a whole number that the page sends by itself. Reload it.")
    return int(text)


def _wrong(description: str) -> falcon.HTTPError:
    return falcon.HTTPBadRequest(title="Not as it was meant", description=description)
