"""How values are written where people and programs read them."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from domain.facts import Doubt, Item, Party
from domain.money import UNITS, Money


def moment(value: datetime | None) -> str | None:
    """RFC 3339 in UTC: `2026-11-20T21:22:05Z`; a fraction only where there is one."""
    return None if value is None else value.isoformat().replace("+00:00", "Z")


_CENT: Final = Decimal("0.01")
# What stands in a URL as it is.
UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._")


def in_url(text: str, plain: frozenset[str] = UNRESERVED) -> str:
    """A text as part of an id that stands in a URL: what is not plain is `~` and two digits a byte."""
    if plain.issuperset(text):  # nearly always
        return text
    return "".join(c if c in plain else "".join(f"~{byte:02X}" for byte in c.encode()) for c in text)


def money(value: Money | None) -> str | None:
    """The amount in its currency's places, without the currency."""
    return None if value is None else str(value)


def in_places(amount: Decimal | None, currency: str | None) -> str | None:
    """A bare amount in the places of the currency that it is in."""
    if amount is None:
        return None
    return f"{amount.quantize(UNITS.get(currency or '', _CENT)):f}"


def person(party: Party) -> dict[str, Any]:
    """Who paid, as all lists show it."""
    return {"id": party.id, "email": party.email, "name": party.name, "country": party.country}


def line(item: Item, paid: Money | None) -> dict[str, Any]:
    """A line of a payment; what the buyer chose only where there was something to choose."""
    shown: dict[str, Any] = {
        "number": item.number,
        "name": item.name,
        "quantity": item.quantity,
        "gross": in_places(item.gross, paid.currency if paid else None),
    }
    if item.options:
        shown["options"] = [{"name": name, "selection": chosen} for name, chosen in item.options]
    return shown


def objection(doubt: Doubt) -> dict[str, Any]:
    """A doubt by its rule, and in words."""
    return {"rule": doubt.rule, "detail": doubt.detail}
