"""Adaptive Payments, and their lifecycles: bodies of another kind, with brackets in their fields' names."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from adapters.simulator.messages import Message, write
from adapters.simulator.orders import ADAPTIVE_ORDER
from adapters.simulator.payers import PAYERS, Payer
from adapters.simulator.scene import Scene
from adapters.simulator.shop import PRICES, SELLER_EMAIL

_PARTNER_EMAIL = "binder@example.net"
_SHARE = Decimal("4.50")
_SITE = "https://shop.example.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """One payment that passes a share on: the shop first, then its partner."""

    scene: Scene
    payer: Payer
    pay_key: str
    ids: Sequence[tuple[str, str]]  # of each leg: the receiver's transaction and the sender's
    days_ago: float

    @property
    def legs(self) -> tuple[tuple[str, Decimal], ...]:
        """Who gets how much; the share comes out of what the shop got."""
        return (SELLER_EMAIL, PRICES["USD"]), (_PARTNER_EMAIL, _SHARE)

    def paid(self) -> Message:
        """All legs are paid."""
        asked = {
            "cancel_url": f"{_SITE}/cancelled",
            "return_url": f"{_SITE}/thanks",
            "ipn_notification_url": f"{_SITE}/ipn",
        }
        return self._tell("Adaptive Payment PAY", "Completed", asked)

    def refunded(self) -> Message:
        """All legs are given back; the whole is still called COMPLETED."""
        returned = {"reason_code": "Refund"}
        for n, (email, amount) in enumerate(self.legs):
            returned |= {
                f"transaction[{n}].refund_id": self.scene.new_id(),
                f"transaction[{n}].refund_amount": f"USD {amount}",
                f"transaction[{n}].refund_account_charged": email,
            }
        return self._tell("Adjustment", "Refunded", returned)

    def _tell(self, transaction_type: str, status: str, more: dict[str, str]) -> Message:
        said = {
            "transaction_type": transaction_type,
            "status": "COMPLETED",
            "action_type": "PAY",
            "pay_key": self.pay_key,
            "payment_request_date": self.scene.adaptive_date(self.days_ago),
            "sender_email": self.payer.email,
            "fees_payer": "EACHRECEIVER",
            "memo": "A book, bound by hand",
            "log_default_shipping_address_in_transaction": "false",
            "reverse_all_parallel_payments_on_error": "false",
            "notify_version": "UNVERSIONED",
            "charset": self.payer.charset,
        }
        for n, ((email, amount), (txn_id, senders_id)) in enumerate(zip(self.legs, self.ids, strict=True)):
            leg = {
                "id": txn_id,
                "id_for_sender_txn": senders_id,
                "receiver": email,
                "amount": f"USD {amount}",
                "is_primary_receiver": "false" if n else "true",
                "status": status,
                "status_for_sender_txn": status,
                "pending_reason": "NONE",
                "paymentType": "GOODS",
            }
            said |= {f"transaction[{n}].{name}": value for name, value in leg.items()}
        return write(said | more, rng=self.scene.rng, order=ADAPTIVE_ORDER)


def new_chain(scene: Scene, days_ago: float = 0.0) -> Chain:
    """A payment by somebody, a share of it for the partner."""
    return Chain(
        scene=scene,
        payer=scene.rng.choice(PAYERS),
        pay_key=f"AP-{scene.rng.randrange(10**17):017d}",
        ids=tuple((scene.new_id(), scene.new_id()) for _ in range(2)),
        days_ago=days_ago,
    )


def adaptive_payment(scene: Scene) -> list[Message]:
    """An Adaptive Payment to the shop and its partner."""
    return [new_chain(scene).paid()]


def adaptive_refund(scene: Scene) -> list[Message]:
    """An Adaptive Payment that was given back."""
    chain = new_chain(scene, days_ago=4)
    return [chain.paid(), chain.refunded()]
