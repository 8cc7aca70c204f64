"""Subscriptions, profiles and agreements: a row for each, with the document that is answered."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from adapters.view_rows import Row, put
from adapters.views.documents import COMMON, common_columns
from adapters.views.steps import Halves, Step, Tables
from domain.subscription import Subscription
from projections import subscriptions

_COLUMNS: Final = ("subscription_id", *COMMON)


def make(steps: Sequence[Step]) -> list[Row]:
    """A row of each subscription, as the last of its steps left it."""
    latest = {step.stream: step.after for step in steps if isinstance(step.after, Subscription)}
    return list(map(_row, latest.values()))


def write(connection: Connection, tables: Tables, rows: list[Row]) -> None:
    """Write each subscription once."""
    put(connection, tables["subscriptions"], _COLUMNS, rows)


save: Final = Halves(make, write)


def _row(subscription: Subscription) -> Row:
    document = subscriptions.document(subscription)
    return (subscription.subscription_id, *common_columns(subscription, document))
