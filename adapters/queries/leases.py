"""Claims that ran out: stored documents say what the last event told, and no event tells of the hour."""

from datetime import datetime
from typing import Any, Final

import msgspec

from adapters.times import parse_rfc3339
from domain.vocabulary import Fulfillment

# Nowhere else in a document: quotes in a text of a message are escaped.
_MARK: Final = b'"claimed_until":'


def as_it_stands(document: bytes, moment: datetime) -> bytes:
    """A transaction's document as it stands at a moment: of a claim that ran out nothing is said."""
    if _MARK not in document:  # nearly always
        return document
    told: dict[str, Any] = msgspec.json.decode(document)
    if moment < parse_rfc3339(told["goods"]["claimed_until"]):
        return document
    del told["goods"]
    if told["fulfillment"] == Fulfillment.CLAIMED:
        told["fulfillment"] = Fulfillment.READY
    return msgspec.json.encode(told)
