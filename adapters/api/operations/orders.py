"""Calls about agreed prices."""

from typing import Final

from adapters.api.openapi_pieces import (
    ACTING,
    READING,
    Piece,
    answers,
    as_json,
    one,
    operation,
    place,
)
from adapters.api.openapi_shapes import ref

_INVOICE: Final = place(
    "invoice",
    {"type": "string", "minLength": 1, "maxLength": 127},
    "As in the payment; slashes may stand in it.",
)

PATHS: Final[dict[str, Piece]] = {
    "/api/orders/{invoice}": {
        "get": operation(
            "The price that was agreed.", answers(one("Order", "As agreed."), (*READING, 404)), _INVOICE
        ),
        "put": operation(
            "Agree a price, before the payment or after it.",
            answers(one("Order", "Agreed."), (*ACTING, 404, 415)),
            _INVOICE,
            requestBody={"required": True, "content": as_json(ref("Agreement"))},
        ),
    },
}
