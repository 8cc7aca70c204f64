"""The open files of a house, and what can be wrong with them or the settings before a start."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog
from sqlalchemy import func, select

from adapters.book import Book
from adapters.engines import SqliteEngine, StoreError, prepare, sqlite_engine
from adapters.inbox import Inbox
from adapters.tables import BOOK, INBOX, notifications
from domain.vetting import Shop
from scripts.catalogue import read_catalogue
from scripts.settings import Settings

log = structlog.get_logger()


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
                _must_exist(path)
        inbox = sqlite_engine(settings.inbox_path)
        book = sqlite_engine(settings.book_path)
        views = sqlite_engine(settings.book_path, durable=False)
        for engine in (inbox, book, views):
            stack.callback(engine.dispose)
        prepare(inbox, INBOX)
        prepare(book, BOOK)
        events = stack.enter_context(Book(settings.book_path))
        yield Stores(inbox=inbox, book=book, views=views, events=events)


def _must_exist(path: Path) -> None:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise StoreError(
            f"{path}: there is no such file: start `counterfoil serve` first, or set DATABASE"
        ) from None
    except OSError as error:
        raise StoreError(f"{path}: it cannot be looked at: {error.strerror}") from None


def check_house(settings: Settings) -> None:
    """Everything that can be wrong before a start: StoreError or SettingsError, each one line."""
    shop_of(settings)
    with open_stores(settings) as stores:
        inbox = Inbox(stores.inbox)
        with stores.book.connect() as book:
            known = book.execute(select(func.max(notifications.c.n))).scalar() or 0
        missing = inbox.continue_after(known)
    if missing:
        log.warning(
            "inbox_older_than_book",
            inbox=str(settings.inbox_path),
            missing=missing,
            advice="restore the newer inbox to have their bodies; new deliveries are numbered after them",
        )
