"""Customers: whoever paid, and one of them with what they paid for and subscribe to."""

from typing import Final

import falcon
import msgspec

from adapters.api import customers as api
from adapters.api.errors import unknown
from adapters.desk.addresses import address
from adapters.desk.desk import Desk
from adapters.desk.lists import DeskList
from adapters.desk.transactions import TRANSACTIONS
from adapters.queries.subscriptions import SubscriptionFilters

SUBSCRIPTIONS_MAX: Final = 20

CUSTOMERS: Final = DeskList(
    listing=api.LIST, template="customers.html", ask=lambda queries: queries.customers
)


class Customer:
    """`GET /desk/customers/{payer_id}`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def on_get(self, req: falcon.Request, resp: falcon.Response, payer_id: str) -> None:
        queries = self._desk.parts.queries
        customer = queries.customer(payer_id)
        if customer is None:
            raise unknown("customer")
        sent = {name: value for name, value in req.params.items() if name == "cursor"}
        payments = TRANSACTIONS.page(self._desk, {**sent, "payer": payer_id})
        subscribed = queries.subscriptions(SubscriptionFilters(payer=payer_id), SUBSCRIPTIONS_MAX, None).items
        self._desk.show(
            req,
            resp,
            "customer.html",
            it=customer,
            payments=payments.items,
            subscriptions=[msgspec.json.decode(document) for document in subscribed],
            older=address("customers", payer_id, cursor=payments.next) if payments.next else None,
            newest=address("customers", payer_id) if sent else None,
            twins={
                "csv": address("transactions.csv", payer=payer_id),
                "json": address("transactions.json", payer=payer_id),
            },
            now=self._desk.parts.clock(),
        )
