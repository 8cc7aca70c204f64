"""Engines: what all stores do alike: write in turn, read one state, say their trouble in one clear line."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection, Engine, MetaData
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

# A statement as the driver takes it, and its values by position.
Said: TypeAlias = tuple[str, Sequence[Any]]


def one_by_one(connection: Connection, statements: Sequence[Said]) -> None:
    """Run statements, each when the one before has been."""
    for text, values in statements:
        connection.exec_driver_sql(text, tuple(values))


class StoreError(Exception):
    """A database that cannot be used; the text is one line, names the place and what to do."""

    def __init__(self, message: str, *, locked: bool = False, away: bool = False) -> None:
        """`locked`: somebody else was writing, and waiting longer might have helped.

        `away`: the server that keeps it could not be reached; it may come back by itself.
        """
        super().__init__(message)
        self.locked = locked
        self.away = away


class StoreEngine(Engine, ABC):
    """An engine whose `begin()` writes and whose `connect()` reads.

    A writing transaction takes its turn before it reads anything. A reading one sees one state and blocks
    nobody.
    """

    @property
    @abstractmethod
    def place(self) -> str:
        """Which database this is, as people are told of it; never with a password."""

    @abstractmethod
    def begin(  # type: ignore[override]  # how long to wait is said by some
        self, *, busy_seconds: float | None = None
    ) -> AbstractContextManager[Connection]:
        """A transaction that writes, in its turn; waits for it no longer than `busy_seconds`, if given."""

    def read_singly(self) -> AbstractContextManager[Connection]:
        """For statements each of which sees a state of its own: of the book or the inbox, never of views.

        Those may be switched at that moment: see `adapters.slots`.
        """
        return self.connect()

    def send(self, connection: Connection, statements: Sequence[Said]) -> None:
        """Run statements whose answers nobody wants; SQLAlchemy's DBAPIError when one cannot be."""
        one_by_one(connection, statements)

    @abstractmethod
    def read_briefly(self, seconds: float) -> AbstractContextManager[Connection]:
        """A reading transaction that waits for nobody longer than that."""

    def read_patiently(self) -> AbstractContextManager[Connection]:
        """A reading transaction of somebody who takes his time between two rows."""
        return self.connect()

    @abstractmethod
    def write_nothing(self, seconds: float) -> None:
        """Commit a write that changes nothing; SQLAlchemy's DBAPIError when the store cannot take one."""

    @abstractmethod
    def explained(self, error: DBAPIError) -> StoreError:
        """What the driver said, in a line that says what to do."""

    @abstractmethod
    def prepare(self, metadata: MetaData) -> None:
        """Make what is missing, and bring an older layout forward; StoreError when that cannot be done."""

    def clock_ahead_seconds(self, clock: Callable[[], datetime]) -> float:  # noqa: ARG002 - of a server's
        """How far the store's own clock is ahead of that one; 0.0 where it has none. StoreError."""
        return 0.0

    def check_place(self) -> None:
        """See that what is written now will be found again; StoreError when it will not."""


@contextmanager
def store_errors(engine: StoreEngine) -> Iterator[None]:
    """What goes wrong with the store inside the block comes out as StoreError."""
    try:
        yield
    except DBAPIError as error:
        raise engine.explained(error) from error
    except PoolTimeoutError as error:
        message = f"{engine.place}: every connection was in use for too long"
        raise StoreError(message, locked=True) from error


def prepare(engine: StoreEngine, metadata: MetaData) -> None:
    """Make tables where they are missing, and bring an older layout forward.

    Any number of processes may do so at once: one of them does it, the others wait for it.
    Raises StoreError when the store is not ours, damaged, unwritable, locked or of a newer version.
    """
    engine.prepare(metadata)
