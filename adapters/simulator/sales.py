"""One sale, and what PayPal says about its payment while its id stays the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from adapters.simulator.messages import Message, write
from adapters.simulator.scene import Scene
from adapters.simulator.shop import PAYERS, SELLER_EMAIL, SELLER_ID, Line, Payer, one_line

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """What was sold to whom, when, under which id."""

    scene: Scene
    payer: Payer
    lines: tuple[Line, ...]
    currency: str
    txn_id: str
    invoice: str
    custom: str
    days_ago: float

    @property
    def gross(self) -> Decimal:
        """The full amount."""
        return sum((line.gross for line in self.lines), Decimal("0.00"))

    @property
    def fee(self) -> Decimal:
        """PayPal's fee on the full amount."""
        return fee_on(self.gross)

    def completed(self, **more: str) -> Message:
        """The money is here."""
        return self.say("Completed", **self.fee_fields(self.fee), **more)

    def pending(self, reason: str, **more: str) -> Message:
        """The money is on its way, without a fee yet."""
        return self.say("Pending", pending_reason=reason, **more)

    def denied(self, **more: str) -> Message:
        """The money does not come."""
        return self.say("Denied", **more)

    def say(self, status: str, **more: str) -> Message:
        """A message about this payment, under its own id and date; what is in `more` comes on top."""
        return write(self.payment_fields(status) | more, rng=self.scene.rng)

    def payment_fields(self, status: str) -> dict[str, str]:
        """What every payment message says."""
        cart = len(self.lines) > 1
        return {
            **self.shared_fields(),
            **self._item_fields(),
            **(
                {"num_cart_items": str(len(self.lines))}
                if cart
                else {"quantity": str(self.lines[0].quantity)}
            ),
            **self._gross_fields(self.gross),
            "tax": "0.00",
            "payer_status": self.payer.status,
            **(
                {"address_status": "confirmed" if self.payer.status == "verified" else "unconfirmed"}
                if self.payer.street
                else {}
            ),
            "txn_type": "cart" if cart else "web_accept",
            "txn_id": self.txn_id,
            "payment_date": self.scene.date(self.days_ago),
            "payment_status": status,
        }

    def follower_fields(self, status: str, gross: Decimal, days_ago: float) -> dict[str, str]:
        """What refunds, reversals and canceled reversals say: an id and a date of their own, no txn_type."""
        return {
            **self.shared_fields(),
            **self._item_fields(),
            **self._gross_fields(gross),
            "parent_txn_id": self.txn_id,
            "txn_id": self.scene.new_id(),
            "payment_date": self.scene.date(days_ago),
            "payment_status": status,
        }

    def fee_fields(self, fee: Decimal) -> dict[str, str]:
        """The fee; its copy in dollars is blank when it is none."""
        return {"mc_fee": str(fee), "payment_fee": str(fee) if self.currency == "USD" else ""}

    def shared_fields(self) -> dict[str, str]:
        """Who paid whom for what order."""
        payer = self.payer
        address = {
            "address_street": payer.street,
            "address_zip": payer.zip_code,
            "address_country_code": payer.country_code,
            "address_name": f"{payer.first_name} {payer.last_name}",
            "address_country": payer.country,
            "address_city": payer.city,
            "address_state": payer.state,
        }
        return {
            "invoice": self.invoice,
            "custom": self.custom,
            "protection_eligibility": "Eligible" if payer.street else "Ineligible",
            "payer_id": payer.payer_id,
            "payer_email": payer.email,
            "first_name": payer.first_name,
            "last_name": payer.last_name,
            "residence_country": payer.country_code,
            **(address if payer.street else {}),
            "charset": payer.charset,
            "business": SELLER_EMAIL,
            "receiver_email": SELLER_EMAIL,
            "receiver_id": SELLER_ID,
            "mc_currency": self.currency,
            "payment_type": "instant",
            "transaction_subject": "",
        }

    def _gross_fields(self, gross: Decimal) -> dict[str, str]:
        return {"mc_gross": str(gross), "payment_gross": str(gross) if self.currency == "USD" else ""}

    def _item_fields(self) -> Mapping[str, str]:
        if len(self.lines) == 1:
            (line,) = self.lines
            return {
                "item_name": line.name,
                "item_number": line.number,
                "shipping": "0.00",
                "handling_amount": "0.00",
            }
        fields = {"mc_shipping": "0.00", "mc_handling": "0.00"}
        for n, line in enumerate(self.lines, start=1):
            fields |= {
                f"item_name{n}": line.name,
                f"item_number{n}": line.number,
                f"quantity{n}": str(line.quantity),
                f"mc_gross_{n}": str(line.gross),
                f"mc_shipping{n}": "0.00",
                f"mc_handling{n}": "0.00",
                f"tax{n}": "0.00",
            }
        return fields


def fee_on(gross: Decimal) -> Decimal:
    """2.9 % and 0.30, to the cent."""
    return (gross * Decimal("0.029") + Decimal("0.30")).quantize(CENT, ROUND_HALF_UP)


def new_sale(
    scene: Scene, *, currency: str | None = None, days_ago: float = 0.0, lines: tuple[Line, ...] | None = None
) -> Sale:
    """A sale to somebody, under an invoice of its own."""
    chosen = currency or scene.rng.choice(("USD", "USD", "EUR"))
    return Sale(
        scene=scene,
        payer=scene.rng.choice(PAYERS),
        lines=lines or one_line(chosen),
        currency=chosen,
        txn_id=scene.new_id(),
        invoice=f"abc-{scene.rng.randrange(10**8):08d}",
        custom=f"xyz{scene.rng.randrange(1000):03d}",
        days_ago=days_ago,
    )
