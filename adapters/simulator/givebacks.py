"""Lifecycles in which money goes back: refunds, and cases that are won or lost."""

from decimal import Decimal

from adapters.simulator.followers import (
    adjusted,
    case_opened,
    held,
    refunded,
    refunded_by_judgement,
    released,
)
from adapters.simulator.messages import Message
from adapters.simulator.sales import new_sale
from adapters.simulator.scene import Scene


def partial_refund(scene: Scene) -> list[Message]:
    """A part of the money was given back."""
    sale = new_sale(scene, days_ago=2)
    return [sale.completed(), refunded(sale, Decimal("5.00"))]


def full_refund(scene: Scene) -> list[Message]:
    """All of the money was given back."""
    sale = new_sale(scene, days_ago=2)
    return [sale.completed(), refunded(sale, sale.gross)]


def two_partial_refunds(scene: Scene) -> list[Message]:
    """Money was given back twice, not all of it."""
    sale = new_sale(scene, days_ago=3)
    return [sale.completed(), refunded(sale, Decimal("5.00"), days_ago=1), refunded(sale, Decimal("2.50"))]


def reversal_won(scene: Scene) -> list[Message]:
    """A claim: the money was held, and came back for good."""
    sale = new_sale(scene, days_ago=20)
    return [
        sale.completed(),
        case_opened(sale, scene.new_case_id(), "complaint", "not_as_described", days_ago=12),
        held(sale, "buyer_complaint", days_ago=12),
        released(sale, "buyer_complaint"),
    ]


def reversal_lost(scene: Scene) -> list[Message]:
    """A claim: the money was held, the hold was lifted, and a refund took it."""
    sale = new_sale(scene, days_ago=20)
    return [
        sale.completed(),
        case_opened(sale, scene.new_case_id(), "complaint", "non_receipt", days_ago=12),
        held(sale, "buyer_complaint", days_ago=12),
        released(sale, "buyer_complaint"),
        refunded_by_judgement(sale),
    ]


def chargeback_adjustment(scene: Scene) -> list[Message]:
    """A card's chargeback, lost: the hold was lifted, then an adjustment took the money and a fee."""
    sale = new_sale(scene, currency="USD", days_ago=40)
    return [
        sale.completed(),
        case_opened(sale, scene.new_case_id(), "chargeback", "unauthorized", days_ago=30),
        held(sale, "chargeback", days_ago=30),
        released(sale, "chargeback"),
        adjusted(sale),
    ]


def dispute_then_claim(scene: Scene) -> list[Message]:
    """A dispute that became a claim: the same case told twice, then the money held; not yet decided."""
    sale = new_sale(scene, days_ago=15)
    case_id = scene.new_case_id()
    return [
        sale.completed(),
        case_opened(sale, case_id, "dispute", "non_receipt", days_ago=6),
        case_opened(sale, case_id, "complaint", "non_receipt", days_ago=6),
        held(sale, "buyer_complaint", days_ago=1),
    ]


def refund_with_part_of_fee(scene: Scene) -> list[Message]:
    """All was given back in two parts, each with its part of the fee; what the fee had fixed is kept."""
    sale = new_sale(scene, days_ago=3)
    first = Decimal("5.00")
    rest = sale.gross - first
    return [sale.completed(), refunded(sale, first, days_ago=1), refunded(sale, rest)]


def refund_with_whole_fee(scene: Scene) -> list[Message]:
    """All was given back, and all of the fee with it."""
    sale = new_sale(scene, days_ago=3)
    return [sale.completed(), refunded(sale, sale.gross, fee=sale.fee)]


def over_refund(scene: Scene) -> list[Message]:
    """More was given back, in two parts, than had been paid."""
    sale = new_sale(scene, days_ago=3)
    return [
        sale.completed(),
        refunded(sale, sale.gross - Decimal("2.00"), days_ago=1),
        refunded(sale, Decimal("4.00")),
    ]
