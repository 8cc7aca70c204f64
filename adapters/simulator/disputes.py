"""Lifecycles of cases that go another way than most: twice, the wrong way round, at a bank, or at once."""

from decimal import Decimal

from adapters.simulator.followers import (
    adjusted,
    case_opened,
    charged_fee,
    held,
    released,
    taken_back,
)
from adapters.simulator.manners import Manner
from adapters.simulator.messages import Message
from adapters.simulator.sales import new_sale
from adapters.simulator.scene import Scene


def reversal_in_full(scene: Scene) -> list[Message]:
    """PayPal took back what had been paid by fraud: for good, and written with the full gross."""
    sale = new_sale(scene, days_ago=5)
    return [sale.completed(), taken_back(sale, "admin_fraud_reversal")]


def chargeback_fee(scene: Scene) -> list[Message]:
    """A card's chargeback, lost: one adjustment took the money, another, which names it, the fee alone."""
    sale = new_sale(scene, currency="USD", days_ago=40)
    settled = adjusted(sale, fee=Decimal(0))
    return [
        sale.completed(),
        case_opened(sale, scene.new_case_id(), "chargeback", "unauthorized", days_ago=30),
        held(sale, "chargeback", days_ago=30),
        released(sale, "chargeback"),
        settled,
        charged_fee(sale, settled.value("txn_id") or ""),
    ]


def second_chargeback(scene: Scene) -> list[Message]:
    """A card's chargeback was lifted; then came a second, which is not yet decided."""
    sale = new_sale(scene, currency="USD", days_ago=60)
    return [
        sale.completed(),
        case_opened(sale, scene.new_case_id(), "chargeback", "unauthorized", days_ago=45),
        held(sale, "chargeback", days_ago=45),
        released(sale, "chargeback", days_ago=20),
        case_opened(sale, scene.new_case_id(), "chargeback", "duplicate", days_ago=2),
        held(sale, "chargeback", days_ago=2),
    ]


def chargeback_then_claim(scene: Scene) -> list[Message]:
    """The card's chargeback was told before the buyer's claim about the same payment."""
    sale = new_sale(scene, currency="USD", days_ago=25)
    return [
        sale.completed(),
        held(sale, "chargeback", days_ago=8),
        case_opened(sale, scene.new_case_id(), "chargeback", "non_receipt", days_ago=8),
        case_opened(sale, scene.new_case_id(), "complaint", "non_receipt", days_ago=9),
    ]


def bank_return(scene: Scene) -> list[Message]:
    """A payment from a bank account cleared, and was returned by the bank after all."""
    manner = Manner(says={"payment_type": "echeck"})
    sale = new_sale(scene, currency="USD", days_ago=12, manner=manner)
    return [
        sale.pending("echeck"),
        sale.completed(),
        case_opened(sale, scene.new_case_id(), "bank_return", "other"),
        taken_back(sale, "other"),
    ]
