"""The routes, said once; `adapters/api/openapi.py` describes the same ones, and a test compares."""

from collections.abc import Callable
from typing import Final

from adapters.api import health, notifications, orders, status, subscriptions, todos, transactions
from adapters.api.openapi import OpenApi
from adapters.api.parts import Parts

ROUTES: Final[tuple[tuple[str, Callable[[Parts], object]], ...]] = (
    ("/livez", health.Live),
    ("/readyz", health.Ready),
    ("/metrics", health.Metrics),
    ("/api/openapi.json", OpenApi),
    ("/api/status", status.Status),
    ("/api/transactions", transactions.Transactions),
    ("/api/transactions/{txn_id:text}", transactions.Transaction),
    ("/api/transactions/{txn_id:text}/events", transactions.TransactionEvents),
    ("/api/notifications", notifications.Notifications),
    ("/api/notifications/{n:number}", notifications.Notification),
    ("/api/notifications/{n:number}/retry", notifications.Retry),
    ("/api/subscriptions", subscriptions.Subscriptions),
    ("/api/subscriptions/{subscription_id:text}", subscriptions.Subscription),
    ("/api/todos", todos.Todos),
    ("/api/orders/{invoice:rest}", orders.Order),
)
