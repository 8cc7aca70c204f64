"""The office with everything that it works with; it never posts back."""

from collections.abc import Iterator
from contextlib import contextmanager

from adapters.api.parts import Parts
from adapters.claims import Claims
from adapters.inbox import Inbox
from adapters.metrics import registry_of
from adapters.office_book import AgreedOrders, OfficeBook
from adapters.readiness import Readiness
from adapters.times import to_us
from scripts.cli import version_text
from scripts.settings import Settings
from scripts.tokens import tokens
from scripts.wiring.queries import queries_of
from scripts.wiring.stores import now, open_stores, shop_of


@contextmanager
def open_office(settings: Settings) -> Iterator[Parts]:
    """What the office's pages and calls work with."""
    with open_stores(settings) as stores:
        queries = queries_of(stores)
        claims = Claims(stores.book, Inbox(stores.inbox))
        yield Parts(
            queries=queries,
            book=OfficeBook(stores.events),
            orders=AgreedOrders(stores.events, shop_of(settings), now),
            retry=lambda n: claims.ask_again(n, to_us(now())),
            tokens=tokens(settings),
            readiness=Readiness(queries),
            metrics=registry_of(queries, version_text()),
            clock=now,
            version=version_text(),
        )
