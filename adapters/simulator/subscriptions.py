"""Subscriptions by a button: what PayPal says about one, and the sales that are its payments."""

from dataclasses import dataclass
from decimal import Decimal

from adapters.simulator.manners import Manner
from adapters.simulator.messages import Message, write
from adapters.simulator.orders import (
    PAYMENT_ORDER,
    SMALL_PAYMENT_ORDER,
    SMALL_SUBSCRIPTION_ORDER,
    SUBSCRIPTION_ORDER,
)
from adapters.simulator.payers import PAYERS, Payer
from adapters.simulator.sales import Sale
from adapters.simulator.scene import Scene
from adapters.simulator.shop import SELLER_EMAIL, Line, one_line

RETRY_DAYS = 5.0
# Sold by the piece, too; a subscription's payment has one line without a quantity.
_LACKS = frozenset(("quantity", "shipping", "handling_amount", "tax"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """Who pays how much for what, how often. `invoice` may be empty; `old_id` is the one that it replaces."""

    scene: Scene
    payer: Payer
    line: Line
    currency: str
    subscr_id: str
    button: str
    invoice: str
    custom: str
    period: str = "1 M"
    trial: tuple[Decimal, str] | None = None  # its price and its period
    old_id: str = ""

    def signed_up(self, days_ago: float, **more: str) -> Message:
        """The buyer agreed; no money yet."""
        return self._tell("subscr_signup", self._terms() | {"subscr_date": self.scene.date(days_ago)} | more)

    def modified(self, days_ago: float, *, effective_days_ago: float) -> Message:
        """The terms, as they are from a certain day on."""
        dates = {
            "subscr_date": self.scene.date(days_ago),
            "subscr_effective": self.scene.date(effective_days_ago),
        }
        return self._tell("subscr_modify", self._terms() | dates)

    def failed(self, days_ago: float) -> Message:
        """A cycle could not be paid; PayPal tries again after some days. Its day is said nowhere."""
        retry = {"retry_at": self.scene.date(days_ago - RETRY_DAYS)}
        return self._tell("subscr_failed", self._terms() | retry)

    def cancelled(self, days_ago: float) -> Message:
        """No more cycles; the date is the cancellation's."""
        return self._tell("subscr_cancel", self._terms() | {"subscr_date": self.scene.date(days_ago)})

    def ended(self) -> Message:
        """The last paid cycle is over: no terms, no address and no date at all."""
        said = self._said("subscr_eot") | {"payer_status": self.payer.status}
        return write(said, rng=self.scene.rng, order=SMALL_SUBSCRIPTION_ORDER)

    def paid(self, days_ago: float) -> Sale:
        """The sale that one cycle is: `completed()` of it is subscr_payment."""
        return Sale(
            scene=self.scene,
            payer=self.payer,
            lines=(self.line,),
            currency=self.currency,
            txn_id=self.scene.new_id(),
            invoice=self.invoice,
            custom=self.custom,
            days_ago=days_ago,
            manner=Manner(
                txn_type="subscr_payment",
                says={"subscr_id": self.subscr_id, "transaction_subject": self.payer.calls(self.line.name)},
                lacks=_LACKS if self.invoice else _LACKS | {"invoice"},
                order=PAYMENT_ORDER if self.payer.street else SMALL_PAYMENT_ORDER,
            ),
        )

    def _tell(self, txn_type: str, said: dict[str, str]) -> Message:
        order = SUBSCRIPTION_ORDER if self.payer.street else SMALL_SUBSCRIPTION_ORDER
        party = {**self.payer.addressed(), **self.payer.vouched()}
        return write(self._said(txn_type) | party | said, rng=self.scene.rng, order=order)

    def _said(self, txn_type: str) -> dict[str, str]:
        return {
            "txn_type": txn_type,
            "subscr_id": self.subscr_id,
            **({"old_subscr_id": self.old_id} if self.old_id else {}),
            **self.payer.named(),
            "business": SELLER_EMAIL,
            "receiver_email": SELLER_EMAIL,
            "item_name": self.payer.calls(self.line.name),
            "item_number": self.line.number,
            "mc_currency": self.currency,
            "btn_id": self.button,
            "custom": self.custom,
        }

    def _terms(self) -> dict[str, str]:
        terms = {"recurring": "1", "reattempt": "1"} | self._price(3, self.line.gross, self.period)
        return terms | (self._price(1, *self.trial) if self.trial else {})

    def _price(self, n: int, amount: Decimal, period: str) -> dict[str, str]:
        # The amount without mc_ is its copy in dollars.
        copy = {f"amount{n}": str(amount)} if self.currency == "USD" else {}
        return {f"mc_amount{n}": str(amount), f"period{n}": period, **copy}


def new_subscription(scene: Scene, *, trial: tuple[Decimal, str] | None = None) -> Subscription:
    """Something from the price list, every month."""
    currency = scene.rng.choice(("USD", "USD", "EUR"))
    (line,) = one_line(currency)
    return Subscription(
        scene=scene,
        payer=scene.rng.choice(PAYERS),
        line=line,
        currency=currency,
        subscr_id=new_subscr_id(scene),
        button=f"{scene.rng.randrange(10**8):08d}",
        # Some buttons name one, and then every cycle of the subscription bears it.
        invoice=scene.rng.choice(("", f"abo-{scene.rng.randrange(10**8):08d}")),
        custom=f"xyz{scene.rng.randrange(1000):03d}",
        trial=trial,
    )


def new_subscr_id(scene: Scene) -> str:
    """`I-` and twelve characters."""
    return f"I-{scene.new_code(12)}"
