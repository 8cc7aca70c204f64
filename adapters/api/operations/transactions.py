"""Calls about transactions."""

from typing import Final

from adapters.api.openapi_pieces import (
    CURSOR,
    LIMIT,
    LOOKED_FOR,
    READING,
    SINCE,
    Piece,
    answers,
    listed,
    one,
    operation,
    place,
    query,
)
from adapters.api.openapi_shapes import TIME, words
from domain.vocabulary import Kind, Status

_TXN_ID: Final = place("txn_id", LOOKED_FOR, "Its own id, or that of something that follows it.")

PATHS: Final[dict[str, Piece]] = {
    "/api/transactions": {
        "get": operation(
            "Transactions, the one heard of last first.",
            answers(listed("TransactionPage", "A page."), READING),
            query("status", words(Status), "Where it stands."),
            query("kind", words(Kind), "What it is."),
            query("payer", LOOKED_FOR, "The payer's id, or e-mail address in any case."),
            query("invoice", LOOKED_FOR, "Exactly this invoice."),
            {**SINCE, "description": "First heard of at this time or later."},
            query("until", TIME, "First heard of before this time."),
            query("q", LOOKED_FOR, "How an id, invoice or payer's e-mail address begins."),
            LIMIT,
            CURSOR,
        )
    },
    "/api/transactions/{txn_id}": {
        "get": operation(
            "One transaction.",
            answers(one("Transaction", "As of now, or of the time asked for."), (*READING, 404)),
            _TXN_ID,
            query("as_of", TIME, "As it was known then."),
        )
    },
    "/api/transactions/{txn_id}/events": {
        "get": operation(
            "Its events, in order.",
            answers(listed("EventPage", "A page."), (*READING, 404)),
            _TXN_ID,
            LIMIT,
            CURSOR,
        )
    },
}
