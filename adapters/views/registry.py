"""The registry: every projection by its name, with what writes its rows and where."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from adapters.views import (
    customers,
    fulfillment,
    identities,
    ledger,
    origins,
    subscriptions,
    todos,
    transactions,
)
from adapters.views.steps import Save
from domain.streams import is_transaction
from domain.subscription import STREAM_PREFIX
from projections import customers as customers_fold
from projections import fulfillment as fulfillment_fold
from projections import identities as identities_fold
from projections import ledger as ledger_fold
from projections import origins as origins_fold
from projections import subscriptions as subscriptions_fold
from projections import transactions as transactions_fold
from projections.todos import rows as todos_fold


def every_stream(_stream: str) -> bool:
    """Whether a stream is wanted by who wants them all."""
    return True


def is_subscription(stream: str) -> bool:
    """Whether a stream is a subscription's, profile's or agreement's."""
    return stream.startswith(STREAM_PREFIX)


@dataclass(frozen=True, slots=True)
class Projection:
    """What is told of some streams, in tables of its own.

    What it makes of a stream depends on that stream's events alone, or else commutes between streams: so one
    that was set aside can be told later. Another `version`, or another text of its code (which that is says
    `adapters.views.code`), has it told anew. `parts` are further modules of its code.
    """

    name: str
    version: int
    save: Save
    tables: tuple[str, ...]
    wants: Callable[[str], bool] = every_stream
    parts: tuple[str, ...] = ()


def _by_name(projections: Iterable[Projection]) -> dict[str, Projection]:
    return {projection.name: projection for projection in projections}


PROJECTIONS: Final = _by_name(
    (
        Projection(
            transactions_fold.NAME,
            transactions_fold.VERSION,
            transactions.save,
            ("transactions",),
            is_transaction,
            parts=("adapters.views.documents",),
        ),
        Projection(
            identities_fold.NAME,
            identities_fold.VERSION,
            identities.save,
            ("identities",),
            is_transaction,
        ),
        Projection(
            origins_fold.NAME,
            origins_fold.VERSION,
            origins.save,
            ("notification_events",),
        ),
        Projection(
            subscriptions_fold.NAME,
            subscriptions_fold.VERSION,
            subscriptions.save,
            ("subscriptions",),
            is_subscription,
            parts=("adapters.views.documents",),
        ),
        Projection(
            todos_fold.NAME,
            todos_fold.VERSION,
            todos.save,
            ("todos", "todo_closings"),
            todos.wants,
        ),
        Projection(
            customers_fold.NAME,
            customers_fold.VERSION,
            customers.save,
            ("customers", "customer_sums"),
            is_transaction,
            parts=("adapters.units",),
        ),
        Projection(
            fulfillment_fold.NAME,
            fulfillment_fold.VERSION,
            fulfillment.save,
            ("fulfillment",),
            is_transaction,
        ),
        Projection(
            ledger_fold.NAME,
            ledger_fold.VERSION,
            ledger.save,
            ("ledger_entries", "ledger_postings", "ledger_days"),
            is_transaction,
            parts=("adapters.units",),
        ),
    )
)
