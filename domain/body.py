"""A body's bytes opened into fields: percent-decoding first, then the charset that the message declares."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from string import hexdigits

from domain.quick import quick

# The labels that PayPal writes, and the codec that reads each. Shift_JIS is really Microsoft's (cp932), and
# gb2312 its superset, or names with rarer characters would be lost.
CODECS = {
    "windows_1252": "cp1252",
    "utf_8": "utf-8",
    "utf8": "utf-8",
    "shift_jis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "koi8_r": "koi8_r",
    "big5": "cp950",
    "euc_jp": "euc_jp",
    "euc_kr": "cp949",
    "ascii": "cp1252",
    "us_ascii": "cp1252",
    **{f"iso_8859_{i}": f"iso8859_{i}" for i in range(2, 17) if i != 12},  # noqa: PLR2004 - no part 12
    "iso_8859_1": "cp1252",
    **{f"windows_{i}": f"cp{i}" for i in range(1250, 1259)},
}
# A Mass Pay batch of 250 records has some thousands; beyond this a body is not read but shown as what it is.
FIELDS_MAX = 10_000
_DEFAULT = "cp1252"  # PayPal's own default, and what messages without a charset are written in
# What each escape stands for, its digits in either case; in Latin-1, which has a character for each byte.
_BYTES = {high + low: chr(int(high + low, 16)) for high in hexdigits for low in hexdigits}
# The first field of that name, whichever of its letters are escaped.
_CHARSET = re.compile("&" + "".join(f"(?:{c}|%{ord(c):x})" for c in "charset") + "(?:=([^&]*))?(?![^&])")
# As much of a value as is glimpsed: a percent sign and two digits make one byte, so this holds any id.
_GLIMPSED_BYTES = 400


@quick
@dataclass(frozen=True, slots=True)
class Fields:
    """What a body says, in order; one value a name through `get` and `said`."""

    pairs: tuple[tuple[str, str], ...]
    values: Mapping[str, str]
    said: Mapping[str, str]  # those that are not empty, with the spaces at their ends taken off
    repeated: frozenset[str]
    charset: str
    charset_known: bool
    too_many: bool = False  # more than `FIELDS_MAX`; those beyond were not looked at

    def get(self, name: str) -> str:
        """A field's value with the spaces at its ends taken off, or an empty text when it is not there."""
        return self.said.get(name, "")


def open_body(body: bytes) -> Fields:
    """Read any bytes at all, up to `FIELDS_MAX` fields; what cannot be decoded is U+FFFD. Never raises."""
    looked_at = _beginning(body)
    # Texts are cut and compared faster than bytes.
    text = looked_at.decode("latin-1").replace("+", " ")
    charset = _CHARSET.search(f"&{text}")
    declared = _text(charset[1] or "", "ascii") if charset else ""
    label = declared.strip().lower().replace("-", "_")
    codec = CODECS.get(label, _DEFAULT)
    pairs = _pairs(text, codec)
    values = dict(pairs)
    return Fields(
        pairs=pairs,
        values=values,
        said={name: value.strip(" ") for name, value in values.items() if value},
        repeated=_repeated(pairs) if len(values) < len(pairs) else frozenset(),
        charset=declared,
        charset_known=not label or label in CODECS,
        too_many=looked_at is not body,
    )


def _pairs(text: str, codec: str) -> tuple[tuple[str, str], ...]:
    """The fields of a text in Latin-1, in which blanks are no plus signs any more."""
    # Nearly always all is ASCII, which every codec reads as ASCII, and no escape parts names and values: then
    # one look for escapes is enough, and not one in each of dozens of names and values.
    whole = _unescaped(text)
    at_once = whole.isascii() and "\x00" not in whole
    if at_once and whole.count("&") == text.count("&") and whole.count("=") == text.count("="):
        return tuple([(name, value) for name, _, value in [t.partition("=") for t in whole.split("&") if t]])
    parted = [token.partition("=") for token in text.split("&") if token]
    return tuple([(_text(name, codec), _text(value, codec)) for name, _, value in parted])


def _repeated(pairs: tuple[tuple[str, str], ...]) -> frozenset[str]:
    """A name said twice with one value says it once; with two it says nothing that may be relied on."""
    return frozenset(name for name, count in Counter(n for n, _ in set(pairs)).items() if count > 1)


def glimpse(body: bytes, names: frozenset[bytes]) -> dict[str, str]:
    """The beginnings of the named fields, at a price that no body can raise; for lists, not for belief."""
    found: dict[str, str] = {}
    for name, value in _finder(names).findall(b"&%b&" % _beginning(body)):
        text = value[:_GLIMPSED_BYTES].decode("latin-1").replace("+", " ")
        found.setdefault(name.decode("ascii"), _text(text, _DEFAULT).strip(" "))
    return found


@lru_cache
def _finder(names: frozenset[bytes]) -> re.Pattern[bytes]:
    """A pattern of the names between two ampersands, the value if any apart; as many as are asked for."""
    return re.compile(b"&(%b)(?:=([^&]*))?(?=&)" % b"|".join(map(re.escape, sorted(names))))


def pairs(body: bytes) -> tuple[tuple[str, str], ...]:
    """The decoded fields in their order, for people to look at; never raises."""
    return open_body(body).pairs


def _beginning(body: bytes) -> bytes:
    """The body itself, or as many fields of it as are looked at."""
    if body.count(b"&") < FIELDS_MAX:
        return body
    return b"&".join(body.split(b"&", FIELDS_MAX)[:FIELDS_MAX])


def _text(part: str, codec: str) -> str:
    """What a name or value reads as, its escapes resolved."""
    text = _unescaped(part)
    if not text.isascii():
        text = text.encode("latin-1").decode(codec, "replace")
    # NUL is a character that no text column of PostgreSQL takes and no honest message contains.
    return text.replace("\x00", "\ufffd")


def _unescaped(text: str) -> str:
    """Each escape's byte as the character of that number; half an escape stays as it is."""
    if "%" not in text:
        return text
    beginning, *escaped = text.split("%")
    return beginning + "".join([(_BYTES.get(two := rest[:2]) or f"%{two}") + rest[2:] for rest in escaped])
