"""Recurring profiles: what PayPal says about one, and the sales that are its payments."""

from dataclasses import dataclass, replace
from decimal import Decimal

from adapters.simulator.manners import Manner
from adapters.simulator.messages import Message, write
from adapters.simulator.orders import PROFILE_ORDER, PROFILE_PAYMENT_ORDER
from adapters.simulator.payers import PAYERS, Payer
from adapters.simulator.sales import Sale
from adapters.simulator.scene import Scene
from adapters.simulator.shop import NOTHING, SELLER_EMAIL, Line, one_line

NO_DATE = "N/A"
# A profile's payments name a product and no item, and the shop's invoice under another name.
_LACKS = frozenset(("invoice", "custom", "item_name", "item_number", "quantity", "handling_amount"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Who pays how much every month, since when, and what is owed."""

    scene: Scene
    payer: Payer
    line: Line
    currency: str
    profile_id: str
    invoice: str
    created_days_ago: float
    initial: Decimal = NOTHING
    owed: Decimal = NOTHING  # what failed cycles add up to

    def created(self, first_due: float, **more: str) -> Message:
        """The profile is there; its first cycle falls due, in days ago. `more` tells of a payment at once."""
        return self._tell("recurring_payment_profile_created", self.scene.billing_date(first_due), **more)

    def skipped(self, retry: float) -> Message:
        """A cycle could not be paid; it is tried again at `retry` (days ago)."""
        return self._tell("recurring_payment_skipped", self.scene.billing_date(retry))

    def failed(self, next_due: float) -> Message:
        """A cycle could not be paid for good, and is owed."""
        return self._tell("recurring_payment_failed", self.scene.billing_date(next_due))

    def could_not_collect(self, next_due: float) -> Message:
        """What is owed could not be collected."""
        due = self.scene.billing_date(next_due)
        return self._tell("recurring_payment_outstanding_payment_failed", due)

    def suspended(self, why: str = "") -> Message:
        """No cycles until somebody says so; `why` is what PayPal adds to the type."""
        return self._tell(f"recurring_payment_suspended{why}", NO_DATE, profile_status="Suspended")

    def cancelled(self) -> Message:
        """No more cycles."""
        return self._tell("recurring_payment_profile_cancel", NO_DATE, profile_status="Cancelled")

    def expired(self) -> Message:
        """All cycles were paid."""
        return self._tell("recurring_payment_expired", NO_DATE, profile_status="Expired")

    def paid(self, days_ago: float, next_due: float | None, txn_type: str = "recurring_payment") -> Sale:
        """The sale that one cycle is; the next falls due at `next_due` (in days ago), if there is one."""
        due = NO_DATE if next_due is None else self.scene.billing_date(next_due)
        return Sale(
            scene=self.scene,
            payer=self.payer,
            lines=(self.line,),
            currency=self.currency,
            txn_id=self.scene.new_id(),
            invoice="",
            custom="",
            days_ago=days_ago,
            manner=Manner(
                txn_type=txn_type,
                says=self._terms(due) | {"transaction_subject": self.payer.calls(self.line.name)},
                lacks=_LACKS,
                order=PROFILE_PAYMENT_ORDER,
            ),
        )

    def _tell(self, txn_type: str, next_payment_date: str, **more: str) -> Message:
        said = {
            **self.payer.named(),
            "payer_status": self.payer.status,
            "receiver_email": SELLER_EMAIL,
            "txn_type": txn_type,
            "tax": "0.00",
            "shipping": "0.00",
            **self._terms(next_payment_date),
            **more,
        }
        return write(said, rng=self.scene.rng, order=PROFILE_ORDER)

    def _terms(self, next_payment_date: str) -> dict[str, str]:
        return {
            "recurring_payment_id": self.profile_id,
            "profile_status": "Active",
            "product_name": self.payer.calls(self.line.name),
            "product_type": "1",
            "period_type": " Regular",
            "payment_cycle": "Monthly",
            "amount": str(self.line.gross),
            "amount_per_cycle": str(self.line.gross),
            "initial_payment_amount": str(self.initial),
            "outstanding_balance": str(self.owed),
            "currency_code": self.currency,
            "rp_invoice_id": self.invoice,
            "time_created": self.scene.date(self.created_days_ago),
            "next_payment_date": next_payment_date,
        }


def new_profile(scene: Scene, created_days_ago: float, *, initial: bool = False) -> Profile:
    """Something from the price list, every month; paid for the first time at once when `initial`."""
    currency = scene.rng.choice(("USD", "USD", "EUR"))
    (line,) = one_line(currency)
    return Profile(
        scene=scene,
        payer=scene.rng.choice(PAYERS),
        line=replace(line, name=f"{line.name} every month"),
        currency=currency,
        profile_id=f"I-{scene.new_code(12)}",
        invoice=f"plan-{scene.rng.randrange(10**8):08d}",
        created_days_ago=created_days_ago,
        initial=line.gross if initial else NOTHING,
    )
