"""How a golden body is written: its fields in PayPal's encoding, and beside it what must be read of it.

Nothing here knows how the reader works: ids are drawn from names, dates are moments that know their wall
clock on the Pacific coast, and the reading is put together from what went into the body.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, quote_plus

Fields = dict[str, str]
Reading = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Made:
    """One pair: the bytes of `NAME.ipn` and what `NAME.json` says."""

    name: str
    body: bytes
    reading: Reading


def made(
    name: str, fields: Fields, reading: Reading, *, codec: str = "cp1252", simulator: bool = False
) -> Made:
    """A pair whose body is written as live messages are, or as the simulator writes them."""
    tokens = [f"{key}={encoded(value, codec, simulator=simulator)}" for key, value in fields.items()]
    return Made(name=name, body="&".join(tokens).encode("ascii"), reading=reading)


def encoded(value: str, codec: str, *, simulator: bool = False) -> str:
    """PayPal writes a plus for a space and escapes all but letters, digits and a few; its simulator not."""
    raw = value.encode(codec)
    return quote(raw, safe="@:,") if simulator else quote_plus(raw, safe="")


# ---- ids and signatures, drawn from a name so that each pair keeps its own ----

_LETTERS = "ABCDEFGHJKLMNPRSTUVWXY0123456789"
_SIGNS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-"


def drawn(seed: str, length: int, letters: str = _LETTERS) -> str:
    digest = hashlib.sha512(seed.encode()).digest() * 2
    return "".join(letters[byte % len(letters)] for byte in digest[:length])


def txn_id(seed: str) -> str:
    """Seventeen capitals and digits, as live transactions have."""
    return drawn(seed, 17)


def signed(seed: str) -> Fields:
    """What closes every message: a signature and a track id."""
    return {"verify_sign": drawn(seed, 56, _SIGNS), "ipn_track_id": drawn(seed, 13, "0123456789abcdef")}


# ---- moments ----

# Summer time on the Pacific coast, by year: from two in the morning of one Sunday to two of another.
_SUMMERS = {
    2026: ((3, 8), (11, 1)),
    2027: ((3, 14), (11, 7)),
    2015: ((3, 8), (11, 1)),
    2012: ((3, 11), (11, 4)),
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Moment:
    """A moment in UTC that PayPal writes as its clock on the Pacific coast shows it."""

    at: datetime

    @classmethod
    def of(cls, year: int, month: int, day: int, *clock: int) -> "Moment":
        """In UTC; without a clock at a quarter past eight in the evening."""
        hour, minute, second = clock or (20, 15, 7)
        return cls(datetime(year, month, day, hour, minute, second, tzinfo=UTC))

    @property
    def zone(self) -> str:
        # Two in the morning is ten o'clock in UTC while winter holds, and nine once summer does.
        (begin_month, begin_day), (end_month, end_day) = _SUMMERS[self.at.year]
        begin = datetime(self.at.year, begin_month, begin_day, 10, tzinfo=UTC)
        end = datetime(self.at.year, end_month, end_day, 9, tzinfo=UTC)
        return "PDT" if begin <= self.at < end else "PST"

    @property
    def wall(self) -> datetime:
        return (self.at - timedelta(hours=7 if self.zone == "PDT" else 8)).replace(tzinfo=None)

    @property
    def text(self) -> str:
        """`08:12:59 Nov 20, 2026 PST`, as live messages have it."""
        return f"{self.clock} {self.month} {self.wall.day:02}, {self.wall.year} {self.zone}"

    @property
    def clock(self) -> str:
        return f"{self.wall.hour:02}:{self.wall.minute:02}:{self.wall.second:02}"

    @property
    def month(self) -> str:
        return _MONTHS[self.wall.month - 1]

    @property
    def utc(self) -> str:
        """`2026-11-20T16:12:59Z`, as the reading has it."""
        return self.at.strftime("%Y-%m-%dT%H:%M:%SZ")

    def later(self, **span: int) -> "Moment":
        return Moment(self.at + timedelta(**span))


# ---- readings ----


def told(*facts: Reading, receivers: list[str] | None = None, sandbox: bool = False) -> Reading:
    """What a message tells, to whom, and of which PayPal."""
    return {"facts": list(facts), "receivers": sorted(receivers or []), "sandbox": sandbox}


def unreadable(why: str) -> Reading:
    return {"unreadable": why}


def unmodelled(why: str) -> Reading:
    return {"unmodelled": why}


def fact(what: str, /, **says: Any) -> Reading:
    """A fact by the name of its type; what the message leaves out is left out."""
    return {"is": what} | {name: value for name, value in says.items() if value not in (None, "", [], {})}
