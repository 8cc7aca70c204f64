"""What follows a payment under an id of its own: refunds, reversals, cases, adjustments."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType

from adapters.simulator.messages import Message, write
from adapters.simulator.orders import ADJUSTMENT_ORDER, CASE_ORDER
from adapters.simulator.sales import CENT, Sale
from adapters.simulator.shop import SELLER_EMAIL, SELLER_ID

CHARGEBACK_FEE = Decimal("20.00")
NOTHING_MORE: Mapping[str, str] = MappingProxyType({})


def refunded(
    sale: Sale,
    amount: Decimal,
    *,
    fee: Decimal | None = None,
    days_ago: float = 0.0,
    more: Mapping[str, str] = NOTHING_MORE,
) -> Message:
    """Money given back by the shop: gross negative, no txn_type; of the fee, what its percentage makes.

    `fee` says what else came back of it; what is in `more` comes on top.
    """
    returned = (amount * Decimal("0.029")).quantize(CENT, ROUND_HALF_UP) if fee is None else fee
    said = sale.follower_fields("Refunded", -amount, days_ago)
    fee_said = sale.fee_fields(-returned) if returned else {}
    return sale.write(said | fee_said | {"reason_code": "refund"} | dict(more))


def refunded_by_judgement(sale: Sale, *, days_ago: float = 0.0) -> Message:
    """The refund that ends a lost case: full gross, and no fee comes back."""
    said = sale.follower_fields("Refunded", -sale.gross, days_ago)
    return sale.write(said | {"reason_code": "buyer_complaint"})


def held(sale: Sale, reason: str, *, days_ago: float = 0.0) -> Message:
    """Reversed while a case runs: PayPal writes it net of fee, so that |gross| + |fee| is what was paid."""
    said = sale.follower_fields("Reversed", sale.fee - sale.gross, days_ago)
    return sale.write(said | sale.fee_fields(-sale.fee) | {"reason_code": reason})


def taken_back(sale: Sale, reason: str, *, days_ago: float = 0.0) -> Message:
    """Reversed for good: the other way to write it, the full gross and the fee beside it."""
    said = sale.follower_fields("Reversed", -sale.gross, days_ago)
    return sale.write(said | sale.fee_fields(-sale.fee) | {"reason_code": reason})


def released(sale: Sale, reason: str, *, days_ago: float = 0.0) -> Message:
    """Canceled_Reversal: the hold is lifted. Not yet proof of a win."""
    said = sale.follower_fields("Canceled_Reversal", sale.gross - sale.fee, days_ago)
    return sale.write(said | {"reason_code": reason})


def adjusted(sale: Sale, *, fee: Decimal = CHARGEBACK_FEE, days_ago: float = 0.0) -> Message:
    """A lost chargeback is settled: Completed, yet negative, with a fee or without; no receiver."""
    usd = sale.currency == "USD"
    said = _adjustment(sale, sale.txn_id, days_ago) | {
        "payment_gross": str(-sale.gross) if usd else "",
        "mc_gross": str(-sale.gross),
    }
    if fee:
        said["payment_fee"] = str(-fee) if usd else ""
    return write(said, rng=sale.scene.rng, order=ADJUSTMENT_ORDER)


def charged_fee(sale: Sale, parent: str, *, days_ago: float = 0.0) -> Message:
    """The fee of a chargeback alone: an adjustment without gross. `parent` is the adjustment before it."""
    said = _adjustment(sale, parent, days_ago) | {"payment_fee": str(-CHARGEBACK_FEE)}
    return write(said, rng=sale.scene.rng, order=ADJUSTMENT_ORDER)


def case_opened(sale: Sale, case_id: str, case_type: str, reason: str, *, days_ago: float = 0.0) -> Message:
    """new_case: the payment's own id and date, and no amount. Escalation is the same case, told again."""
    said = {
        "txn_type": "new_case",
        "payment_date": sale.scene.date(sale.days_ago),
        "case_id": case_id,
        "case_type": case_type,
        "case_creation_date": sale.scene.date(days_ago),
        "reason_code": reason,
        "buyer_additional_information": "Where is it? I am waiting; nothing came.",
        "payer_email": sale.payer.email,
        "payer_id": sale.payer.payer_id,
        "receiver_email": SELLER_EMAIL,
        "receiver_id": SELLER_ID,
        "txn_id": sale.txn_id,
        "invoice": sale.invoice,
        "custom": sale.custom,
        "charset": sale.payer.charset,
    }
    return write(said, rng=sale.scene.rng, order=CASE_ORDER)


def _adjustment(sale: Sale, parent: str, days_ago: float) -> dict[str, str]:
    """What every adjustment says: the shop is its payer."""
    return {
        "txn_type": "adjustment",
        "payment_date": sale.scene.date(days_ago),
        "mc_currency": sale.currency,
        "payer_status": "verified",
        "payer_email": SELLER_EMAIL,
        "payer_id": SELLER_ID,
        "txn_id": sale.scene.new_id(),
        "parent_txn_id": parent,
        "invoice": sale.invoice,
        "custom": sale.custom,
        "reason_code": "chargeback_settlement",
        "payment_status": "Completed",
        "charset": sale.payer.charset,
    }
