"""Agreed prices: what the shop's invoices are to cost, said before the payment comes or after."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from adapters.acts import Acts
from adapters.book import Book
from domain.events import PriceAgreed
from domain.facts import Item
from domain.invoice import Invoice, stream_of
from domain.money import Money
from domain.spelling import in_places
from domain.streams import Aggregate, folded

_INVOICE_CHARACTERS_MAX = 127  # PayPal's own limit


class AgreedOrders:
    """Prices that the shop agreed for its invoices, before the payment comes or after."""

    def __init__(self, book: Book, acts: Acts) -> None:
        """The book stays the caller's to close."""
        self._book = book
        self._acts = acts

    def agree(
        self, invoice: str, amount: str, currency: str, items: Sequence[Mapping[str, str]] | None, by: str
    ) -> dict[str, Any]:
        """Record a price and vet again what was paid already; ValueError says what is wrong with it."""
        invoice = invoice.strip(" ")  # as those in messages are
        if not invoice.strip() or len(invoice) > _INVOICE_CHARACTERS_MAX or "\x00" in invoice:
            message = f"an invoice is a text of 1 to {_INVOICE_CHARACTERS_MAX} characters"
            raise ValueError(message)
        price = _price(amount, currency, items)
        aggregate = self._acts.act(by, lambda acting: acting.agree(invoice, price))
        return _shown(_invoice(aggregate(stream_of(invoice))))

    def agreed(self, invoice: str) -> dict[str, Any] | None:
        """What was agreed for an invoice, and who paid it; None when nothing was agreed."""
        name = stream_of(invoice.strip(" "))
        known = _invoice(folded(name, self._book.streams([name])[name]))
        return _shown(known) if known.price is not None else None


def _invoice(found: Aggregate) -> Invoice:
    assert isinstance(found, Invoice), "an invoice's stream holds an invoice"
    return found


def _price(amount: str, currency: str, items: Sequence[Mapping[str, str]] | None) -> PriceAgreed:
    agreed = Money.of(amount, currency)
    if agreed < Money.zero(currency):
        message = f"amount {amount!r} is negative"
        raise ValueError(message)
    lines = tuple(
        Item(
            number=line["number"],
            name=line.get("name"),
            quantity=line["quantity"],
            gross=Money.of(line["gross"], currency).amount if "gross" in line else None,
        )
        for line in items or ()
    )
    told = [line.gross for line in lines if line.gross is not None]
    if lines and len(told) == len(lines) and sum(told, Decimal(0)) > agreed.amount:
        message = f"the items are worth {sum(told, Decimal(0)):f}, more than the amount {amount}"
        raise ValueError(message)
    return PriceAgreed(agreed.amount, currency, lines)


def _shown(invoice: Invoice) -> dict[str, Any]:
    price = invoice.price
    assert price is not None, "nothing was agreed"
    return {
        "invoice": invoice.name,
        "amount": in_places(price.amount, price.currency),
        "currency": price.currency,
        "items": [
            {
                "number": i.number,
                "name": i.name,
                "quantity": i.quantity,
                "gross": in_places(i.gross, price.currency),
            }
            for i in price.items
        ],
        "paid_by": [paid.txn_id for paid in invoice.payments],
    }
