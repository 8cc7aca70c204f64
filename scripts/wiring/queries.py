"""The reading queries over open stores, for whoever looks and changes nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from adapters.queries.reader import Queries
from adapters.views import PROJECTIONS
from scripts.settings import Settings
from scripts.wiring.stores import Stores, now, open_stores


def queries_of(stores: Stores) -> Queries:
    """The reading queries over open stores."""
    return Queries(
        book=stores.book, inbox=stores.inbox, tail=stores.events, projections=tuple(PROJECTIONS), clock=now
    )


@contextmanager
def open_queries(settings: Settings) -> Iterator[Queries]:
    """The reading queries alone, for commands that look and change nothing."""
    with open_stores(settings, make=False) as stores:
        yield queries_of(stores)
