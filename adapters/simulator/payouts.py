"""Mass Pay, and its lifecycles: the shop pays many at once, and is told of all in one message."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from adapters.simulator.messages import Message, write
from adapters.simulator.orders import MASS_PAY_ORDER
from adapters.simulator.sales import CENT
from adapters.simulator.scene import Scene
from adapters.simulator.shop import SELLER_EMAIL, SELLER_ID

FEE_MAX = Decimal("1.00")
UNCLAIMED_DAYS = 30.0
_PAYEES = (
    ("author.one@example.com", Decimal("84.20")),
    ("zeichnerin@example.de", Decimal("37.05")),
    ("lektorat@example.at", Decimal("12.60")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Who gets what; PayPal's id of each payment, in the order of the payees."""

    scene: Scene
    payees: Sequence[tuple[str, Decimal]]
    txn_ids: Sequence[str]
    unique_ids: Sequence[str]

    def told(self, status: str, of_each: Sequence[str], *, days_ago: float = 0.0) -> Message:
        """How the batch stands, and how each payment in it stands."""
        said = self._said(status, days_ago)
        for n, (stands, txn_id) in enumerate(zip(of_each, self.txn_ids, strict=True), start=1):
            said |= {f"status_{n}": stands}
            # What failed at once became no transaction: a reason, and neither an id nor a fee.
            said |= {f"reason_code_{n}": "1003"} if stands == "Failed" else self._moved(n, txn_id)
        return write(said, rng=self.scene.rng, order=MASS_PAY_ORDER)

    def denied(self) -> Message:
        """Nothing was paid: too little money. No real message of this is known; it names no ids or fees."""
        return write(self._said("Denied", 0.0), rng=self.scene.rng, order=MASS_PAY_ORDER)

    def _moved(self, n: int, txn_id: str) -> dict[str, str]:
        fee = str(fee_on_payout(self.payees[n - 1][1]))
        return {f"masspay_txn_id_{n}": txn_id, f"mc_fee_{n}": fee, f"payment_fee_{n}": fee}

    def _said(self, status: str, days_ago: float) -> dict[str, str]:
        said = {
            "txn_type": "masspay",
            "payment_status": status,
            "payment_date": self.scene.date(days_ago),
            # Of a Mass Pay the shop itself is the payer.
            "payer_id": SELLER_ID,
            "payer_email": SELLER_EMAIL,
            "payer_business_name": "Example Books & Mugs",
            "payer_status": "verified",
            "first_name": "Ida",
            "last_name": "Seller",
            "residence_country": "US",
        }
        for n, ((email, gross), unique_id) in enumerate(zip(self.payees, self.unique_ids, strict=True), 1):
            said |= {
                f"receiver_email_{n}": email,
                f"unique_id_{n}": unique_id,
                f"mc_gross_{n}": str(gross),
                f"payment_gross_{n}": str(gross),
                f"mc_currency_{n}": "USD",
            }
        return said


def fee_on_payout(gross: Decimal) -> Decimal:
    """2 %, and never more than a dollar."""
    return min((gross * Decimal("0.02")).quantize(CENT, ROUND_HALF_UP), FEE_MAX)


def new_batch(scene: Scene) -> Batch:
    """Royalties for three."""
    month = scene.rng.randrange(10**6)
    return Batch(
        scene=scene,
        payees=_PAYEES,
        txn_ids=tuple(scene.new_id() for _ in _PAYEES),
        unique_ids=tuple(f"royalty-{month:06d}-{n}" for n in range(1, len(_PAYEES) + 1)),
    )


def mass_pay(scene: Scene) -> list[Message]:
    """Three were paid: one at once, one came back unclaimed after a month, one was claimed."""
    batch = new_batch(scene)
    return [
        batch.told("Processed", ("Completed", "Unclaimed", "Unclaimed"), days_ago=UNCLAIMED_DAYS),
        batch.told("Completed", ("Completed", "Returned", "Completed")),
    ]


def mass_pay_item_failed(scene: Scene) -> list[Message]:
    """Three were to be paid; for one of them it failed."""
    batch = new_batch(scene)
    stands = ("Completed", "Failed", "Completed")
    return [batch.told("Processed", stands, days_ago=1), batch.told("Completed", stands)]


def mass_pay_item_reversed(scene: Scene) -> list[Message]:
    """Three were paid; what one of them had got already was taken back."""
    batch = new_batch(scene)
    return [
        batch.told("Processed", ("Completed", "Completed", "Unclaimed"), days_ago=8),
        batch.told("Completed", ("Completed", "Reversed", "Completed")),
    ]


def mass_pay_denied(scene: Scene) -> list[Message]:
    """Three were to be paid; there was too little money for any."""
    return [new_batch(scene).denied()]
