"""A body's bytes opened into fields: percent-decoding first, then the charset that the message declares."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import unquote_to_bytes

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


@dataclass(frozen=True, slots=True)
class Fields:
    """What a body says, in order; one value a name through `get`."""

    pairs: tuple[tuple[str, str], ...]
    values: Mapping[str, str]
    repeated: frozenset[str]
    charset: str
    charset_known: bool
    too_many: bool = False  # more than `FIELDS_MAX`; those beyond were not looked at

    def get(self, name: str) -> str:
        """A field's value with the spaces at its ends taken off, or an empty text when it is not there."""
        return self.values.get(name, "").strip(" ")


def open_body(body: bytes) -> Fields:
    """Read any bytes at all, up to `FIELDS_MAX` fields; what cannot be decoded is U+FFFD. Never raises."""
    raw = [_split(token) for token in body.split(b"&", FIELDS_MAX)[:FIELDS_MAX] if token]
    declared = _text(next((value for name, value in raw if name == b"charset"), b""), "ascii")
    label = declared.strip().lower().replace("-", "_")
    codec = CODECS.get(label, _DEFAULT)
    pairs = tuple((_text(name, codec), _text(value, codec)) for name, value in raw)
    # A name said twice with one value says it once; with two values it says nothing that may be relied on.
    repeated = frozenset(name for name, count in Counter(n for n, _ in set(pairs)).items() if count > 1)
    return Fields(
        pairs=pairs,
        values=MappingProxyType(dict(pairs)),
        repeated=repeated,
        charset=declared,
        charset_known=not label or label in CODECS,
        too_many=body.count(b"&") >= FIELDS_MAX,
    )


def glimpse(body: bytes, names: frozenset[bytes]) -> dict[str, str]:
    """The beginnings of the named fields, at a price that no body can raise; for lists, not for belief."""
    found: dict[str, str] = {}
    for token in body.split(b"&", FIELDS_MAX)[:FIELDS_MAX]:
        name, _, value = token.partition(b"=")
        if name in names:
            # A percent sign and two digits make one byte, so this much holds any id.
            found.setdefault(name.decode("ascii"), _text(_split(b"=" + value[:400])[1], _DEFAULT).strip(" "))
    return found


def pairs(body: bytes) -> tuple[tuple[str, str], ...]:
    """The decoded fields in their order, for people to look at; never raises."""
    return open_body(body).pairs


def _split(token: bytes) -> tuple[bytes, bytes]:
    name, _, value = token.partition(b"=")
    return unquote_to_bytes(name.replace(b"+", b" ")), unquote_to_bytes(value.replace(b"+", b" "))


def _text(value: bytes, codec: str) -> str:
    text = value.decode(codec, "replace")
    # NUL is a character that no text column of PostgreSQL takes and no honest message contains.
    return text.replace("\x00", "\ufffd")
