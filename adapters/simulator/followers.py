"""What follows a payment under an id of its own: refunds, reversals, cases, adjustments."""

from decimal import ROUND_HALF_UP, Decimal

from adapters.simulator.messages import ADJUSTMENT_ORDER, CASE_ORDER, Message, write
from adapters.simulator.sales import CENT, Sale
from adapters.simulator.shop import SELLER_EMAIL, SELLER_ID


def refunded(sale: Sale, amount: Decimal, *, days_ago: float = 0.0) -> Message:
    """Money given back by the shop: gross negative, the fee's percentage given back too, no txn_type."""
    fee = (amount * Decimal("0.029")).quantize(CENT, ROUND_HALF_UP)
    said = sale.follower_fields("Refunded", -amount, days_ago)
    return write(said | sale.fee_fields(-fee) | {"reason_code": "refund"}, rng=sale.scene.rng)


def refunded_by_judgement(sale: Sale, *, days_ago: float = 0.0) -> Message:
    """The refund that ends a lost case: full gross, and no fee comes back."""
    said = sale.follower_fields("Refunded", -sale.gross, days_ago)
    return write(said | {"reason_code": "buyer_complaint"}, rng=sale.scene.rng)


def held(sale: Sale, reason: str, *, days_ago: float = 0.0) -> Message:
    """Reversed while a case runs: PayPal writes it net of fee, so that |gross| + |fee| is what was paid."""
    said = sale.follower_fields("Reversed", sale.fee - sale.gross, days_ago)
    return write(said | sale.fee_fields(-sale.fee) | {"reason_code": reason}, rng=sale.scene.rng)


def released(sale: Sale, reason: str, *, days_ago: float = 0.0) -> Message:
    """Canceled_Reversal: the hold is lifted. Not yet proof of a win."""
    said = sale.follower_fields("Canceled_Reversal", sale.gross - sale.fee, days_ago)
    return write(said | {"reason_code": reason}, rng=sale.scene.rng)


def adjusted(sale: Sale, *, days_ago: float = 0.0) -> Message:
    """A lost chargeback is settled: Completed, yet negative, with a fee; the shop is payer, no receiver."""
    usd = sale.currency == "USD"
    said = {
        "txn_type": "adjustment",
        "payment_date": sale.scene.date(days_ago),
        "payment_gross": str(-sale.gross) if usd else "",
        "payment_fee": "-20.00" if usd else "",
        "mc_currency": sale.currency,
        "mc_gross": str(-sale.gross),
        "payer_status": "verified",
        "payer_email": SELLER_EMAIL,
        "payer_id": SELLER_ID,
        "txn_id": sale.scene.new_id(),
        "parent_txn_id": sale.txn_id,
        "invoice": sale.invoice,
        "custom": sale.custom,
        "reason_code": "chargeback_settlement",
        "payment_status": "Completed",
        "charset": sale.payer.charset,
    }
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
