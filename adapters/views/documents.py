"""Documents: the JSON that the API answers, and the columns that lists of them are found by."""

from typing import Any

import msgspec

from adapters.times import to_us
from domain.state import Transaction
from domain.subscription import Subscription

_encoder = msgspec.json.Encoder(decimal_format="string")


def encode(document: dict[str, Any]) -> bytes:
    """A document as it is stored and answered; amounts stay texts."""
    return _encoder.encode(document)


def common_columns(state: Transaction | Subscription, document: dict[str, Any]) -> dict[str, object]:
    """The columns that transactions and subscriptions share, from a state and its document."""
    email = document["payer"]["email"]
    assert state.first_heard is not None, "a row without an event"
    assert state.last_changed is not None, "a row without an event"
    return {
        "kind": document["kind"],
        "status": document["status"],
        "payer_id": document["payer"]["id"],
        "payer_email": email and email.lower(),
        "first_heard_us": to_us(state.first_heard),
        "last_changed_us": to_us(state.last_changed),
        "document": encode(document),
    }
