"""Lifecycles of payments that came another way than by a button or a plain cart."""

from dataclasses import replace
from decimal import Decimal

from adapters.simulator.manners import (
    EXPRESS_CHECKOUT,
    SEND_MONEY,
    Manner,
    at_the_terminal,
    by_card,
    of_an_auction,
    of_an_invoice,
)
from adapters.simulator.messages import Message
from adapters.simulator.orders import LARGE_CART_ORDER
from adapters.simulator.payments import FILTERS
from adapters.simulator.sales import conversion, new_sale
from adapters.simulator.scene import Scene
from adapters.simulator.shop import Extras, Line, two_lines

# What was chosen of the first line of a cart, and of its second.
_OPTIONS = ((("Binding", "cloth"),), (("Binding", "paper"), ("Ribbon", "red & gold")))


def express_checkout(scene: Scene) -> list[Message]:
    """A payment by Express Checkout."""
    return [new_sale(scene, manner=EXPRESS_CHECKOUT).completed()]


def pro_hosted(scene: Scene) -> list[Message]:
    """A payment by card, on a page of PayPal's in the shop."""
    return [new_sale(scene, manner=by_card("pro_hosted", scene.new_receipt_id())).completed()]


def virtual_terminal(scene: Scene) -> list[Message]:
    """A card that the shop typed in: a fraud filter held it, and the shop accepted it."""
    manner = at_the_terminal(scene.new_receipt_id())
    sale = new_sale(scene, currency="USD", days_ago=0.1, manner=manner)
    nobody = replace(sale.payer, first_name="", last_name="", street="", status="unverified")
    sale = replace(sale, payer=nobody)
    return [sale.pending("address", **FILTERS), sale.completed(**FILTERS)]


def send_money(scene: Scene) -> list[Message]:
    """Money that somebody just sent: no item, no invoice, no address."""
    sale = new_sale(scene, manner=SEND_MONEY)
    return [replace(sale, payer=replace(sale.payer, street="")).completed()]


def invoice_payment(scene: Scene) -> list[Message]:
    """An invoice that PayPal sent for the shop was paid."""
    invoice_id = "-".join(["INV2", *(scene.new_code(4) for _ in range(4))])
    number = f"{scene.rng.randrange(10**4):04d}"
    return [new_sale(scene, manner=of_an_invoice(invoice_id, number)).completed()]


def auction_item(scene: Scene) -> list[Message]:
    """Something that was won in an auction."""
    manner = of_an_auction("bookworm_71", scene.date(2))
    return [new_sale(scene, manner=manner).completed()]


def auction_two_items(scene: Scene) -> list[Message]:
    """Two auctions paid at once: a message for each, each with one item, the same id and the whole amount."""
    manner = of_an_auction("bookworm_71", scene.date(2), items=2)
    sale = new_sale(scene, currency="USD", lines=two_lines("USD"))
    whole = {name: str(sale.gross) for name in ("mc_gross", "payment_gross")}
    fee = sale.fee_fields(sale.fee)
    return [
        replace(sale, lines=(line,), manner=manner).say("Completed", **whole, **fee) for line in sale.lines
    ]


def cart_with_extras(scene: Scene) -> list[Message]:
    """A cart with options, tax, shipping and a discount."""
    extras = Extras(tax=Decimal("4.79"), shipping=Decimal("6.40"), discount=Decimal("5.99"))
    lines = _two_with_options("USD")
    manner = Manner(order=LARGE_CART_ORDER)
    return [new_sale(scene, currency="USD", lines=lines, extras=extras, manner=manner).completed()]


def cart_converted(scene: Scene) -> list[Message]:
    """A cart in euros with options and shipping, converted to dollars at once."""
    extras = Extras(shipping=Decimal("3.90"))
    lines = _two_with_options("EUR")
    manner = Manner(order=LARGE_CART_ORDER)
    sale = new_sale(scene, currency="EUR", lines=lines, extras=extras, manner=manner)
    return [sale.completed(**conversion(sale, Decimal("1.17204")))]


def _two_with_options(currency: str) -> tuple[Line, ...]:
    lines = zip(two_lines(currency), _OPTIONS, strict=True)
    return tuple(replace(line, options=options) for line, options in lines)
