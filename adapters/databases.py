"""Databases: what a house keeps everything in, on either engine; nothing else asks which it is."""

import os
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from adapters.engines import StoreEngine
from adapters.sqlite.engine import sqlite_engine
from adapters.sqlite.wiping import write_anew
from adapters.tables import BOOK, INBOX

if TYPE_CHECKING:
    from adapters.book import Book
    from adapters.personal.keyring import Keyring

SQLITE: Final = "sqlite:///"
POSTGRESQL: Final = ("postgresql://", "postgres://")
_LOCK_SECONDS: Final = 10


class Database(ABC):
    """Where inbox, book and views are; each call opens anew, after a fork and never before."""

    kind: str
    seals: bool  # whether what is new of personal data is sealed

    @property
    @abstractmethod
    def address(self) -> str:
        """As people are told of it; never with a password."""

    @property
    @abstractmethod
    def files(self) -> tuple[Path, ...]:
        """The files it is in, the book's first; none where a server keeps it."""

    @property
    @abstractmethod
    def takes_many_workers(self) -> bool:
        """Whether several processes may settle at once."""

    @property
    @abstractmethod
    def follow_seconds(self) -> float | None:
        """How long a worker waits to follow the book where another may be at it; None: as for any lock."""

    @abstractmethod
    def inbox(self) -> StoreEngine:
        """For deliveries: synced."""

    @abstractmethod
    def book(self) -> StoreEngine:
        """For what must not be lost: synced."""

    @abstractmethod
    def views(self) -> StoreEngine:
        """For views, which are made again: not synced; who writes keeps all others from writing them."""

    @abstractmethod
    def claims(self) -> StoreEngine:
        """For claims and heartbeats: not synced; where there can be others, nobody waits for who writes."""

    @abstractmethod
    def notary(self) -> StoreEngine:
        """For what the notary seals: synced; where there can be others, one of them does."""

    @abstractmethod
    def events(self) -> "Book":
        """The book's streams; StoreError when they cannot be opened."""

    def keys(self) -> "Keyring":
        """The keys of payers."""
        from adapters.personal.keyring import Keyring  # noqa: PLC0415 - the listener is spared it

        return Keyring(self.book(), seals=self.seals)

    @abstractmethod
    def wipe(self) -> list[str]:
        """Let go at once what was replaced or deleted; a line for each thing that could not be."""

    def prepare(self) -> None:
        """Make what is missing, and bring an older layout forward; StoreError when that cannot be done."""
        for open_engine, metadata in ((self.inbox, INBOX), (self.book, BOOK)):
            engine = open_engine()
            try:
                engine.prepare(metadata)
            finally:
                engine.dispose()


class SqliteDatabase(Database):
    """Two files beside each other: the book with its views, and the inbox."""

    kind = "sqlite"
    takes_many_workers = False
    follow_seconds = None

    def __init__(self, path: Path, *, seals: bool = False) -> None:
        """`path`: of the book; the inbox is its sibling, `house.inbox.db` beside `house.db`."""
        self.seals = seals
        self._book = path
        self._inbox = path.with_suffix(f".inbox{path.suffix}")

    @property
    def address(self) -> str:
        """The book's path."""
        return str(self._book)

    @property
    def files(self) -> tuple[Path, ...]:
        """The book and the inbox."""
        return self._book, self._inbox

    def inbox(self) -> StoreEngine:
        """Synced."""
        return sqlite_engine(self._inbox)

    def book(self) -> StoreEngine:
        """Synced."""
        return sqlite_engine(self._book)

    def views(self) -> StoreEngine:
        """Not synced; its rows lie all over a large file, and are read, moved and deleted by the thousand."""
        # What was forgotten is wiped in another way: `adapters.sqlite.wiping`.
        return sqlite_engine(self._book, durable=False, cache_mib=64, overwrites=False)

    def claims(self) -> StoreEngine:
        """Not synced."""
        return sqlite_engine(self._book, durable=False)

    def notary(self) -> StoreEngine:
        """Synced."""
        return sqlite_engine(self._book)

    def events(self) -> "Book":
        """The streams in the book's file."""
        from adapters.book import Book  # noqa: PLC0415 - the listener is spared its libraries

        return Book(
            self.address,
            {
                "PERSISTENCE_MODULE": "adapters.sqlite.recorder",
                # The library opens the name as a URI, where '?' and '#' mean something.
                "SQLITE_DBNAME": "file:" + quote(os.fsencode(self._book.resolve())),
                "SQLITE_LOCK_TIMEOUT": str(_LOCK_SECONDS),
            },
            self.keys(),
        )

    def wipe(self) -> list[str]:
        """Write both files anew: what was deleted or replaced is in neither, nor in its log."""
        return [line for line in map(write_anew, self.files) if line is not None]


def database_of(address: str, *, seals: bool = False) -> Database:
    """The database of the setting DATABASE; ValueError when it is none that we know.

    `seals`: whether what is new of personal data is sealed, as the setting PERSONAL_DATA says.
    """
    if address.startswith(SQLITE):
        return SqliteDatabase(Path(address.removeprefix(SQLITE)), seals=seals)
    if address.startswith(POSTGRESQL):
        # Its driver is loaded only where it is wanted: every start of every other house would wait for it.
        from adapters.postgresql.database import PostgresqlDatabase  # noqa: PLC0415

        return PostgresqlDatabase(address, seals=seals)
    raise ValueError(f"no database of ours: {address!r}")
