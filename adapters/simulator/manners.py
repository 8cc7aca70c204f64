"""What sets the kinds of payment apart: their type, what they say besides and what they leave out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.simulator.orders import PAYMENT_ORDER, SMALL_PAYMENT_ORDER

# What nobody sold has none of these.
_OF_GOODS = frozenset(
    ("item_name", "item_number", "quantity", "shipping", "handling_amount", "tax", "invoice", "custom")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """One kind of payment."""

    txn_type: str = ""  # empty: a button's or a cart's, by the number of lines
    numbered: bool = False  # a single line, too, is written as a cart of one
    says: Mapping[str, str] = field(default_factory=dict)  # kept by refunds and reversals
    lacks: frozenset[str] = frozenset()
    order: tuple[str, ...] = PAYMENT_ORDER


PLAIN = Manner()
# The receiver of what nobody has claimed yet is an address and no account.
UNCLAIMED = Manner(lacks=frozenset(("receiver_id", "business")))
EXPRESS_CHECKOUT = Manner(txn_type="express_checkout")
SEND_MONEY = Manner(txn_type="send_money", lacks=_OF_GOODS, order=SMALL_PAYMENT_ORDER)


def by_card(txn_type: str, receipt_id: str) -> Manner:
    """Somebody without an account: a receipt's number instead of one."""
    return Manner(txn_type=txn_type, says={"receipt_id": receipt_id})


def at_the_terminal(receipt_id: str) -> Manner:
    """A card that the shop typed in, with nothing about what was bought."""
    return Manner(
        txn_type="virtual_terminal",
        says={"item_name": "", "item_number": "", "custom": "", "receipt_id": receipt_id},
        lacks=frozenset(
            ("payer_email", "invoice", "protection_eligibility", "handling_amount", "transaction_subject")
        ),
        order=SMALL_PAYMENT_ORDER,
    )


def of_an_invoice(invoice_id: str, invoice_number: str) -> Manner:
    """An invoice that PayPal sent for the shop."""
    return Manner(
        txn_type="invoice_payment",
        numbered=True,
        says={"invoice_id": invoice_id, "invoice_number": invoice_number},
        lacks=frozenset(("tax", "mc_handling")),
    )


def of_an_auction(buyer: str, closed_at: str, items: int = 1) -> Manner:
    """What somebody won; `items` of them paid at once."""
    several = {"auction_multi_item": str(items)} if items > 1 else {}
    return Manner(
        says={"for_auction": "true", "auction_buyer_id": buyer, "auction_closing_date": closed_at, **several}
    )
