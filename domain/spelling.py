"""How values are written where people and programs read them."""

from datetime import datetime
from decimal import Decimal

from domain.money import PLACES, Money


def moment(value: datetime | None) -> str | None:
    """RFC 3339 in UTC: `2026-11-20T21:22:05Z`; a fraction only where there is one."""
    return None if value is None else value.isoformat().replace("+00:00", "Z")


def money(value: Money | None) -> str | None:
    """The amount in its currency's places, without the currency."""
    return None if value is None else str(value)


def in_places(amount: Decimal | None, currency: str | None) -> str | None:
    """A bare amount in the places of the currency that it is in."""
    if amount is None:
        return None
    places = PLACES.get(currency or "", 2)
    return f"{amount.quantize(Decimal(1).scaleb(-places)):f}"
