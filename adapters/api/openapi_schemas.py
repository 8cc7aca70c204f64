"""The shapes of the API's answers and bodies, as JSON Schema (the dialect of OpenAPI 3.1)."""

from collections.abc import Iterable
from typing import Any, Final, TypeAlias

from adapters.api.orders import ITEMS_MAX, QUANTITY, QUANTITY_MAX, TEXT_CHARACTERS_MAX
from domain.vocabulary import CaseType, Fulfillment, Kind, Outcome, Status, Verdict

Schema: TypeAlias = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}
TEXT_OR_NULL: Final[Schema] = {"type": ["string", "null"]}
COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
COUNT_OR_NULL: Final[Schema] = {"type": ["integer", "null"], "minimum": 0}
SECONDS: Final[Schema] = {"type": "number", "minimum": 0}
TIME: Final[Schema] = {"type": "string", "format": "date-time"}
TIME_OR_NULL: Final[Schema] = {"type": ["string", "null"], "format": "date-time"}
MONEY: Final[Schema] = {
    "type": ["string", "null"],
    "pattern": r"^-?[0-9]+(\.[0-9]+)?$",
    "description": "A decimal in the currency's own number of places.",
}
BOOLEAN: Final[Schema] = {"type": "boolean"}


def words(known: Iterable[str]) -> Schema:
    """One of these words."""
    return {"type": "string", "enum": [str(word) for word in known]}


def ref(name: str) -> Schema:
    """What `SCHEMAS` calls so."""
    return {"$ref": f"#/components/schemas/{name}"}


def many(schema: Schema) -> Schema:
    """A list of such."""
    return {"type": "array", "items": schema}


def record(**fields: Schema) -> Schema:
    """An object with all of these fields; later versions may add to them."""
    return {"type": "object", "required": list(fields), "properties": fields}


def page(name: str) -> Schema:
    """One page of a list."""
    return record(items=many(ref(name)), next={**TEXT_OR_NULL, "description": "The next page's cursor."})


def counts(known: Iterable[str]) -> Schema:
    """How many of each word."""
    return record(**{str(word): COUNT for word in known})


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
    "Transaction": record(
        txn_id=TEXT,
        kind=words(Kind),
        status=words(Status),
        currency=TEXT_OR_NULL,
        gross=MONEY,
        fee=MONEY,
        net=MONEY,
        refunded=MONEY,
        reversed=MONEY,
        pending_reason=TEXT_OR_NULL,
        parent_txn_id=TEXT_OR_NULL,
        invoice=TEXT_OR_NULL,
        custom=TEXT_OR_NULL,
        subscription=TEXT_OR_NULL,
        payer=record(id=TEXT_OR_NULL, email=TEXT_OR_NULL, name=TEXT_OR_NULL, country=TEXT_OR_NULL),
        receiver=record(id=TEXT_OR_NULL, email=TEXT_OR_NULL),
        items=many(ref("Item")),
        followers=many(ref("Follower")),
        cases=many(ref("Case")),
        parked=many(record(notification=COUNT_OR_NULL, kind=TEXT, waits_for=TEXT_OR_NULL)),
        fulfillment=words(Fulfillment),
        doubts=many(record(rule=TEXT, detail=TEXT)),
        version=COUNT,
        occurred_at=TIME_OR_NULL,
        first_heard=TIME,
        last_changed=TIME,
    ),
    "Item": record(number=TEXT_OR_NULL, name=TEXT_OR_NULL, quantity=TEXT_OR_NULL, gross=MONEY),
    "Follower": record(
        txn_id=TEXT,
        kind=words(("refund", "reversal", "canceled_reversal", "adjustment")),
        gross=MONEY,
        fee=MONEY,
        reason=TEXT_OR_NULL,
        occurred_at=TIME_OR_NULL,
    ),
    "Case": record(case_id=TEXT, type=words(CaseType), reason=TEXT_OR_NULL, open=BOOLEAN),
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
    "Notification": record(**_NOTIFICATION),
    "NotificationPage": page("Notification"),
    "NotificationDetail": record(
        **_NOTIFICATION,
        raw={**TEXT_OR_NULL, "contentEncoding": "base64", "description": "Null when purged."},
        fields=many({"type": "array", "items": TEXT, "minItems": 2, "maxItems": 2}),
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
        projections=many(record(name=TEXT, position=COUNT, lag_events=COUNT, lag_seconds=SECONDS)),
        drift=many(record(what=TEXT, example=TEXT, n=COUNT)),
    ),
    "Readiness": record(
        ready=BOOLEAN,
        checks=many(record(name=TEXT, ok=BOOLEAN, detail={"type": "object"}, limit={"type": "object"})),
        information={"type": "object"},
    ),
}
