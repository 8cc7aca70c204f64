"""Billing agreements, and their lifecycles: somebody let the shop charge them, and it does."""

from dataclasses import dataclass, replace
from decimal import Decimal

from adapters.simulator.followers import refunded
from adapters.simulator.manners import Manner
from adapters.simulator.messages import Message, write
from adapters.simulator.orders import AGREEMENT_ORDER
from adapters.simulator.payers import PAYERS, Payer
from adapters.simulator.sales import Sale, new_sale
from adapters.simulator.scene import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Who may be charged. Its own messages name no receiver and no date."""

    scene: Scene
    payer: Payer
    currency: str
    mp_id: str
    cycle_start: str

    def signed_up(self) -> Message:
        """The payer agreed."""
        return self._tell("mp_signup", mp_status="0", mp_pay_type="instant", reason_code="mp_2001")

    def cancelled(self) -> Message:
        """The payer agrees no longer."""
        return self._tell("mp_cancel", mp_status="1", reason_code="mp_2002")

    def charged(self, days_ago: float = 0.0) -> Sale:
        """The sale that one charge is."""
        manner = Manner(txn_type="merch_pmt", numbered=True, says=self._said() | {"mp_status": "0"})
        sale = new_sale(self.scene, currency=self.currency, days_ago=days_ago, manner=manner)
        return replace(sale, payer=self.payer)

    def _tell(self, txn_type: str, **more: str) -> Message:
        party = {**self.payer.named(), "payer_status": self.payer.status}
        said = {"txn_type": txn_type, **party, **self._said(), **more}
        return write(said, rng=self.scene.rng, order=AGREEMENT_ORDER)

    def _said(self) -> dict[str, str]:
        return {
            "mp_id": self.mp_id,
            "mp_desc": "Books as they appear, charged when they are sent",
            "mp_custom": "",
            "mp_currency": self.currency,
            "mp_cycle_start": self.cycle_start,
        }


def new_agreement(scene: Scene) -> Agreement:
    """An agreement with somebody."""
    return Agreement(
        scene=scene,
        payer=scene.rng.choice(PAYERS),
        currency=scene.rng.choice(("USD", "USD", "EUR")),
        mp_id=f"B-{scene.new_id()}",
        cycle_start=str(scene.rng.randint(1, 28)),
    )


def billing_agreement(scene: Scene) -> list[Message]:
    """An agreement, two charges, and its end."""
    one = new_agreement(scene)
    return [
        one.signed_up(),
        one.charged(40).completed(),
        one.charged(12).completed(),
        one.cancelled(),
    ]


def billing_agreement_charge_denied(scene: Scene) -> list[Message]:
    """An agreement whose charge PayPal looked at, and stopped."""
    one = new_agreement(scene)
    charge = one.charged(1)
    return [
        one.signed_up(),
        charge.pending("paymentreview", **charge.fee_fields(charge.fee)),
        charge.denied(),
    ]


def billing_agreement_charge_refunded(scene: Scene) -> list[Message]:
    """An agreement of which a part of a charge was given back."""
    one = new_agreement(scene)
    charge = one.charged(6)
    return [one.signed_up(), charge.completed(), refunded(charge, Decimal("2.50"))]
