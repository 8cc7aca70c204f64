"""Payments of an invoice checked again, because what their checks rest on has changed."""

from datetime import datetime

from domain.draft import Draft
from domain.invoice import Invoice
from domain.standing import describing
from domain.transaction import vet_again
from domain.vetting import Shop, vet


def vet_payments_again(draft: Draft, known: Invoice, shop: Shop, at: datetime) -> None:
    """Record today's doubts about every payment of an invoice, where they are others than stand there."""
    for txn_id in sorted({paid.txn_id for paid in known.payments}):
        transaction = draft.transaction(txn_id)
        top = describing(transaction)
        # Told of two invoices, a payment is held against the one that describes it.
        if top is not None and top.report.invoice == known.name:
            for entry in vet_again(transaction, vet(top.report, shop, known), at):
                draft.append(txn_id, entry)
