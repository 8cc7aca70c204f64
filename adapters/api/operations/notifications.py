"""Calls about deliveries."""

from typing import Final

from adapters.api.openapi_pieces import (
    ACTING,
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
from adapters.api.openapi_shapes import words
from domain.vocabulary import Outcome, Verdict

_N: Final = place("n", {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}, "The delivery's number.")

PATHS: Final[dict[str, Piece]] = {
    "/api/notifications": {
        "get": operation(
            "Every delivery, newest first.",
            answers(listed("NotificationPage", "A page."), READING),
            query("outcome", words(Outcome), "What became of it."),
            query("verdict", words(Verdict), "What PayPal said of it."),
            query("txn_id", LOOKED_FOR, "Its own id, or its parent's."),
            {**SINCE, "description": "Received at this time or later."},
            LIMIT,
            CURSOR,
        )
    },
    "/api/notifications/{n}": {
        "get": operation(
            "One delivery with its bytes, fields and post-backs.",
            answers(one("NotificationDetail", "All that is kept of it."), (*READING, 404)),
            _N,
        )
    },
    "/api/notifications/{n}/retry": {
        "post": operation(
            "Verify and process it again now.",
            answers(one("NotificationDetail", "It is due; this is how it stands.", 202), (*ACTING, 404, 409)),
            _N,
        )
    },
}
