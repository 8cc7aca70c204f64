"""The shapes of the API's answers and bodies, as JSON Schema (the dialect of OpenAPI 3.1)."""

from typing import Final

from adapters.api.openapi_documents import DOCUMENTS
from adapters.api.openapi_shapes import (
    BOOLEAN,
    COUNT,
    COUNT_OR_NULL,
    SECONDS,
    TEXT,
    TEXT_OR_NULL,
    TIME,
    TIME_OR_NULL,
    Schema,
    counts,
    many,
    or_null,
    page,
    record,
    ref,
    words,
)
from adapters.api.operations import customers, explaining, fulfillment, ledger, todos
from adapters.api.orders import ITEMS_MAX, QUANTITY, QUANTITY_MAX, TEXT_CHARACTERS_MAX
from domain.vocabulary import Outcome, Verdict

_AMOUNT: Final[Schema] = {"type": "string", "pattern": r"^[0-9]{1,12}(\.[0-9]{1,2})?$", "examples": ["19.95"]}
_CURRENCY: Final[Schema] = {"type": "string", "pattern": "^[A-Z]{3}$", "examples": ["USD"]}
_QUANTITY: Final[Schema] = {
    "oneOf": [
        {"type": "string", "pattern": f"^{QUANTITY}$"},
        {"type": "integer", "minimum": 1, "maximum": QUANTITY_MAX},
    ]
}
_NAMED: Final[Schema] = {"type": "string", "minLength": 1, "maxLength": TEXT_CHARACTERS_MAX}
_LINE: Final[Schema] = {
    "type": "object",
    "required": ["number", "quantity"],
    "properties": {"number": _NAMED, "name": _NAMED, "quantity": _QUANTITY, "gross": _AMOUNT},
    "additionalProperties": False,
}
_NOTIFICATION: Final[Schema] = {
    "n": COUNT,
    "received_at": TIME,
    "peer": TEXT,
    "txn_id": TEXT_OR_NULL,
    "txn_type": TEXT_OR_NULL,
    "payment_status": TEXT_OR_NULL,
    "verdict": words(Verdict),
    "attempts": COUNT,
    "outcome": words(Outcome),
    "reason": TEXT_OR_NULL,
    "events": many(record(stream=TEXT, version=COUNT, type=TEXT)),
}

SCHEMAS: Final[dict[str, Schema]] = {
    "Error": record(title=TEXT, description=TEXT),
    **DOCUMENTS,
    "TransactionPage": page("Transaction"),
    "Event": record(
        position=COUNT,
        version=COUNT,
        type=TEXT,
        recorded_at=TIME,
        notification={"type": ["integer", "null"], "description": "The delivery that it came from."},
        by={**TEXT_OR_NULL, "description": "The person who did it, where a person did."},
        data={"description": "What the event says, by its type."},
    ),
    "EventPage": page("Event"),
    "SubscriptionPage": page("Subscription"),
    **explaining.SCHEMAS,
    **fulfillment.SCHEMAS,
    **todos.SCHEMAS,
    **customers.SCHEMAS,
    **ledger.SCHEMAS,
    "Notification": record(**_NOTIFICATION),
    "NotificationPage": page("Notification"),
    "NotificationDetail": record(
        **_NOTIFICATION,
        raw={**TEXT_OR_NULL, "contentEncoding": "base64", "description": "Null when purged."},
        fields=many({"type": "array", "items": TEXT, "minItems": 2, "maxItems": 2}),
        purged_at={**TIME_OR_NULL, "description": "When its bytes went by the rules of retention."},
        forgotten={"type": "boolean", "description": "Whether nobody can read it: its payer was forgotten."},
        post_backs=many(
            record(
                attempt=COUNT,
                time=TIME,
                status={"type": ["integer", "null"], "description": "HTTP; null when no answer came."},
                answer=TEXT,
                seconds=SECONDS,
                verdict=words(Verdict),
            )
        ),
    ),
    "Agreement": {
        "type": "object",
        "required": ["amount", "currency"],
        "properties": {
            "amount": _AMOUNT,
            "currency": _CURRENCY,
            "items": {"type": "array", "items": _LINE, "maxItems": ITEMS_MAX},
        },
        "additionalProperties": False,
    },
    "Order": record(
        invoice=TEXT, amount=_AMOUNT, currency=_CURRENCY, items=many(ref("Item")), paid_by=many(TEXT)
    ),
    "Status": record(
        version=TEXT,
        backlog=record(waiting=COUNT, parked=COUNT, oldest_seconds=SECONDS),
        verdicts=counts(Verdict),
        outcomes=counts(Outcome),
        book=record(position=COUNT),
        projections=many(
            record(
                name=TEXT,
                position=COUNT,
                lag_events=COUNT,
                lag_seconds=SECONDS,
                version={**COUNT_OR_NULL, "description": "Of the code that began these rows."},
                rebuilding=or_null(record(position=COUNT, of=COUNT)),
                streams_set_aside=COUNT,
                set_aside={
                    **many(record(stream=TEXT, position=COUNT, why=TEXT)),
                    "description": "Streams of which nothing is told from that event on; the first of them.",
                },
            )
        ),
        drift=many(
            record(
                what={**TEXT, "description": "PayPal's field; `field` where the field itself is new."},
                example=TEXT,
                n={**COUNT, "description": "The first delivery that said it."},
                count={**COUNT, "description": "Deliveries that said it."},
            )
        ),
        notary=record(
            sealed={**COUNT, "description": "Entries that have their place in the notary's sequence."},
            behind={**COUNT, "description": "Positions of the book that it has not come to yet."},
            checkpoint=or_null(record(size=COUNT, made_at=TIME)),
            keys={**many(TEXT), "description": "By which its checkpoints are checked."},
            sent=many(record(target=TEXT, size=COUNT, sent_at=TIME_OR_NULL, error=TEXT_OR_NULL)),
        ),
    ),
    "Readiness": record(
        ready=BOOLEAN,
        checks=many(record(name=TEXT, ok=BOOLEAN, detail={"type": "object"}, limit={"type": "object"})),
        information={"type": "object"},
    ),
}
