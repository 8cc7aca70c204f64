"""What all templates may use: addresses, times, amounts, and our words as people read them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from adapters.desk.addresses import address, with_query
from adapters.times import parse_rfc3339, read_moment

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def spaced(word: str | None) -> str:
    """`partially_refunded` is `partially refunded`."""
    return (word or "").replace("_", " ")


def utc(text: str | None) -> str:
    """A time of ours as a person reads it, to the second: `2026-11-20 21:22:05 UTC`."""
    return f"{parse_rfc3339(text):%Y-%m-%d %H:%M:%S} UTC" if text else ""


def to_minutes(text: str | None) -> str:
    """The same to the minute, without the zone's name."""
    return f"{parse_rfc3339(text):%Y-%m-%d %H:%M}" if text else ""


def lasting(seconds: float | None) -> str:
    """How long something lasts, in its two largest units: `3 d 4 h`, `12 min`, `under a minute`."""
    if seconds is None:
        return ""
    whole = int(max(0, seconds))
    if whole < _MINUTE:
        return "under a minute"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min"
    if whole < _DAY:
        return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE} min"
    return f"{whole // _DAY} d {whole % _DAY // _HOUR} h"


def age(text: str | None, now: datetime) -> str:
    """How long ago a time of ours is."""
    return lasting((now - read_moment(text)).total_seconds()) if text else ""


def grouped(amount: str | int | None) -> str:
    """Thin spaces between the thousands of an amount, and a minus that is as wide as a plus."""
    whole, point, places = str(amount if amount is not None else "").partition(".")
    sign, digits = ("\u2212", whole[1:]) if whole.startswith("-") else ("", whole)
    if not digits.isdecimal():
        return whole + point + places
    return f"{sign}{int(digits):,}{point}{places}".replace(",", "\u202f")


HELPERS: Final[Mapping[str, Callable[..., Any]]] = {
    "address": address,
    "with_query": with_query,
    "spaced": spaced,
    "utc": utc,
    "to_minutes": to_minutes,
    "lasting": lasting,
    "age": age,
    "grouped": grouped,
}
