"""Forged messages: what somebody writes who would like to be PayPal."""

from datetime import datetime
from decimal import Decimal
from random import Random

from adapters.simulator.followers import refunded, taken_back
from adapters.simulator.messages import Message, encode
from adapters.simulator.sales import new_sale
from adapters.simulator.scene import Scene

_FORGER = "forger@example.net"


def forged(message: Message, rng: Random, now: datetime) -> Message:
    """Something like this genuine message, or about it: altered, or invented. Never the same bytes."""
    forgery = rng.choice((_altered, _altered, _payment, _follower))
    return forgery(message, Scene(rng, now))


def _altered(message: Message, scene: Scene) -> Message:
    """The same message with another amount, or status, or receiver; all else as PayPal wrote it."""
    said = dict(message.fields)
    if said.get("mc_gross"):
        other = str(Decimal(said["mc_gross"]) * scene.rng.choice((-1, 2, 100)))
        said |= {name: other for name in ("mc_gross", "payment_gross") if said.get(name)}
    elif said.get("payer_email"):
        said["payer_email"] = _FORGER
    else:
        return _payment(message, scene)
    if said.get("payment_status") == "Pending":
        said["payment_status"] = "Completed"
    fields = tuple(said.items())
    return Message(fields, encode(fields, said["charset"]))


def _payment(_: Message, scene: Scene) -> Message:
    """A payment that nobody made."""
    return new_sale(scene).completed()


def _follower(message: Message, scene: Scene) -> Message:
    """Money that went back from a payment, or so it says."""
    sale = new_sale(scene, txn_id=message.value("txn_id") or None)
    return scene.rng.choice((refunded(sale, sale.gross), taken_back(sale, "unauthorized_claim")))
