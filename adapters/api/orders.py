"""Agreed prices over HTTP: what an invoice is to cost, said by the operator before or after the payment."""

from typing import Annotated, Final

import falcon
import msgspec

from adapters.api.answers import write_json
from adapters.api.asking import NOTHING, read_query
from adapters.api.bodies import read_json
from adapters.api.errors import unknown
from adapters.api.parts import Parts

# PayPal carries no longer invoice.
INVOICE_CHARACTERS_MAX: Final = 127
TEXT_CHARACTERS_MAX: Final = 256
ITEMS_MAX: Final = 500
QUANTITY_MAX: Final = 999_999_999
# Without the ends: a dollar sign would let a line feed pass here, and JSON Schema knows no other end.
QUANTITY: Final = r"[1-9][0-9]{0,8}"

# Whether it is an amount in that currency is said by whoever agrees to it, and in better words.
Amount = Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
Currency = Annotated[str, msgspec.Meta(min_length=3, max_length=3)]
Quantity = Annotated[str, msgspec.Meta(pattern=rf"\A{QUANTITY}\Z")]
WholeNumber = Annotated[int, msgspec.Meta(ge=1, le=QUANTITY_MAX)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=TEXT_CHARACTERS_MAX)]


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of an order; `gross` is the whole line's."""

    number: Text
    quantity: Quantity | WholeNumber
    name: Text | msgspec.UnsetType = msgspec.UNSET
    gross: Amount | msgspec.UnsetType = msgspec.UNSET


class Agreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an order is to cost, as it is sent."""

    amount: Amount
    currency: Currency
    items: Annotated[list[Line], msgspec.Meta(max_length=ITEMS_MAX)] | msgspec.UnsetType = msgspec.UNSET


class Order:
    """`GET` and `PUT /api/orders/{invoice}`."""

    def __init__(self, parts: Parts) -> None:
        self._orders = parts.orders

    def on_get(self, req: falcon.Request, resp: falcon.Response, invoice: str) -> None:
        read_query(req, NOTHING)
        agreed = self._orders.agreed(invoice)
        if agreed is None:
            raise unknown("order")
        write_json(resp, agreed)

    def on_put(self, req: falcon.Request, resp: falcon.Response, invoice: str) -> None:
        read_query(req, NOTHING)
        if len(invoice) > INVOICE_CHARACTERS_MAX or not invoice.isprintable():
            message = f"The invoice must be a printable text of 1 to {INVOICE_CHARACTERS_MAX} characters."
            raise falcon.HTTPBadRequest(title="Malformed invoice", description=message)
        sent = read_json(req, Agreement)
        items = None if isinstance(sent.items, msgspec.UnsetType) else [_texts(line) for line in sent.items]
        try:
            agreed = self._orders.agree(invoice, sent.amount, sent.currency, items, req.context.role.value)
        except ValueError as error:
            raise falcon.HTTPBadRequest(title="Not agreed", description=str(error)) from error
        write_json(resp, agreed)


def _texts(line: Line) -> dict[str, str]:
    return {name: str(value) for name, value in msgspec.to_builtins(line).items()}
