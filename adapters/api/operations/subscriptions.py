"""Calls about subscriptions, recurring profiles and billing agreements."""

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
    place,
    query,
)
from adapters.api.openapi_shapes import TIME, words
from domain.vocabulary import SubscriptionKind, SubscriptionStatus

_SUBSCRIPTION_ID: Final = place(
    "subscription_id", {"type": "string", "minLength": 1}, "As PayPal calls it: subscr_id, profile or mp_id."
)

PATHS: Final[dict[str, Piece]] = {
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
}
