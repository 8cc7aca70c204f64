"""What came in messages, made visible: characters that would turn, hide or end a text are shown as a code."""

import re
import unicodedata
from typing import Any, Final

from markupsafe import Markup

# Controls, surrogates, what turns a text's direction, what has no width; line ends and tabs stay.
_HIDDEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2"
    "\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0"
    "\ufff0-\ufffc\ufffe\uffff\ud800-\udfff\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# Signs that stand upon the one before them; a tower of them would reach over its neighbours.
_SIGNS: Final = frozenset(
    sign for sign in map(chr, range(0x300, 0x1F000)) if unicodedata.category(sign) in ("Mn", "Me")
)
# All of them as one that is hidden anywhere else: an expression of so many ranges is slow on long texts.
_AS_ONE: Final = {ord(sign): "\0" for sign in _SIGNS}
_TOWER: Final = re.compile("\0{4}(\0+)")


def visible(value: Any) -> Any:  # noqa: ANN401 - whatever a template prints
    """What a template prints of a value; markup stays markup, whatever text a template has put into it."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return value
    if value.isascii() and value.isprintable():
        return value
    shown = _lowered(_HIDDEN.sub(_code, value))
    # A code holds nothing that markup is made of.
    return Markup(shown) if isinstance(value, Markup) else shown  # noqa: S704 - it was one before


def _lowered(text: str) -> str:
    if _SIGNS.isdisjoint(text):
        return text
    shown: list[str] = []
    done = 0
    for tower in _TOWER.finditer(text.translate(_AS_ONE)):
        shown += (text[done : tower.start(1)], "…")
        done = tower.end()
    return "".join((*shown, text[done:]))


def _code(found: re.Match[str]) -> str:
    character = found[0]
    name = unicodedata.name(character, "")
    return f"[U+{ord(character):04X}{' ' if name else ''}{name}]"
