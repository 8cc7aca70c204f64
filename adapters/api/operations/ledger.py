"""Calls about the ledger, and the shapes of their answers."""

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
    query,
)
from adapters.api.openapi_shapes import (
    COUNT_OR_NULL,
    TEXT,
    TIME,
    TIME_OR_NULL,
    Schema,
    many,
    page,
    record,
    words,
)
from adapters.exports.formats import FORMATS
from domain.accounts import EntryKind

_ACCOUNT: Final[Schema] = {**TEXT, "examples": ["Assets:PayPal:USD"]}
_CURRENCY: Final[Schema] = {"type": "string", "pattern": "^[A-Z]{3}$"}
_AMOUNT: Final[Schema] = {
    "type": "string",
    "pattern": r"^-?[0-9]+(\.[0-9]+)?$",
    "description": "A decimal in the currency's own number of places.",
}
_AS_OF: Final = query("as_of", TIME, "By the entries recorded up to then.")

SCHEMAS: Final[dict[str, Schema]] = {
    "Balances": record(items=many(record(account=_ACCOUNT, currency=_CURRENCY, balance=_AMOUNT))),
    "BalanceChanges": record(
        items=many(
            record(account=_ACCOUNT, currency=_CURRENCY, before=_AMOUNT, after=_AMOUNT, difference=_AMOUNT)
        )
    ),
    "LedgerEntry": record(
        id=TEXT,
        txn_id={**TEXT, "description": "The id that the money moved under: a refund's own, for instance."},
        transaction={**TEXT, "description": "The transaction that it belongs to."},
        n={**COUNT_OR_NULL, "description": "The delivery that told of it."},
        kind=words(EntryKind),
        occurred_at={**TIME_OR_NULL, "description": "As PayPal dates it."},
        recorded_at={**TIME, "description": "When it came into the book."},
        postings=many(record(account=_ACCOUNT, currency=_CURRENCY, amount=_AMOUNT)),
    ),
    "LedgerEntryPage": page("LedgerEntry"),
}


def _whole(name: str, said: str) -> Piece:
    """A list without pages, and its CSV twin."""
    content = {**one(name, said)["200"]["content"], "text/csv": {"schema": TEXT}}
    return {"200": {"description": said, "content": content}}


PATHS: Final[dict[str, Piece]] = {
    "/api/ledger/balances": {
        "get": operation(
            "What each account holds, or held at a time.",
            answers(_whole("Balances", "Every account that anything was posted to."), READING),
            _AS_OF,
        )
    },
    "/api/ledger/changes": {
        "get": operation(
            "What each account held at one time and at another, and the difference.",
            answers(_whole("BalanceChanges", "Every account that anything was posted to by then."), READING),
            {**query("since", TIME, "Before: by the entries recorded up to then."), "required": True},
            query("until", TIME, "After: by the entries recorded up to then; now, if it is not given."),
        )
    },
    "/api/ledger/entries": {
        "get": operation(
            "Money that moved, in double entry, the entry recorded last first.",
            answers(listed("LedgerEntryPage", "A page."), READING),
            query("account", LOOKED_FOR, "Entries that post to exactly this account."),
            query("txn_id", LOOKED_FOR, "Of the transaction that this id is or leads to."),
            query("kind", words(EntryKind), "What it tells of."),
            {**SINCE, "description": "Recorded at this time or later."},
            query("until", TIME, "Recorded before this time."),
            LIMIT,
            CURSOR,
        )
    },
    "/api/ledger/export": {
        "get": operation(
            "The whole ledger in the form of another program.",
            answers(
                {
                    "200": {
                        "description": "A file.",
                        "content": {"text/plain": {"schema": TEXT}, "text/csv": {"schema": TEXT}},
                    }
                },
                READING,
            ),
            {**query("format", words(FORMATS), "For which program."), "required": True},
            _AS_OF,
        )
    },
}
