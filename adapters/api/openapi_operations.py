"""What may be called, with which parameters, and what it answers: the table of OpenAPI's paths, joined."""

from typing import Final

from adapters.api.openapi_pieces import Piece
from adapters.api.operations import (
    customers,
    explaining,
    fulfillment,
    house,
    ledger,
    notifications,
    orders,
    subscriptions,
    todos,
    transactions,
)

PATHS: Final[dict[str, Piece]] = {
    **house.PATHS,
    **transactions.PATHS,
    **explaining.PATHS,
    **fulfillment.PATHS,
    **notifications.PATHS,
    **subscriptions.PATHS,
    **todos.PATHS,
    **customers.PATHS,
    **ledger.PATHS,
    **orders.PATHS,
}
