"""An explanation: where a transaction stands, every rule that says so, and what would change it."""

from dataclasses import dataclass
from datetime import datetime

from domain.because import Question, Reason, reasons
from domain.fulfillment import fulfillment_of
from domain.invoice import Invoice
from domain.meanings import Step
from domain.remedies import remedies
from domain.standing import status_of
from domain.state import Transaction
from domain.vetting import Shop
from domain.vocabulary import Fulfillment, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why the goods of a transaction may leave or not, in words."""

    status: Status
    fulfillment: Fulfillment
    because: tuple[Reason, ...]
    next: tuple[Step, ...]


def explain(transaction: Transaction, invoice: Invoice | None, shop: Shop, at: datetime) -> Explanation:
    """Explain a transaction as it stands at a moment.

    `invoice` is what stood of the invoice that it names; `shop` is today's settings, which speak only where
    nothing was doubted when the payment came.
    """
    question, fulfillment = Question(transaction, invoice, shop), fulfillment_of(transaction, at)
    return Explanation(
        status=status_of(transaction),
        fulfillment=fulfillment,
        because=tuple(reasons(question, fulfillment)),
        next=remedies(question, fulfillment),
    )
