"""Lifecycles of one payment: at once, by eCheck, after a review, claimed by its receiver, converted."""

from dataclasses import replace
from decimal import Decimal

from adapters.simulator.followers import refunded, taken_back
from adapters.simulator.manners import UNCLAIMED
from adapters.simulator.messages import Message
from adapters.simulator.sales import conversion, new_sale
from adapters.simulator.scene import Scene
from adapters.simulator.shop import NOTHING, two_lines

UNCLAIMED_DAYS = 30.0
FILTERS = {
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


def payment_review_reversed(scene: Scene) -> list[Message]:
    """PayPal looks closer, and takes the payment back: the other way that its guide tells of."""
    sale = new_sale(scene, days_ago=1)
    return [sale.pending("paymentreview", **sale.fee_fields(sale.fee)), taken_back(sale, "other")]


def fraud_filter_accepted(scene: Scene) -> list[Message]:
    """A fraud filter held the payment; the shop accepted it."""
    sale = new_sale(scene, currency="USD", days_ago=0.2)
    return [sale.pending("address", **FILTERS), sale.completed(**FILTERS)]


def fraud_filter_denied(scene: Scene) -> list[Message]:
    """A fraud filter held the payment; the shop denied it."""
    sale = new_sale(scene, currency="USD", days_ago=0.2)
    return [sale.pending("address", **FILTERS), sale.denied(**FILTERS)]


def unilateral(scene: Scene) -> list[Message]:
    """The money came before the shop's address was confirmed: nobody's at first, then claimed."""
    sale = new_sale(scene, days_ago=1)
    return [replace(sale, manner=UNCLAIMED).pending("unilateral"), sale.completed()]


def unilateral_returned(scene: Scene) -> list[Message]:
    """The money came, nobody claimed it, and after a month it went back."""
    sale = new_sale(scene, days_ago=UNCLAIMED_DAYS, manner=UNCLAIMED)
    # No real message of this is known. A refund names its payment, whatever it is for.
    return [sale.pending("unilateral"), refunded(sale, sale.gross, fee=NOTHING)]


def multi_currency(scene: Scene) -> list[Message]:
    """Euros for a shop without a balance in euros: accepted, and converted to dollars."""
    sale = new_sale(scene, currency="EUR", days_ago=1)
    return [sale.pending("multi_currency"), sale.completed(**conversion(sale, Decimal("1.083417")))]


def multi_currency_kept(scene: Scene) -> list[Message]:
    """Euros for a shop without a balance in euros: accepted into a new one."""
    sale = new_sale(scene, currency="EUR", days_ago=1)
    return [sale.pending("multi_currency"), sale.completed()]


def multi_currency_denied(scene: Scene) -> list[Message]:
    """Euros for a shop without a balance in euros: denied."""
    sale = new_sale(scene, currency="EUR", days_ago=1)
    return [sale.pending("multi_currency"), sale.denied()]
