"""Calls about the fulfillment queue, and the shapes of their answers and bodies."""

from typing import Final

from adapters.api.fulfillment import SECONDS_DEFAULT, SECONDS_MAX
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
    query,
)
from adapters.api.openapi_shapes import (
    BOOLEAN_OR_NULL,
    COUNT,
    MONEY,
    TEXT,
    TEXT_OR_NULL,
    TIME,
    TIME_OR_NULL,
    Schema,
    many,
    or_null,
    page,
    record,
    ref,
    words,
)
from adapters.api.people import NAME_CHARACTERS_MAX, WORDS_CHARACTERS_MAX
from domain.vocabulary import Fulfillment

_TXN_ID: Final = place("txn_id", LOOKED_FOR, "The payment's id, or that of something that follows it.")
NAME: Final[Schema] = {
    "type": "string",
    "minLength": 1,
    "maxLength": NAME_CHARACTERS_MAX,
    "description": "Who does it: printable, and not only spaces.",
    "examples": ["Ann"],
}
WHY: Final[Schema] = {"type": "string", "minLength": 1, "maxLength": WORDS_CHARACTERS_MAX}
_NOTE: Final[Schema] = {"type": ["string", "null"], "maxLength": WORDS_CHARACTERS_MAX}
_SECONDS: Final[Schema] = {
    "type": "integer",
    "minimum": 1,
    "maximum": SECONDS_MAX,
    "default": SECONDS_DEFAULT,
    "description": "For how long; then the goods are ready again.",
}
_LEFT_ALREADY: Final[Schema] = {
    "type": "boolean",
    "default": False,
    "description": "They are gone, though they ought not to be by now: recorded all the same.",
}
VERSION: Final[Schema] = {
    "type": ["integer", "null"],
    "minimum": 1,
    "description": "The version that was looked at: refused when something was told since.",
}
_ADDRESS: Final = record(
    name=TEXT_OR_NULL,
    street=TEXT_OR_NULL,
    city=TEXT_OR_NULL,
    state=TEXT_OR_NULL,
    zip=TEXT_OR_NULL,
    country=TEXT_OR_NULL,
    confirmed=BOOLEAN_OR_NULL,
)


def body(required: tuple[str, ...] = (), /, **fields: Schema) -> Schema:
    """The body of an act: these fields and no others."""
    return {
        "type": "object",
        "required": list(required),
        "properties": fields,
        "additionalProperties": False,
    }


SCHEMAS: Final[dict[str, Schema]] = {
    "Goods": record(
        txn_id=TEXT,
        state=words(Fulfillment),
        since={**TIME, "description": "When it came to stand so."},
        by={**TEXT_OR_NULL, "description": "Who has claimed them, or sent them."},
        until={**TIME_OR_NULL, "description": "When the claim runs out."},
        gross=MONEY,
        currency=TEXT_OR_NULL,
        invoice=TEXT_OR_NULL,
        items=many(ref("Item")),
        payer=ref("Payer"),
        address=or_null(_ADDRESS),
        doubts=many(record(rule=TEXT, detail=TEXT)),
        note=TEXT_OR_NULL,
        version={**COUNT, "description": "Events of the payment when it was told."},
    ),
    "GoodsPage": page("Goods"),
    "GoodsChange": record(txn_id=TEXT, before=or_null(ref("Goods")), after=or_null(ref("Goods"))),
    "GoodsChangePage": page("GoodsChange"),
    "GoodsClaim": body(("by",), by=NAME, seconds=_SECONDS),
    "GoodsRelease": body((), by={**NAME, "type": ["string", "null"]}, why=_NOTE),
    "GoodsFulfillment": body(("by",), by=NAME, note=_NOTE, left_already=_LEFT_ALREADY),
    "GoodsApproval": body(("by", "why"), by=NAME, why=WHY, version=VERSION),
}


def act(summary: str, shape: str, *, needed: bool = True) -> Piece:
    """An act of a person about goods."""
    return {
        "post": operation(
            summary,
            answers(one("Goods", "As they stand then."), (*ACTING, 404, 409, 415)),
            _TXN_ID,
            requestBody={"required": needed, "content": as_json(ref(shape))},
        )
    }


PATHS: Final[dict[str, Piece]] = {
    "/api/fulfillment": {
        "get": operation(
            "The queue: goods that money came for, those that stand so longest first.",
            answers(listed("GoodsPage", "A page."), READING),
            query("state", words(Fulfillment), "Only those."),
            query("as_of", TIME, "As it was known then."),
            LIMIT,
            CURSOR,
        )
    },
    "/api/fulfillment/changes": {
        "get": operation(
            "Goods that stood elsewhere at one time than at another.",
            answers(listed("GoodsChangePage", "A page, by when the last of it was told."), READING),
            {**SINCE, "required": True, "description": "The earlier time."},
            query("until", TIME, "The later one; now if it is not given."),
            LIMIT,
            CURSOR,
        )
    },
    "/api/fulfillment/{txn_id}/claim": act("Take it on to send the goods.", "GoodsClaim"),
    "/api/fulfillment/{txn_id}/release": act(
        "Give the goods back to the queue; without a name, whoever holds them.", "GoodsRelease", needed=False
    ),
    "/api/fulfillment/{txn_id}/fulfill": act("Say that the goods left.", "GoodsFulfillment"),
    "/api/fulfillment/{txn_id}/approve": act(
        "Let the goods go in spite of the doubts that hold them now.", "GoodsApproval"
    ),
}
