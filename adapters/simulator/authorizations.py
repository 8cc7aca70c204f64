"""Orders, authorizations and their captures: three kinds of id for one sale."""

from dataclasses import dataclass
from decimal import Decimal

from adapters.simulator.messages import Message
from adapters.simulator.sales import Sale, fee_on

CAPTURES_MAX = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorization:
    """The right to take a sale's money; its id is the sale's `txn_id`. `order_id` may be empty.

    `entity` is `reauth` for one that follows another, whose id is then its `order_id`.
    """

    sale: Sale
    order_id: str = ""
    valid_days: float = 29.0
    entity: str = "auth"

    def ordered(self) -> Message:
        """The buyer agreed; nothing is authorized yet."""
        return self._say("Pending", pending_reason="order", transaction_entity="order", txn_id=self.order_id)

    def reviewed(self) -> Message:
        """PayPal looks closer before it authorizes; no fee, unlike a sale's review."""
        return self._say("Pending", pending_reason="paymentreview", **self._auth("Pending", CAPTURES_MAX))

    def authorized(self) -> Message:
        """The money is set aside; no fee."""
        return self._say("Pending", pending_reason="authorization", **self._auth("Pending", CAPTURES_MAX))

    def spent(self) -> Message:
        """Nothing is left to capture: Completed, and yet no money. The pending_reason lingers, as in life."""
        return self._say("Completed", pending_reason="authorization", **self._auth("Completed", 0))

    def voided(self, *, left: int = CAPTURES_MAX) -> Message:
        """The shop gave back what was left of the right: the same id, the authorization's date."""
        return self._say("Voided", **self._auth("Voided", left))

    def expired(self) -> Message:
        """The right ran out: the same id, the authorization's date."""
        return self._say("Expired", **self._auth("Expired", CAPTURES_MAX))

    def captured(
        self,
        amount: Decimal,
        *,
        left: int,
        days_ago: float,
        txn_id: str | None = None,
        status: str = "Completed",
    ) -> Message:
        """Money, under an id of its own; `left` more captures are possible, 0 after the last.

        A capture that is Pending or Denied takes no fee.
        """
        sale = self.sale
        copy = str(amount) if sale.currency == "USD" else ""
        fee = sale.fee_fields(fee_on(amount)) if status == "Completed" else {}
        return self._say(
            status,
            **self._auth("In_Progress" if left else "Completed", left)
            | fee
            | {
                "mc_gross": str(amount),
                "payment_gross": copy,
                "transaction_entity": "payment",
                "parent_txn_id": sale.txn_id,
                "txn_id": txn_id or sale.scene.new_id(),
                "payment_date": sale.scene.date(days_ago),
            }
            | ({"pending_reason": "multi_currency"} if status == "Pending" else {}),
        )

    def kept(self, left: int) -> dict[str, str]:
        """What a refund of a capture still says of the authorization."""
        said = self._auth("Completed", left) | {"transaction_entity": "payment"}
        del said["parent_txn_id"]
        return said

    def _auth(self, auth_status: str, left: int) -> dict[str, str]:
        return {
            "transaction_entity": self.entity,
            "parent_txn_id": self.order_id,
            "auth_id": self.sale.txn_id,
            "auth_status": auth_status,
            "auth_amount": str(self.sale.gross),
            "auth_exp": self.sale.scene.date(self.sale.days_ago - self.valid_days),
            "remaining_settle": str(left),
        }

    def _say(self, status: str, **more: str) -> Message:
        return self.sale.write(self.sale.payment_fields(status) | {"txn_type": "express_checkout"} | more)
