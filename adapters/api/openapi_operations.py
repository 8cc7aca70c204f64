"""What may be called, with which parameters, and what it answers: the table of OpenAPI's paths."""

from collections.abc import Iterable
from typing import Any, Final, TypeAlias

from adapters.api.asking import LIMIT_DEFAULT, LIMIT_MAX, TEXT_CHARACTERS_MAX
from adapters.api.openapi_schemas import TEXT, TIME, Schema, ref, words
from domain.vocabulary import Kind, Outcome, Status, Verdict

Piece: TypeAlias = dict[str, Any]

ERRORS: Final[dict[int, str]] = {
    400: "The request is malformed; the description names the parameter or field.",
    401: "No token, or one that opens nothing.",
    403: "A viewer's token, where one acts.",
    404: "Nobody has heard of this id.",
    413: "The body is too long.",
    415: "The body is not JSON.",
    503: "The store could not be read or written in time; ask again later.",
}
_READING: Final = (400, 401, 503)
_ACTING: Final = (400, 401, 403, 413, 503)
_LOOKED_FOR: Final[Schema] = {"type": "string", "minLength": 1, "maxLength": TEXT_CHARACTERS_MAX}


def _query(name: str, schema: Schema, said: str) -> Piece:
    return {"name": name, "in": "query", "schema": schema, "description": said}


def _place(name: str, schema: Schema, said: str) -> Piece:
    return {"name": name, "in": "path", "required": True, "schema": schema, "description": said}


def _json(schema: Schema) -> Piece:
    return {"application/json": {"schema": schema}}


def _answers(good: Piece, errors: Iterable[int]) -> Piece:
    refused = {
        str(status): {"description": ERRORS[status], "content": _json(ref("Error"))} for status in errors
    }
    return {**good, **refused}


def _one(name: str, said: str, status: int = 200) -> Piece:
    return {str(status): {"description": said, "content": _json(ref(name))}}


def _list(name: str, said: str) -> Piece:
    following = {"description": "Of a CSV page that is not the last: the next one.", "schema": TEXT}
    content = {**_json(ref(name)), "text/csv": {"schema": TEXT}}
    return {"200": {"description": said, "content": content, "headers": {"Link": following}}}


def _operation(summary: str, responses: Piece, *parameters: Piece, **more: object) -> Piece:
    return {"summary": summary, "parameters": list(parameters), "responses": responses, **more}


def _probe(summary: str, responses: Piece) -> Piece:
    """Open to everybody, by GET and by HEAD."""
    bodiless = {status: {"description": answer["description"]} for status, answer in responses.items()}
    return {
        "get": _operation(summary, responses, security=[]),
        "head": _operation(summary, bodiless, security=[]),
    }


_LIMIT: Final = _query(
    "limit",
    {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT_DEFAULT},
    "How many items at most.",
)
_CURSOR: Final = _query("cursor", {"type": "string", "minLength": 1}, "`next` of the page before.")
_SINCE: Final = _query("since", TIME, "From this time on.")
_TXN_ID: Final = _place("txn_id", _LOOKED_FOR, "Its own id, or that of something that follows it.")
_N: Final = _place("n", {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}, "The delivery's number.")
_INVOICE: Final = _place(
    "invoice",
    {"type": "string", "minLength": 1, "maxLength": 127},
    "As in the payment; slashes may stand in it.",
)

PATHS: Final[dict[str, Piece]] = {
    "/livez": _probe(
        "Does this process answer?", {"200": {"description": "Yes.", "content": {"text/plain": {}}}}
    ),
    "/readyz": _probe(
        "Can messages come, and does something become of them?",
        {**_one("Readiness", "Yes."), **_one("Readiness", "No; the checks say why.", 503)},
    ),
    "/metrics": _probe(
        "Figures without personal data.",
        {"200": {"description": "Prometheus text.", "content": {"text/plain": {"schema": TEXT}}}},
    ),
    "/api/openapi.json": {
        "get": _operation(
            "This description.",
            _answers(
                {"200": {"description": "OpenAPI 3.1.", "content": _json({"type": "object"})}}, (400, 401)
            ),
        )
    },
    "/api/status": {
        "get": _operation("The house in figures.", _answers(_one("Status", "As of now."), _READING))
    },
    "/api/transactions": {
        "get": _operation(
            "Transactions, the one heard of last first.",
            _answers(_list("TransactionPage", "A page."), _READING),
            _query("status", words(Status), "Where it stands."),
            _query("kind", words(Kind), "What it is."),
            _query("payer", _LOOKED_FOR, "The payer's id, or e-mail address in any case."),
            _query("invoice", _LOOKED_FOR, "Exactly this invoice."),
            {**_SINCE, "description": "First heard of at this time or later."},
            _query("until", TIME, "First heard of before this time."),
            _query("q", _LOOKED_FOR, "How an id, invoice or payer's e-mail address begins."),
            _LIMIT,
            _CURSOR,
        )
    },
    "/api/transactions/{txn_id}": {
        "get": _operation(
            "One transaction.",
            _answers(_one("Transaction", "As of now, or of the time asked for."), (*_READING, 404)),
            _TXN_ID,
            _query("as_of", TIME, "As it was known then."),
        )
    },
    "/api/transactions/{txn_id}/events": {
        "get": _operation(
            "Its events, in order.",
            _answers(_list("EventPage", "A page."), (*_READING, 404)),
            _TXN_ID,
            _LIMIT,
            _CURSOR,
        )
    },
    "/api/notifications": {
        "get": _operation(
            "Every delivery, newest first.",
            _answers(_list("NotificationPage", "A page."), _READING),
            _query("outcome", words(Outcome), "What became of it."),
            _query("verdict", words(Verdict), "What PayPal said of it."),
            _query("txn_id", _LOOKED_FOR, "Its own id, or its parent's."),
            {**_SINCE, "description": "Received at this time or later."},
            _LIMIT,
            _CURSOR,
        )
    },
    "/api/notifications/{n}": {
        "get": _operation(
            "One delivery with its bytes, fields and post-backs.",
            _answers(_one("NotificationDetail", "All that is kept of it."), (*_READING, 404)),
            _N,
        )
    },
    "/api/notifications/{n}/retry": {
        "post": _operation(
            "Verify and process it again now.",
            _answers(_one("NotificationDetail", "It is due; this is how it stands.", 202), (*_ACTING, 404)),
            _N,
        )
    },
    "/api/orders/{invoice}": {
        "get": _operation(
            "The price that was agreed.", _answers(_one("Order", "As agreed."), (*_READING, 404)), _INVOICE
        ),
        "put": _operation(
            "Agree a price, before the payment or after it.",
            _answers(_one("Order", "Agreed."), (*_ACTING, 404, 415)),
            _INVOICE,
            requestBody={"required": True, "content": _json(ref("Agreement"))},
        ),
    },
}
