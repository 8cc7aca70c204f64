"""Lifecycles of authorizations: captured, given back, run out, made anew."""

from dataclasses import replace
from decimal import Decimal

from adapters.simulator.authorizations import Authorization
from adapters.simulator.followers import refunded
from adapters.simulator.messages import Message
from adapters.simulator.sales import CENT, new_sale
from adapters.simulator.scene import Scene
from adapters.simulator.shop import one_line


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


def authorization_review(scene: Scene) -> list[Message]:
    """PayPal looked closer before it authorized; then all was captured."""
    right = Authorization(sale=new_sale(scene, days_ago=3))
    return [
        right.reviewed(),
        right.authorized(),
        right.captured(right.sale.gross, left=0, days_ago=0),
        right.spent(),
    ]


def authorization_voided_in_part(scene: Scene) -> list[Message]:
    """A part was captured; the shop gave back the right to the rest."""
    right = Authorization(sale=new_sale(scene, days_ago=3))
    return [
        right.authorized(),
        right.captured(Decimal("8.00"), left=9, days_ago=1),
        right.voided(left=9),
    ]


def reauthorization(scene: Scene) -> list[Message]:
    """An authorization that was made anew under another id, and captured there."""
    first = Authorization(sale=new_sale(scene, days_ago=6))
    again = replace(first.sale, txn_id=scene.new_id(), days_ago=2)
    second = Authorization(sale=again, order_id=first.sale.txn_id, entity="reauth")
    return [
        first.authorized(),
        second.authorized(),
        second.captured(again.gross, left=0, days_ago=0),
    ]


def capture_denied(scene: Scene) -> list[Message]:
    """A capture in a currency that the shop keeps no balance in: the shop denied it."""
    right = Authorization(sale=new_sale(scene, currency="EUR", days_ago=3))
    txn_id, gross = scene.new_id(), right.sale.gross
    return [
        right.authorized(),
        right.captured(gross, left=9, days_ago=1, txn_id=txn_id, status="Pending"),
        right.captured(gross, left=9, days_ago=1, txn_id=txn_id, status="Denied"),
    ]


def capture_refunded(scene: Scene) -> list[Message]:
    """A capture of which a part was given back; the refund still names the authorization."""
    right = Authorization(sale=new_sale(scene, days_ago=3))
    captured = replace(right.sale, txn_id=scene.new_id(), days_ago=2)
    return [
        right.authorized(),
        right.captured(captured.gross, left=0, days_ago=2, txn_id=captured.txn_id),
        right.spent(),
        refunded(captured, Decimal("3.00"), more=right.kept(0)),
    ]
