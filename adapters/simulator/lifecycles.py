"""The lifecycles: what PayPal says about one sale, from the first message to the last."""

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import TypeAlias

from adapters.simulator.authorizations import Authorization
from adapters.simulator.givebacks import (
    chargeback_adjustment,
    dispute_then_claim,
    full_refund,
    partial_refund,
    reversal_lost,
    reversal_won,
    two_partial_refunds,
)
from adapters.simulator.messages import Message, write
from adapters.simulator.sales import CENT, new_sale
from adapters.simulator.scene import Scene
from adapters.simulator.shop import one_line, two_lines

Lifecycle: TypeAlias = Callable[[Scene], list[Message]]

_FILTERS = {
    "fraud_management_pending_filters_1": "Maximum Transaction Amount",
    "fraud_management_pending_filters_2": "Unconfirmed Address",
}


def completed(scene: Scene) -> list[Message]:
    """An instant payment."""
    return [new_sale(scene).completed()]


def cart_completed(scene: Scene) -> list[Message]:
    """A cart of two lines, paid at once."""
    return [new_sale(scene, currency="USD", lines=two_lines("USD")).completed()]


def echeck_completed(scene: Scene) -> list[Message]:
    """A payment from a bank account, cleared after some days."""
    sale = new_sale(scene, currency="USD", days_ago=4)
    return [sale.pending("echeck", payment_type="echeck"), sale.completed(payment_type="echeck")]


def echeck_failed(scene: Scene) -> list[Message]:
    """A payment from a bank account without enough in it."""
    sale = new_sale(scene, currency="USD", days_ago=4)
    return [sale.pending("echeck", payment_type="echeck"), sale.say("Failed", payment_type="echeck")]


def echeck_denied(scene: Scene) -> list[Message]:
    """A payment from a bank account that was stopped."""
    sale = new_sale(scene, currency="USD", days_ago=4)
    return [sale.pending("echeck", payment_type="echeck"), sale.denied(payment_type="echeck")]


def payment_review_completed(scene: Scene) -> list[Message]:
    """PayPal looks closer, and lets the payment through."""
    sale = new_sale(scene, days_ago=1)
    return [sale.pending("paymentreview", **sale.fee_fields(sale.fee)), sale.completed()]


def payment_review_denied(scene: Scene) -> list[Message]:
    """PayPal looks closer, and stops the payment."""
    sale = new_sale(scene, days_ago=1)
    return [sale.pending("paymentreview", **sale.fee_fields(sale.fee)), sale.denied()]


def fraud_filter_accepted(scene: Scene) -> list[Message]:
    """A fraud filter held the payment; the shop accepted it."""
    sale = new_sale(scene, currency="USD", days_ago=0.2)
    return [sale.pending("address", **_FILTERS), sale.completed(**_FILTERS)]


def fraud_filter_denied(scene: Scene) -> list[Message]:
    """A fraud filter held the payment; the shop denied it."""
    sale = new_sale(scene, currency="USD", days_ago=0.2)
    return [sale.pending("address", **_FILTERS), sale.denied(**_FILTERS)]


def order_authorization_captures(scene: Scene) -> list[Message]:
    """An order, its authorization, two captures, and the authorization spent."""
    sale = new_sale(scene, currency="USD", days_ago=2, lines=one_line("USD", 2))
    right = Authorization(sale=sale, order_id=f"O-{scene.new_id()}", valid_days=3.0)
    half = (sale.gross / 2).quantize(CENT)
    return [
        right.ordered(),
        right.authorized(),
        right.captured(half, left=9, days_ago=1),
        right.captured(sale.gross - half, left=0, days_ago=0),
        right.spent(),
    ]


def authorization_voided(scene: Scene) -> list[Message]:
    """An authorization that the shop gave back."""
    right = Authorization(sale=new_sale(scene, days_ago=3))
    return [right.authorized(), right.voided()]


def authorization_expired(scene: Scene) -> list[Message]:
    """An authorization that ran out."""
    right = Authorization(sale=new_sale(scene, days_ago=29))
    return [right.authorized(), right.expired()]


def unilateral(scene: Scene) -> list[Message]:
    """The money came before the shop's address was confirmed: nobody's at first, then claimed."""
    sale = new_sale(scene, days_ago=1)
    waiting = sale.payment_fields("Pending") | {"pending_reason": "unilateral"}
    for absent in ("receiver_id", "business"):
        del waiting[absent]
    return [write(waiting, rng=scene.rng), sale.completed()]


def multi_currency(scene: Scene) -> list[Message]:
    """Euros for a shop without a balance in euros: accepted, and converted to dollars."""
    sale = new_sale(scene, currency="EUR", days_ago=1)
    rate = Decimal("1.083417")
    settled = ((sale.gross - sale.fee) * rate).quantize(CENT, ROUND_HALF_UP)
    converted = {"settle_amount": str(settled), "settle_currency": "USD", "exchange_rate": str(rate)}
    return [sale.pending("multi_currency"), sale.completed(**converted)]


LIFECYCLES: Mapping[str, Lifecycle] = MappingProxyType(
    {
        tell.__name__: tell
        for tell in (
            completed,
            cart_completed,
            echeck_completed,
            echeck_failed,
            echeck_denied,
            payment_review_completed,
            payment_review_denied,
            fraud_filter_accepted,
            fraud_filter_denied,
            order_authorization_captures,
            authorization_voided,
            authorization_expired,
            partial_refund,
            full_refund,
            two_partial_refunds,
            reversal_won,
            reversal_lost,
            chargeback_adjustment,
            dispute_then_claim,
            unilateral,
            multi_currency,
        )
    }
)
