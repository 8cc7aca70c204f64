"""Amounts at the edges: whole minor units in tables, so that sums are exact, decimals where people read."""

from decimal import Decimal

from domain.money import PLACES, Money


def to_units(amount: Money) -> int:
    """19.95 USD is 1995, JPY 150 is 150."""
    return int(amount.amount.scaleb(PLACES[amount.currency]))


def spelled(units: int, currency: str) -> str:
    """1995 in USD is `19.95`, -5 is `-0.05`, and 150 in JPY is `150`."""
    return f"{Decimal(units).scaleb(-PLACES[currency]):f}"


def currency_of(account: str) -> str:
    """The currency that an account's name ends in."""
    return account.rpartition(":")[2]
