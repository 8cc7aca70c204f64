"""Single fields read exactly, or refused with a sentence that says which field and why."""

import re
from datetime import datetime
from decimal import Decimal

from domain.body import Fields
from domain.dates import read_date
from domain.money import Money

# PayPal's ids are opaque: letters, digits and a few joiners, up to 64 characters, letter case counts.
_IDENTITY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_SHOWN_MAX = 80
_TEXT_MAX = 1024
_DIGITS_MAX = 4


class Unreadable(Exception):  # noqa: N818 - an outcome's name, not an accident's
    """No exact amount, known currency or id can be made of the message; str says of which field."""


class Unmodelled(Exception):  # noqa: N818 - an outcome's name, not an accident's
    """The message is of a type or status that this version does not know; str says which."""


def quoted(fields: Fields, name: str) -> str:
    """A field's name and the beginning of what it holds, as a reason says it."""
    return f"{name} {fields.get(name)[:_SHOWN_MAX]!r}"


def identity(fields: Fields, name: str) -> str:
    """An id that must be there; Unreadable when it is missing or is none."""
    value = optional_identity(fields, name)
    if value is None:
        message = f"{name} is missing"
        raise Unreadable(message)
    return value


def optional_identity(fields: Fields, name: str) -> str | None:
    """An id, or None when the field is empty; Unreadable when it holds something else."""
    value = fields.said.get(name)
    if not value:
        return None
    if _IDENTITY.fullmatch(value) is None:
        message = f"{name} {value[:_SHOWN_MAX]!r} is not an id"
        raise Unreadable(message)
    return value


def amount(fields: Fields, name: str, dollars: str) -> Money | None:
    """An amount in the message's currency, or its duplicate in US dollars; None when neither is there."""
    value = fields.values.get(name)
    currency = fields.get("mc_currency")
    if not value:
        # Older messages and some adjustments carry only the dollar fields; those name no currency.
        value, currency = fields.values.get(dollars, ""), currency or "USD"
        if not value or currency != "USD":
            return None
    return sum_of(value, currency, name)


def link(fields: Fields, *names: str) -> str | None:
    """The first of these fields that holds an id: of something beside the money, which it must not stop."""
    for name in names:
        value = fields.said.get(name)
        if value and _IDENTITY.fullmatch(value):
            return value
    return None


def sum_of(value: str, currency: str, name: str) -> Money | None:
    """An amount in a currency that the message names elsewhere; None when it is blank."""
    if not value:
        return None
    try:
        return Money.of(value, currency)
    except ValueError as error:
        message = f"{name}: {error}"
        raise Unreadable(message) from error


def part(fields: Fields, *names: str) -> Decimal | None:
    """The first of the named informational amounts that is there; None when none is, or it is no number."""
    for name in names:
        value = fields.said.get(name)
        if value:
            try:
                return Money.of(value, fields.get("mc_currency") or "USD").amount
            except ValueError:
                return None
    return None


def count(value: str) -> int | None:
    """A whole number of at most four digits, or None."""
    return int(value) if value.isascii() and value.isdecimal() and len(value) <= _DIGITS_MAX else None


def date(fields: Fields, name: str) -> datetime | None:
    """A date, or None when it is missing or cannot be read: a date never stops money."""
    value = fields.said.get(name)
    return read_date(value) if value else None


def text(fields: Fields, name: str) -> str | None:
    """A text as it came, cut at a kilobyte, or None when it is empty."""
    value = fields.said.get(name)
    return value[:_TEXT_MAX] if value else None
