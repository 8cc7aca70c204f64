"""An invoice of the shop's: what was agreed for it, which payments paid it, and whose goods left."""

import hashlib
from dataclasses import dataclass

from domain.act_events import InvoiceServed
from domain.events import Entry, InvoicePaid, PriceAgreed
from domain.quick import quick

STREAM_PREFIX = "invoice:"  # no id of PayPal's has a colon
_NAME_CHARACTERS_MAX = 500
_BEGINNING = 400


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """What is known of one invoice; the price agreed last counts."""

    name: str
    price: PriceAgreed | None = None
    payments: tuple[InvoicePaid, ...] = ()
    served: frozenset[str] = frozenset()  # the parties that got their goods
    version: int = 0

    @property
    def parties(self) -> frozenset[str]:
        """The payments that paid it, those that belong together (captures, cycles) counted as one.

        Of a payment told with two parties one is taken, the same whichever came first: rather that it
        belongs to something than that it stands alone.
        """
        if len(self.payments) <= 1:  # nearly always
            return frozenset(paid.party for paid in self.payments)
        told = sorted(self.payments, key=lambda paid: (paid.party != paid.txn_id, repr(paid)))
        return frozenset({paid.txn_id: paid.party for paid in told}.values())

    @property
    def is_paid_twice(self) -> bool:
        """Whether payments that do not belong together paid it."""
        return len(self.payments) > 1 and len(self.parties) > 1


def stream_of(invoice: str) -> str:
    """The name of an invoice's stream.

    PayPal takes up to 127 characters. What is far longer is named by its beginning and a digest: stores have
    indexes that do not take a text of any length.
    """
    if len(invoice) <= _NAME_CHARACTERS_MAX:
        return STREAM_PREFIX + invoice
    digest = hashlib.sha256(invoice.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{STREAM_PREFIX}{invoice[:_BEGINNING]}~{digest}"


def evolve_invoice(invoice: Invoice, entry: Entry) -> Invoice:
    """Fold one event in."""
    price, payments, served = invoice.price, invoice.payments, invoice.served
    match entry.event:
        case InvoicePaid():
            payments = (*payments, entry.event)
        case PriceAgreed():
            price = entry.event
        case InvoiceServed(party=party):
            served |= {party}
        case _:
            message = f"{type(entry.event).__name__} does not happen to an invoice"
            raise AssertionError(message)
    version = invoice.version + 1
    return Invoice(name=invoice.name, price=price, payments=payments, served=served, version=version)
