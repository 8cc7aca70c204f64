"""Sums of postings, to see that what belongs together comes to nothing."""

from collections.abc import Iterable
from decimal import Decimal

from domain.accounts import Posting


def balance(some: Iterable[Posting]) -> dict[str, Decimal]:
    """The sum in each currency: nothing, of postings that belong together."""
    sums: dict[str, Decimal] = {}
    for posting in some:
        currency = posting.amount.currency
        sums[currency] = sums.get(currency, Decimal(0)) + posting.amount.amount
    return sums
