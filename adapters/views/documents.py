"""Documents: the JSON that the API answers, and the columns that lists of them are found by."""

from typing import Any, Final

import msgspec

from adapters.times import to_us
from adapters.view_rows import Row
from domain.state import Transaction
from domain.subscription import Subscription

# The columns that transactions and subscriptions share.
COMMON: Final = (
    "kind",
    "status",
    "payer_id",
    "payer_email",
    "first_heard_us",
    "last_changed_us",
    "document",
)
_encode: Final = msgspec.json.Encoder(decimal_format="string").encode


def encode(document: dict[str, Any]) -> bytes:
    """A document as it is stored and answered; amounts stay texts."""
    return _encode(document)


def common_columns(state: Transaction | Subscription, document: dict[str, Any]) -> Row:
    """The values of those columns, from a state and its document."""
    payer = document["payer"]
    email = payer["email"]
    assert state.first_heard is not None, "a row without an event"
    assert state.last_changed is not None, "a row without an event"
    return (
        document["kind"],
        document["status"],
        payer["id"],
        email and email.lower(),
        to_us(state.first_heard),
        to_us(state.last_changed),
        _encode(document),
    )
