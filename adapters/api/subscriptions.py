"""Subscriptions, recurring profiles and billing agreements over HTTP: the list, and one of them."""

from typing import Final

import falcon

from adapters.api import asking
from adapters.api.answers import write_document
from adapters.api.asking import NOTHING, PAGING, read_query
from adapters.api.errors import unknown
from adapters.api.lists import Listing, write_list
from adapters.api.parts import Parts
from adapters.queries.subscriptions import SubscriptionFilters
from domain.vocabulary import SubscriptionKind, SubscriptionStatus

LIST: Final = Listing(
    name="subscriptions",
    filters=SubscriptionFilters,
    query={
        "status": asking.one_of(*SubscriptionStatus),
        "kind": asking.one_of(*SubscriptionKind),
        "payer": asking.plain_text,
        "since": asking.moment,
        "until": asking.moment,
        **PAGING,
    },
    columns=(
        *("subscription_id", "kind", "status", "terms.amount", "terms.currency", "terms.period"),
        *("terms.trials", "terms.recurring", "terms.reattempt", "terms.times"),
        *("payer.id", "payer.email", "payer.name", "payer.country", "receiver.id", "receiver.email"),
        *("item.number", "item.name", "invoice", "custom"),
        *("signed_up_at", "cancelled_at", "effective_at", "next_payment_at", "retry_at", "paid_until"),
        *("outstanding", "failed_cycles", "skipped_cycles", "replaces", "payments", "doubts"),
        *("version", "first_heard", "last_changed"),
    ),
)


class Subscriptions:
    """`GET /api/subscriptions`."""

    def __init__(self, parts: Parts) -> None:
        self._queries = parts.queries

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        write_list(req, resp, LIST, self._queries.subscriptions)


class Subscription:
    """`GET /api/subscriptions/{subscription_id}`."""

    def __init__(self, parts: Parts) -> None:
        self._queries = parts.queries

    def on_get(self, req: falcon.Request, resp: falcon.Response, subscription_id: str) -> None:
        read_query(req, NOTHING)
        document = self._queries.subscription(subscription_id)
        if document is None:
            raise unknown("subscription")
        write_document(resp, document)
