"""The scene of an audit: the open store, where it ends for this one, and what an earlier checkpoint said."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Final

from eventsourcing.persistence import StoredEvent
from sqlalchemy import Connection, func, select, text

from adapters.book import Book
from adapters.databases import database_of
from adapters.engines import StoreEngine, store_errors
from adapters.layouts import EVENTS_TABLE
from adapters.notary.seals import DELIVERY, EVENT, RULES, read_size
from adapters.tables import notifications, seals
from domain.vetting import Shop

PAGE: Final = 2_000
POSITION_MAX: Final = 2**63 - 1
# What the place of an event in the whole book is called.
PLACE: Final = {"sqlite": "rowid", "postgresql": "notification_id"}


@dataclass(frozen=True, slots=True)
class Since:
    """A checkpoint that left the machine: what is before its end is taken as it says."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be audited, in plain values: it is sent to other processes."""

    address: str  # of the database, as the setting DATABASE has it
    shop: Shop  # of today, for what was decided before rules were written down
    vkeys: tuple[str, ...] = ()  # the keys that count beside the book's; when pinned, they alone
    pinned: bool = False
    since: Since | None = None


@dataclass(frozen=True, slots=True)
class Ends:
    """Where the store ended when the audit began: what comes later is left to the next one."""

    position: int
    seq: int
    taken_in: int  # the last delivery that has its row


@dataclass(frozen=True, slots=True)
class Begins:
    """Up to where a checkpoint vouches: the last of each kind that it sealed."""

    seq: int = 0
    position: int = 0
    n: int = 0
    rules: int = 0


@dataclass(frozen=True)
class Scene:
    """The open parts of a store. Nothing is ever written through them."""

    order: Order
    inbox: StoreEngine
    book: StoreEngine
    events: Book
    ends: Ends
    begins: Begins

    def pages(self, after: int = 0) -> Iterator[Sequence[tuple[int, StoredEvent, bytes | None]]]:
        """The events after a position as far as the audit goes, with the digests that they carry."""
        while after < self.ends.position:
            page = self.events.sealed_between(after, self.ends.position, PAGE)
            if not page:
                return
            yield page
            after = page[-1][0]


# Told how much more was done, of the work that `works` counts.
Shown = Callable[[int], None]


@contextmanager
def open_scene(order: Order, ends: Ends | None = None) -> Iterator[Scene]:
    """Open a store that is there; StoreError or StoreAwayError when that cannot be done."""
    database = database_of(order.address)
    with ExitStack() as stack:
        inbox, book = database.inbox(), database.views()
        stack.callback(inbox.dispose)
        stack.callback(book.dispose)
        events = stack.enter_context(database.events())
        with store_errors(book), book.connect() as connection:
            begins = _begins(connection, order.since)
            ends = ends or _ends(connection)
        yield Scene(order, inbox, book, events, ends, begins)


def last_position(connection: Connection) -> int:
    """The position of the newest event that this transaction sees; 0 in an empty book."""
    place = PLACE[connection.dialect.name]
    return int(connection.execute(text(f"SELECT max({place}) FROM {EVENTS_TABLE}")).scalar() or 0)  # noqa: S608 - names of ours


def _ends(connection: Connection) -> Ends:
    taken_in = connection.execute(select(func.max(notifications.c.n))).scalar() or 0
    return Ends(last_position(connection), read_size(connection), taken_in)


def _begins(connection: Connection, since: Since | None) -> Begins:
    if since is None:
        return Begins()
    row = seals.c
    query = select(row.kind, func.max(row.number)).where(row.seq <= since.size).group_by(row.kind)
    last = {found[0]: found[1] for found in connection.execute(query)}
    return Begins(since.size, last.get(EVENT, 0), last.get(DELIVERY, 0), last.get(RULES, 0))
