"""The composition root: every part of the house is opened here, and closed in reverse."""

import random
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from adapters.api.parts import Parts
from adapters.book import Book
from adapters.breaker import Breaker
from adapters.claims import Claims
from adapters.engines import SqliteEngine, StoreError, prepare, sqlite_engine
from adapters.follower import Follower
from adapters.heartbeat import Heartbeat
from adapters.inbox import Inbox
from adapters.metrics import registry_of
from adapters.office_book import AgreedOrders, OfficeBook
from adapters.processor import Processor
from adapters.queries.reader import Queries
from adapters.readiness import Readiness
from adapters.tables import BOOK, INBOX
from adapters.times import to_us
from adapters.verifier import Verifier
from adapters.views import PROJECTIONS
from adapters.worker import Worker, WorkerParts
from domain.vetting import Shop
from scripts.catalogue import read_catalogue
from scripts.cli import version_text
from scripts.settings import Settings
from scripts.tokens import tokens

_POST_BACKS_AT_ONCE = 64


def now() -> datetime:
    """The one clock."""
    return datetime.now(UTC)


def shop_of(settings: Settings) -> Shop:
    """Who we are and what things cost; SettingsError when the price list cannot be read."""
    return Shop(
        receivers=frozenset(receiver.casefold() for receiver in settings.receivers),
        live=settings.paypal == "live",
        prices=read_catalogue(settings.catalogue) if settings.catalogue else {},
        ship_unpriced=settings.unpriced == "ship",
    )


@dataclass(frozen=True, kw_only=True)
class Stores:
    """The open files: inbox and book, each prepared."""

    inbox: SqliteEngine
    book: SqliteEngine  # synced: for what must not be lost
    views: SqliteEngine  # not synced: claims, heartbeats and views, which are made again
    events: Book


@contextmanager
def open_stores(settings: Settings, *, make: bool = True) -> Iterator[Stores]:
    """Open all files; StoreError when one cannot be used, or is missing and not to be made."""
    with ExitStack() as stack:
        if not make:
            for path in (settings.book_path, settings.inbox_path):
                if not path.exists():
                    raise StoreError(f"{path}: there is no such file: start `counterfoil serve` first, or set DATABASE")
        inbox = sqlite_engine(settings.inbox_path)
        book = sqlite_engine(settings.book_path)
        views = sqlite_engine(settings.book_path, durable=False)
        for engine in (inbox, book, views):
            stack.callback(engine.dispose)
        prepare(inbox, INBOX)
        prepare(book, BOOK)
        events = stack.enter_context(Book(settings.book_path))
        yield Stores(inbox=inbox, book=book, views=views, events=events)


def check_house(settings: Settings) -> None:
    """Everything that can be wrong before a start: StoreError or SettingsError, each one line."""
    shop_of(settings)
    with open_stores(settings):
        return


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


@asynccontextmanager
async def open_worker(settings: Settings) -> AsyncIterator[Worker]:
    """The worker with everything that it works with."""
    async with AsyncExitStack() as stack:
        stores = stack.enter_context(open_stores(settings))
        verifier = Verifier(settings.verify_url, clock=now, concurrency=_POST_BACKS_AT_ONCE)
        stack.push_async_callback(verifier.aclose)
        claims = Claims(stores.views, Inbox(stores.inbox))
        yield Worker(
            WorkerParts(
                claims=claims,
                verifier=verifier,
                breaker=Breaker(concurrency_max=_POST_BACKS_AT_ONCE, draw=random.random),
                processor=Processor(stores.events, shop_of(settings), now),
                follower=Follower(stores.events, stores.views, now),
                heartbeat=Heartbeat(stores.views, claims.worker, now),
                clock=now,
            )
        )
