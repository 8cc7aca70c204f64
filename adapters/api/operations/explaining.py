"""Calls that explain a transaction: why it stands so, what changed; and the closing of its cases."""

from typing import Final

from adapters.api.openapi_pieces import (
    ACTING,
    LOOKED_FOR,
    READING,
    SINCE,
    Piece,
    answers,
    as_json,
    one,
    operation,
    place,
    query,
)
from adapters.api.openapi_shapes import TEXT, TIME, Schema, many, or_null, record, ref, words
from adapters.api.operations.fulfillment import NAME, VERSION, WHY, body
from domain.vocabulary import Fulfillment, Status

_TXN_ID: Final = place("txn_id", LOOKED_FOR, "Its own id, or that of something that follows it.")
_CASE_ID: Final = place("case_id", {"type": "string", "minLength": 1}, "The case, as PayPal calls it.")

SCHEMAS: Final[dict[str, Schema]] = {
    "Explanation": record(
        txn_id=TEXT,
        status=words(Status),
        fulfillment=words(Fulfillment),
        because=many(record(rule=TEXT, verdict=words(("passed", "failed", "waived")), detail=TEXT)),
        next=many(record(what=TEXT, who=words(("merchant", "buyer", "PayPal", "bank", "receiver")))),
    ),
    "TransactionChanges": record(
        before=or_null(ref("Transaction")),
        after=ref("Transaction"),
        changed=many(record(field=TEXT, before={}, after={})),
        events=many(ref("Event")),
    ),
    "CaseClosing": body(("by", "why"), by=NAME, why=WHY, version=VERSION),
}

PATHS: Final[dict[str, Piece]] = {
    "/api/transactions/{txn_id}/explain": {
        "get": operation(
            "Why the goods of a transaction may leave or not, and what would change it.",
            answers(one("Explanation", "Each rule that applies, and what comes next."), (*READING, 404)),
            _TXN_ID,
            query("as_of", TIME, "As it was known then; what is listed and set up is today's."),
        )
    },
    "/api/transactions/{txn_id}/changes": {
        "get": operation(
            "What was known of a transaction at two times, what differs, and the events between.",
            answers(one("TransactionChanges", "Before is null when nothing was known."), (*READING, 404)),
            _TXN_ID,
            {**SINCE, "required": True, "description": "The earlier time."},
            query("until", TIME, "The later one; now if it is not given."),
        )
    },
    "/api/transactions/{txn_id}/cases/{case_id}/close": {
        "post": operation(
            "Close a case that PayPal says nothing more of, as far as it has gone.",
            answers(one("Transaction", "As it stands then."), (*ACTING, 404, 409, 415)),
            _TXN_ID,
            _CASE_ID,
            requestBody={"required": True, "content": as_json(ref("CaseClosing"))},
        )
    },
}
