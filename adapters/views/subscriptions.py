"""Subscriptions, profiles and agreements: a row for each, with the document that is answered."""

from collections.abc import Sequence

from sqlalchemy import Connection

from adapters.view_rows import upsert
from adapters.views.documents import common_columns
from adapters.views.steps import Step, Tables
from domain.subscription import Subscription
from projections import subscriptions


def save(connection: Connection, tables: Tables, steps: Sequence[Step]) -> None:
    """Write each subscription once, as the last of its steps left it."""
    latest = {step.stream: step.after for step in steps if isinstance(step.after, Subscription)}
    upsert(connection, tables["subscriptions"], list(map(_row, latest.values())))


def _row(subscription: Subscription) -> dict[str, object]:
    document = subscriptions.document(subscription)
    return {"subscription_id": subscription.subscription_id, **common_columns(subscription, document)}
