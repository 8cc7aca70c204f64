"""What may be called, with which parameters, and what it answers: the table of OpenAPI's paths."""

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
    as_json,
    listed,
    one,
    operation,
    place,
    probe,
    query,
)
from adapters.api.openapi_shapes import BOOLEAN, TEXT, TIME, ref, words
from domain.vocabulary import Kind, Outcome, Status, SubscriptionKind, SubscriptionStatus, Verdict
from projections.todos import TodoKind

_TXN_ID: Final = place("txn_id", LOOKED_FOR, "Its own id, or that of something that follows it.")
_SUBSCRIPTION_ID: Final = place(
    "subscription_id", {"type": "string", "minLength": 1}, "As PayPal calls it: subscr_id, profile or mp_id."
)
_N: Final = place("n", {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}, "The delivery's number.")
_INVOICE: Final = place(
    "invoice",
    {"type": "string", "minLength": 1, "maxLength": 127},
    "As in the payment; slashes may stand in it.",
)

PATHS: Final[dict[str, Piece]] = {
    "/livez": probe(
        "Does this process answer?", {"200": {"description": "Yes.", "content": {"text/plain": {}}}}
    ),
    "/readyz": probe(
        "Can messages come, and does something become of them?",
        {**one("Readiness", "Yes."), **one("Readiness", "No; the checks say why.", 503)},
    ),
    "/metrics": probe(
        "Figures without personal data.",
        {"200": {"description": "Prometheus text.", "content": {"text/plain": {"schema": TEXT}}}},
    ),
    "/api/openapi.json": {
        "get": operation(
            "This description.",
            answers(
                {"200": {"description": "OpenAPI 3.1.", "content": as_json({"type": "object"})}}, (400, 401)
            ),
        )
    },
    "/api/status": {"get": operation("The house in figures.", answers(one("Status", "As of now."), READING))},
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
            answers(one("NotificationDetail", "It is due; this is how it stands.", 202), (*ACTING, 404)),
            _N,
        )
    },
    "/api/subscriptions": {
        "get": operation(
            "Subscriptions, recurring profiles and billing agreements, the one heard of last first.",
            answers(listed("SubscriptionPage", "A page."), READING),
            query("status", words(SubscriptionStatus), "Where it stands."),
            query("kind", words(SubscriptionKind), "What it is."),
            query("payer", LOOKED_FOR, "The payer's id, or e-mail address in any case."),
            {**SINCE, "description": "First heard of at this time or later."},
            query("until", TIME, "First heard of before this time."),
            LIMIT,
            CURSOR,
        )
    },
    "/api/subscriptions/{subscription_id}": {
        "get": operation(
            "One subscription, profile or agreement, with its payments.",
            answers(one("Subscription", "As of now."), (*READING, 404)),
            _SUBSCRIPTION_ID,
        )
    },
    "/api/todos": {
        "get": operation(
            "What waits for a person, newest first.",
            answers(listed("TodoPage", "A page."), READING),
            query("kind", words(TodoKind), "What is to be done."),
            query("open", BOOLEAN, "Only those that are still to be done, or only the others."),
            LIMIT,
            CURSOR,
        )
    },
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
