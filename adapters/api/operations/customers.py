"""Calls about customers, and the shapes of their answers."""

from typing import Final

from adapters.api.openapi_pieces import (
    CURSOR,
    LIMIT,
    LOOKED_FOR,
    READING,
    Piece,
    answers,
    listed,
    one,
    operation,
    place,
    query,
)
from adapters.api.openapi_shapes import (
    BOOLEAN_OR_NULL,
    COUNT,
    MONEY,
    TEXT,
    TEXT_OR_NULL,
    TIME,
    Schema,
    many,
    or_null,
    page,
    record,
)

_PAYER_ID: Final = place("payer_id", {"type": "string", "minLength": 1}, "As PayPal calls the payer.")
_ADDRESS: Final = record(
    name=TEXT_OR_NULL,
    street=TEXT_OR_NULL,
    city=TEXT_OR_NULL,
    state=TEXT_OR_NULL,
    zip=TEXT_OR_NULL,
    country=TEXT_OR_NULL,
    confirmed=BOOLEAN_OR_NULL,
)

SCHEMAS: Final[dict[str, Schema]] = {
    "Customer": record(
        id={**TEXT, "description": "PayPal's payer id."},
        name=TEXT_OR_NULL,
        email=TEXT_OR_NULL,
        country=TEXT_OR_NULL,
        address={**or_null(_ADDRESS), "description": "Like all that is said of the payer: as last told."},
        payments={**COUNT, "description": "Completed ones."},
        totals=many(
            record(
                currency=TEXT,
                paid={**MONEY, "description": "In gross terms, by completed payments."},
                refunded=MONEY,
                disputed={**MONEY, "description": "What is pulled back now."},
            )
        ),
        first_heard=TIME,
        last_changed=TIME,
    ),
    "CustomerPage": page("Customer"),
}

PATHS: Final[dict[str, Piece]] = {
    "/api/customers": {
        "get": operation(
            "Customers, the one heard of last first.",
            answers(listed("CustomerPage", "A page."), READING),
            query("payer", LOOKED_FOR, "The payer's id, or e-mail address in any case."),
            query("q", LOOKED_FOR, "How an id begins, or, in any case, an e-mail address or a name."),
            LIMIT,
            CURSOR,
        )
    },
    "/api/customers/{payer_id}": {
        "get": operation("One customer.", answers(one("Customer", "As of now."), (*READING, 404)), _PAYER_ID)
    },
}
