"""How far a house is with what it acknowledged, read from its store beside it for next to nothing."""

import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, Final, Protocol

import psycopg

from adapters.databases import SQLITE, SqliteDatabase, database_of

_BUSY_SECONDS: Final = 10.0
_PLACES: Final = {"sqlite": "rowid", "postgresql": "notification_id"}
# All in one statement: the end of the book must not be older than what is settled.
_LOOK: Final = """
SELECT (SELECT coalesce(max(n), 0) FROM notifications),
       (SELECT count(*) FROM notifications WHERE due_us IS NOT NULL),
       (SELECT coalesce(max({place}), 0) FROM stored_events),
       (SELECT coalesce(min(position), 0) FROM positions)
"""


class Asks(Protocol):
    """A connection of either driver."""

    def execute(self, query: Any, /) -> Any: ...  # noqa: ANN401 - each has its own types


class Looks(Protocol):
    """Whoever can say how many are shown."""

    shown: int
    idle: bool

    def look(self) -> int: ...


@contextmanager
def asking(database: str, *, inbox: bool = False) -> Iterator[Asks]:
    """A connection to the store at this address that only reads, past all that the house does for itself."""
    if not database.startswith(SQLITE):
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("SET default_transaction_read_only = on")
            yield connection
        return
    store = database_of(database)
    assert isinstance(store, SqliteDatabase)
    file = store.files[1 if inbox else 0]
    address = f"{file.resolve().as_uri()}?mode=ro"
    with closing(
        sqlite3.connect(address, uri=True, timeout=_BUSY_SECONDS, isolation_level=None)
    ) as connection:
        yield connection


class Progress:
    """How many messages are settled and in every view, as of the last look."""

    def __init__(self, connection: Asks, kind: str) -> None:
        self._connection = connection
        self._text = _LOOK.format(place=_PLACES[kind])
        self._awaited: deque[tuple[int, int]] = deque()  # ends of the book, and what was settled then
        self.taken = 0  # into the list of what is worked on
        self.settled = 0
        self.shown = 0
        self.idle = False  # nothing taken waits, and every view is at the end of the book

    def look(self) -> int:
        """Look now; how many are shown."""
        self.taken, waiting, end, place = self._connection.execute(self._text).fetchone()
        self.settled = self.taken - waiting
        self.idle = not waiting and place >= end
        if not self._awaited or self._awaited[-1] != (end, self.settled):
            self._awaited.append((end, self.settled))
        while self._awaited and self._awaited[0][0] <= place:
            self.shown = max(self.shown, self._awaited.popleft()[1])
        return self.shown


@contextmanager
def progress(database: str) -> Iterator[Progress]:
    """Look at the store at this address."""
    with asking(database) as connection:
        yield Progress(connection, database_of(database).kind)
