"""What the office asks of the book: history, what was known at a time, and agreed prices."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from adapters.book import Book, LostRaceError
from adapters.streams import BatchStreams
from adapters.views import encode_document
from domain.events import PriceAgreed
from domain.facts import Item
from domain.invoice import Invoice, stream_of
from domain.money import Money
from domain.recording import Recording
from domain.spelling import in_places
from domain.streams import Aggregate, folded, is_transaction
from domain.transaction import fold
from domain.vetting import Shop
from projections.transactions import is_follower

_RACES_MAX = 20
_DEPTH_MAX = 16
_INVOICE_CHARACTERS_MAX = 127  # PayPal's own limit


class OfficeBook:
    """The book, as the office reads it."""

    def __init__(self, book: Book) -> None:
        """The book stays the caller's to close."""
        self._book = book

    def as_of(self, stream: str, moment: datetime) -> dict[str, Any] | None:
        """The transaction's document from the events recorded up to a moment; None when there were none."""
        if not is_transaction(stream):
            return None
        for _ in range(_DEPTH_MAX):
            entries = [entry for entry in self._book.streams([stream])[stream] if entry.at <= moment]
            if not entries:
                return None
            transaction = fold(stream, entries)
            if not is_follower(transaction) or transaction.follows is None:
                document: dict[str, Any] = msgspec.json.decode(encode_document(transaction))
                return document
            stream = transaction.follows
        return None

    def history(self, stream: str) -> list[dict[str, Any]]:
        """The events of a stream as plain data, oldest first."""
        return self._book.history(stream)


class AgreedOrders:
    """Prices that the shop agreed for its invoices, before the payment comes or after."""

    def __init__(self, book: Book, shop: Shop, clock: Callable[[], datetime]) -> None:
        """`shop` is what payments are vetted by when a price changes."""
        self._book = book
        self._shop = shop
        self._clock = clock

    def agree(
        self, invoice: str, amount: str, currency: str, items: Sequence[Mapping[str, str]] | None, by: str
    ) -> dict[str, Any]:
        """Record a price and vet again what was paid already; ValueError says what is wrong with it."""
        invoice = invoice.strip(" ")  # as those in messages are
        if not invoice.strip() or len(invoice) > _INVOICE_CHARACTERS_MAX or "\x00" in invoice:
            message = f"an invoice is a text of 1 to {_INVOICE_CHARACTERS_MAX} characters"
            raise ValueError(message)
        price = _price(amount, currency, items)
        for _ in range(_RACES_MAX):
            streams = BatchStreams(self._book)
            recording = Recording(streams, self._shop, self._clock())
            recording.agree(invoice, price, by)
            try:
                self._book.append(streams.keep(recording))
            except LostRaceError:
                continue
            return _shown(_invoice(streams.aggregate(stream_of(invoice))))
        message = f"lost the race for invoice {invoice!r} {_RACES_MAX} times"
        raise LostRaceError(message)

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
