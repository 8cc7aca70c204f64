"""Prices in words: what was agreed for a payment, or what the list asks for its lines."""

from collections.abc import Iterator
from itertools import islice

from domain.facts import Item, Report
from domain.invoice import Invoice
from domain.vetting import Shop

_LINES_MAX = 5


def price_in_words(report: Report, invoice: Invoice | None, shop: Shop) -> tuple[bool, str]:
    """Whether goods go without a price that anybody agreed, and what is known of their price today.

    That is said of a payment that nobody doubted when it was vetted; the list may have changed since.
    """
    if invoice is not None and invoice.price is not None:
        price = invoice.price
        return False, f"{price.amount:f} {price.currency} were agreed for invoice {invoice.name}, and paid"
    items = report.items or (Item(gross=report.gross.amount if report.gross else None),)
    lines = list(_lines(report, items, shop))
    unpriced = shop.ship_unpriced and any(item.number not in shop.prices for item in items)
    more = f"; and {len(lines) - _LINES_MAX} more" if len(lines) > _LINES_MAX else ""
    return unpriced, "; ".join(islice(lines, _LINES_MAX)) + more


def _lines(report: Report, items: tuple[Item, ...], shop: Shop) -> Iterator[str]:
    currency = report.gross.currency if report.gross else None
    for item in items:
        what = f"item {item.number}" if item.number else "an item without a number"
        listed = shop.prices.get(item.number or "")
        price = next((price for price in listed or () if price.currency == currency), None)
        if listed is None:
            ship = "UNPRICED=ship lets it go" if shop.ship_unpriced else "nobody doubted it when it came"
            yield f"no price was agreed for {what}: {ship}"
        elif price is None:
            yield f"{what} has no price in {currency} today: nobody doubted it when it came"
        elif price.amount is None:
            yield f"any amount is welcome for {what}"
        elif item.gross is not None and item.gross == price.amount * _count(item):
            yield f"{_count(item)} of {what} at {price.amount:f} {price.currency} each"
        else:
            today = f"{price.amount:f} {price.currency}"
            yield f"{what} costs {today} today: nobody doubted what was paid when it came"


def _count(item: Item) -> int:
    quantity = item.quantity or "1"
    return int(quantity) if quantity.isascii() and quantity.isdecimal() and len(quantity) <= 9 else 0  # noqa: PLR2004
