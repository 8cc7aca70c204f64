"""The registry: every projection by its name, with what writes its rows and where."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

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

# Whether a stream is wanted.
Wants: TypeAlias = Callable[[str], bool]


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
    wants: Wants = every_stream
    parts: tuple[str, ...] = ()


def wanting(projections: Iterable[Projection], mine: Wants | None = None) -> Wants | None:
    """Whether one of these wants a stream, and it is `mine`, if that is given; null where all are wanted."""
    wishes = {projection.wants for projection in projections}
    if every_stream in wishes:
        return mine
    wanted = wishes.pop() if len(wishes) == 1 else lambda stream: any(wants(stream) for wants in wishes)
    return wanted if mine is None else lambda stream: wanted(stream) and mine(stream)


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
