"""The reading queries over open stores, for whoever looks and changes nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from adapters.office_book import OfficeBook
from adapters.queries.reader import Queries
from adapters.views.registry import PROJECTIONS
from scripts.settings import Settings
from scripts.wiring.stores import Stores, now, open_stores, shop_of


def queries_of(stores: Stores) -> Queries:
    """The reading queries over open stores."""
    return Queries(
        book=stores.book,
        inbox=stores.inbox,
        tail=stores.events,
        projections=tuple(PROJECTIONS),
        clock=now,
        keys=stores.keys,
    )


@contextmanager
def open_queries(settings: Settings) -> Iterator[Queries]:
    """The reading queries alone, for commands that look and change nothing."""
    with open_stores(settings, make=False) as stores:
        yield queries_of(stores)


@contextmanager
def open_office_book(settings: Settings) -> Iterator[OfficeBook]:
    """The book alone, for commands that look at what was known at a time, and ask why."""
    with open_stores(settings, make=False) as stores:
        yield OfficeBook(stores.events, shop_of(settings))
