"""The open database of a house, and what can be wrong with them or the settings before a start."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy import func, select

from adapters.book import Book
from adapters.databases import Database
from adapters.engines import StoreEngine, StoreError
from adapters.inbox import Inbox
from adapters.personal.keyring import Keyring
from adapters.tables import deliveries, notifications
from domain.vetting import Shop
from scripts.catalogue import read_catalogue
from scripts.settings import Settings

log = structlog.get_logger()
# Far within a lease.
_SKEW_SECONDS_MAX: Final = 5.0


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
    """The open database, each part prepared."""

    database: Database
    inbox: StoreEngine
    book: StoreEngine
    views: StoreEngine
    claims: StoreEngine
    notary: StoreEngine
    events: Book

    @property
    def keys(self) -> Keyring:
        """The keys of payers."""
        assert self.events.keys is not None, "a database's book has them"
        return self.events.keys

    @property
    def deliveries(self) -> Inbox:
        """The inbox, for whoever reads bodies."""
        return Inbox(self.inbox, self.keys)


@contextmanager
def open_stores(settings: Settings, *, make: bool = True) -> Iterator[Stores]:
    """Open all parts; StoreError when one cannot be used, or is missing and not to be made."""
    database = settings.store
    with ExitStack() as stack:
        if not make:
            for path in database.files:
                _must_exist(path)
        database.prepare()
        engines = {
            name: open_engine()
            for name, open_engine in (
                ("inbox", database.inbox),
                ("book", database.book),
                ("views", database.views),
                ("claims", database.claims),
                ("notary", database.notary),
            )
        }
        for engine in engines.values():
            stack.callback(engine.dispose)
        events = stack.enter_context(database.events())
        yield Stores(database=database, **engines, events=events)


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
        partly_open = settings.personal_data == "sealed" and _begins_open(stores.inbox, known)
        skew_seconds = stores.book.clock_ahead_seconds(now)
    if missing:
        log.warning(
            "inbox_older_than_book",
            inbox=stores.inbox.place,
            missing=missing,
            advice="restore the newer inbox to have their bodies; new deliveries are numbered after them",
        )
    if partly_open:
        log.warning(
            "personal_data_partly_open",
            advice="what was stored before PERSONAL_DATA was `sealed` stays readable: it cannot be forgotten",
        )
    if abs(skew_seconds) > _SKEW_SECONDS_MAX:
        log.warning(
            "clocks_differ",
            database=stores.book.place,
            seconds_ahead=round(skew_seconds, 1),
            advice="keep the clocks of all hosts together (NTP): leases and pauses go by them",
        )


def _begins_open(inbox: StoreEngine, known: int) -> bool:
    """Whether the oldest delivery that was taken in is not sealed."""
    row = deliveries.c
    with inbox.connect() as connection:
        first = connection.execute(select(row.n, row.sealed_by).order_by(row.n).limit(1)).first()
    return first is not None and first.n <= known and first.sealed_by is None
