"""One sale, and what PayPal says about its payment while its id stays the same."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from adapters.simulator.manners import PLAIN, Manner
from adapters.simulator.messages import Message, write
from adapters.simulator.payers import PAYERS, Payer
from adapters.simulator.scene import Scene
from adapters.simulator.shop import NO_EXTRAS, SELLER_EMAIL, SELLER_ID, Extras, Line, one_line

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
    extras: Extras = NO_EXTRAS
    manner: Manner = PLAIN

    @property
    def gross(self) -> Decimal:
        """The full amount."""
        return sum((line.gross for line in self.lines), self.extras.sum)

    @property
    def fee(self) -> Decimal:
        """PayPal's fee on the full amount."""
        return fee_on(self.gross)

    @property
    def is_numbered(self) -> bool:
        """Whether its lines are written with numbers, as a cart's are."""
        return self.manner.numbered or len(self.lines) > 1

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
        return self.write(self.payment_fields(status) | more)

    def write(self, said: Mapping[str, str]) -> Message:
        """Write a message in the order of this kind of payment."""
        return write(said, rng=self.scene.rng, order=self.manner.order)

    def payment_fields(self, status: str) -> dict[str, str]:
        """What every payment message says."""
        numbered = self.is_numbered
        count = {"num_cart_items": str(len(self.lines))} if numbered else {}
        return self._in_manner(
            {
                **self.shared_fields(),
                **self._item_fields(),
                **(count or {"quantity": str(self.lines[0].quantity)}),
                **self._gross_fields(self.gross),
                "tax": str(self.extras.tax),
                **self.payer.vouched(),
                "txn_type": self.manner.txn_type or ("cart" if numbered else "web_accept"),
                "txn_id": self.txn_id,
                "payment_date": self.scene.date(self.days_ago),
                "payment_status": status,
            }
        )

    def follower_fields(self, status: str, gross: Decimal, days_ago: float) -> dict[str, str]:
        """What refunds, reversals and canceled reversals say: an id and a date of their own, no txn_type."""
        return self._in_manner(
            {
                **self.shared_fields(),
                **self._item_fields(),
                **self._gross_fields(gross),
                "parent_txn_id": self.txn_id,
                "txn_id": self.scene.new_id(),
                "payment_date": self.scene.date(days_ago),
                "payment_status": status,
            }
        )

    def fee_fields(self, fee: Decimal) -> dict[str, str]:
        """The fee; its copy in dollars is blank when it is none."""
        return {"mc_fee": str(fee), "payment_fee": str(fee) if self.currency == "USD" else ""}

    def shared_fields(self) -> dict[str, str]:
        """Who paid whom for what order."""
        return {
            "invoice": self.invoice,
            "custom": self.custom,
            "protection_eligibility": "Eligible" if self.payer.street else "Ineligible",
            **self.payer.named(),
            **self.payer.addressed(),
            "business": SELLER_EMAIL,
            "receiver_email": SELLER_EMAIL,
            "receiver_id": SELLER_ID,
            "mc_currency": self.currency,
            "payment_type": "instant",
            "transaction_subject": "",
        }

    def _in_manner(self, said: Mapping[str, str]) -> dict[str, str]:
        kept = {name: value for name, value in said.items() if name not in self.manner.lacks}
        return kept | dict(self.manner.says)

    def _gross_fields(self, gross: Decimal) -> dict[str, str]:
        return {"mc_gross": str(gross), "payment_gross": str(gross) if self.currency == "USD" else ""}

    def _item_fields(self) -> dict[str, str]:
        shipping = str(self.extras.shipping)
        if not self.is_numbered:
            (line,) = self.lines
            return {
                "item_name": self.payer.calls(line.name),
                "item_number": line.number,
                "shipping": shipping,
                "handling_amount": "0.00",
            }
        fields = {"mc_shipping": shipping, "mc_handling": "0.00"}
        if self.extras.discount:
            fields |= {
                "discount": str(self.extras.discount),
                "shipping_discount": "0.00",
                "insurance_amount": "0.00",
                "shipping_method": "Default",
            }
        for n, line in enumerate(self.lines, start=1):
            fields |= _line_fields(n, replace(line, name=self.payer.calls(line.name)))
        return fields


def _line_fields(n: int, line: Line) -> dict[str, str]:
    fields = {
        f"item_name{n}": line.name,
        f"item_number{n}": line.number,
        f"quantity{n}": str(line.quantity),
        f"mc_gross_{n}": str(line.gross),
        f"mc_shipping{n}": "0.00",
        f"mc_handling{n}": "0.00",
        f"tax{n}": "0.00",
    }
    for o, (name, selection) in enumerate(line.options, start=1):
        fields |= {f"option_name{o}_{n}": name, f"option_selection{o}_{n}": selection}
    return fields


def fee_on(gross: Decimal) -> Decimal:
    """2.9 % and 0.30, to the cent."""
    return (gross * Decimal("0.029") + Decimal("0.30")).quantize(CENT, ROUND_HALF_UP)


def conversion(sale: Sale, rate: Decimal) -> dict[str, str]:
    """What PayPal says when it changes the money into dollars: what is left after the fee, at a rate."""
    settled = ((sale.gross - sale.fee) * rate).quantize(CENT, ROUND_HALF_UP)
    return {"settle_amount": str(settled), "settle_currency": "USD", "exchange_rate": str(rate)}


def new_sale(  # noqa: PLR0913 — what may be chosen about a sale
    scene: Scene,
    *,
    currency: str | None = None,
    days_ago: float = 0.0,
    lines: tuple[Line, ...] | None = None,
    extras: Extras = NO_EXTRAS,
    manner: Manner = PLAIN,
    txn_id: str | None = None,
) -> Sale:
    """A sale to somebody, under an invoice of its own, and under an id of its own unless one is given."""
    chosen = currency or scene.rng.choice(("USD", "USD", "EUR"))
    return Sale(
        scene=scene,
        payer=scene.rng.choice(PAYERS),
        lines=lines or one_line(chosen),
        currency=chosen,
        txn_id=txn_id or scene.new_id(),
        invoice=f"abc-{scene.rng.randrange(10**8):08d}",
        custom=f"xyz{scene.rng.randrange(1000):03d}",
        days_ago=days_ago,
        extras=extras,
        manner=manner,
    )
