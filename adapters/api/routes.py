"""The routes, said once; `adapters/api/openapi.py` describes the same ones, and a test compares."""

from collections.abc import Callable
from typing import Final

from adapters.api import (
    cases,
    checkpoint,
    customers,
    fulfillment,
    health,
    ledger,
    notifications,
    orders,
    status,
    subscriptions,
    todos,
    transactions,
)
from adapters.api.openapi import OpenApi
from adapters.api.parts import Parts

ROUTES: Final[tuple[tuple[str, Callable[[Parts], object]], ...]] = (
    ("/livez", health.Live),
    ("/readyz", health.Ready),
    ("/metrics", health.Metrics),
    ("/api/openapi.json", OpenApi),
    ("/api/status", status.Status),
    ("/api/checkpoint", checkpoint.Checkpoint),
    ("/api/transactions", transactions.Transactions),
    ("/api/transactions/{txn_id:text}", transactions.Transaction),
    ("/api/transactions/{txn_id:text}/events", transactions.TransactionEvents),
    ("/api/transactions/{txn_id:text}/explain", transactions.TransactionExplained),
    ("/api/transactions/{txn_id:text}/changes", transactions.TransactionChanges),
    ("/api/transactions/{txn_id:text}/cases/{case_id:text}/close", cases.Close),
    ("/api/fulfillment", fulfillment.Fulfillment),
    ("/api/fulfillment/changes", fulfillment.FulfillmentChanges),
    ("/api/fulfillment/{txn_id:text}/claim", fulfillment.Claim),
    ("/api/fulfillment/{txn_id:text}/release", fulfillment.Release),
    ("/api/fulfillment/{txn_id:text}/fulfill", fulfillment.Fulfill),
    ("/api/fulfillment/{txn_id:text}/approve", fulfillment.Approve),
    ("/api/notifications", notifications.Notifications),
    ("/api/notifications/{n:number}", notifications.Notification),
    ("/api/notifications/{n:number}/retry", notifications.Retry),
    ("/api/subscriptions", subscriptions.Subscriptions),
    ("/api/subscriptions/{subscription_id:text}", subscriptions.Subscription),
    ("/api/todos", todos.Todos),
    ("/api/todos/{todo_id:text}/done", todos.Done),
    ("/api/customers", customers.Customers),
    ("/api/customers/{payer_id:text}", customers.Customer),
    ("/api/ledger/balances", ledger.Balances),
    ("/api/ledger/changes", ledger.Changes),
    ("/api/ledger/entries", ledger.Entries),
    ("/api/ledger/export", ledger.Export),
    ("/api/orders/{invoice:rest}", orders.Order),
)
