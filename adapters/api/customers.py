"""Customers over HTTP: whoever paid, and what came of it."""

from typing import Final

import falcon

from adapters.api import asking
from adapters.api.answers import write_json
from adapters.api.asking import NOTHING, PAGING, read_query
from adapters.api.errors import unknown
from adapters.api.lists import Listing, write_list
from adapters.api.parts import Parts
from adapters.queries.customers import CustomerFilters

LIST: Final = Listing(
    name="customers",
    filters=CustomerFilters,
    query={"payer": asking.plain_text, "q": asking.plain_text, **PAGING},
    columns=(
        *("id", "name", "email", "country", "address.name", "address.street", "address.city"),
        *("address.state", "address.zip", "address.country", "address.confirmed"),
        *("payments", "totals", "first_heard", "last_changed"),
    ),
)


class Customers:
    """`GET /api/customers`."""

    def __init__(self, parts: Parts) -> None:
        self._queries = parts.queries

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        write_list(req, resp, LIST, self._queries.customers)


class Customer:
    """`GET /api/customers/{payer_id}`."""

    def __init__(self, parts: Parts) -> None:
        self._queries = parts.queries

    def on_get(self, req: falcon.Request, resp: falcon.Response, payer_id: str) -> None:
        read_query(req, NOTHING)
        customer = self._queries.customer(payer_id)
        if customer is None:
            raise unknown("customer")
        write_json(resp, customer)
