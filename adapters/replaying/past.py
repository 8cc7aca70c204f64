"""The past as it was kept: what became of each message, the events in their order, and the bodies."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
from eventsourcing.persistence import JSONTranscoder, StoredEvent
from sqlalchemy import ColumnClause, Connection, Row, column, func, inspect, literal_column, select, table

from adapters.engines import store_errors
from adapters.inbox import Inbox
from adapters.layouts import EVENTS_TABLE
from adapters.mapper import EntryMapper
from adapters.personal.keyring import Keyring
from adapters.replaying.opening import Looking
from adapters.rules import Rules
from adapters.tables import deliveries, notifications
from adapters.tables import rules as rules_table
from domain.events import Entry
from domain.vocabulary import Outcome, Verdict

_EVENTS_MAX: Final = 2_000  # in memory at once
# What was there in every layout; a message says since layout 4 when its body was purged.
_TOLD: Final = ("n", "verdict", "outcome", "reason", "received_us", "settled_us")
_PURGED: Final = "purged_us"
# Personal data may be sealed since that layout.
_SEALED_SINCE: Final = 5
_PLACES: Final = {"sqlite": "rowid", "postgresql": "notification_id"}


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a message that PayPal verified; `settled_us` in microseconds since 1970."""

    n: int
    outcome: Outcome
    reason: str | None
    settled_us: int
    purged: bool


class Origin(msgspec.Struct, frozen=True):
    """What an event says of itself beside what happened; `rules`: the number of those it was decided by."""

    at: datetime
    n: int | None = None
    by: str | None = None
    rules: int | None = None


_origin: Final = msgspec.json.Decoder(Origin)


class Past:
    """A database up to the moment at which it was first looked at. Every call raises StoreError."""

    def __init__(self, looking: Looking) -> None:
        """Both engines stay the caller's."""
        self._book = looking.book
        self._inbox = looking.inbox
        keys = Keyring(looking.book) if looking.layout >= _SEALED_SINCE else None
        self._mapper = EntryMapper(JSONTranscoder(), keys)
        self._bodies = self._bodies_of_old if keys is None else Inbox(looking.inbox, keys).bodies
        place = _PLACES[self._book.dialect.name]
        self._place: ColumnClause[int] = literal_column(place)
        self._events = table(
            EVENTS_TABLE,
            column("originator_id"),
            column("originator_version"),
            column("topic"),
            column("state"),
        )
        self.until = 0  # the position of the last event
        self.events = 0
        self.unverified = 0

    def kept(self) -> dict[int, Kept]:
        """Every message that was verified, by its number; what comes later is not looked at any more."""
        with store_errors(self._book), self._book.connect() as connection:
            last = select(func.max(self._place), func.count()).select_from(self._events)
            until, self.events = connection.execute(last).one()
            self.until = until or 0
            found = {}
            for row in connection.execute(_notifications(connection)):
                if row.verdict == Verdict.VERIFIED:
                    found[row.n] = _kept(row)
                else:
                    self.unverified += 1
        return found

    def origins(self) -> Iterator[tuple[str, str, Origin]]:
        """Stream, topic and origin of every event, in their order."""
        for some in self._pages():
            for row in some:
                yield row.originator_id, row.topic, _origin.decode(bytes(row.state))

    def entries(self) -> Iterator[tuple[int, str, Entry]]:
        """Every event in its order: its position, its stream and itself. Raises UnknownEventError too."""
        for some in self._pages():
            found = [
                (
                    one.place,
                    StoredEvent(one.originator_id, one.originator_version, one.topic, bytes(one.state)),
                )
                for one in some
            ]
            self._mapper.expect(stored.state for _, stored in found)
            for place, stored in found:
                yield place, str(stored.originator_id), self._mapper.to_domain_event(stored).entry

    def bodies(self, ns: Sequence[int]) -> dict[int, bytes]:
        """The bodies of messages; one that is gone, or that nobody can read any more, is left out."""
        return self._bodies(ns)

    def _bodies_of_old(self, ns: Sequence[int]) -> dict[int, bytes]:
        """As long as a delivery did not say by which key it is sealed, none was."""
        query = select(deliveries.c.n, deliveries.c.body).where(deliveries.c.n.in_(ns))
        with store_errors(self._inbox), self._inbox.connect() as connection:
            return {n: bytes(body) for n, body in connection.execute(query)}

    def rules(self) -> dict[int, Rules]:
        """The rules that were ever adopted, by number; none in a store of a layout that kept none."""
        row = rules_table.c
        with store_errors(self._book), self._book.connect() as connection:
            if not inspect(connection).has_table(rules_table.name):
                return {}
            query = select(row.number, row.adopted_us, row.digest, row.document).order_by(row.number)
            return {
                one.number: Rules(one.number, one.adopted_us, bytes(one.digest), one.document)
                for one in connection.execute(query)
            }

    def _pages(self) -> Iterator[Sequence[Row[*tuple[Any, ...]]]]:
        position = 0
        while some := self._after(position):
            yield some
            position = some[-1].place

    def _after(self, position: int) -> Sequence[Row[*tuple[Any, ...]]]:
        told = self._events.c
        query = (
            select(self._place.label("place"), *told)
            .where(self._place > position, self._place <= self.until)
            .order_by(self._place)
            .limit(_EVENTS_MAX)
        )
        with store_errors(self._book), self._book.connect() as connection:
            return connection.execute(query).all()


def _notifications(connection: Connection) -> Any:  # noqa: ANN401 - a select of some columns
    there = {one["name"] for one in inspect(connection).get_columns(notifications.name)}
    wanted = [name for name in (*_TOLD, _PURGED) if name in there]
    return select(*(notifications.c[name] for name in wanted)).order_by(notifications.c.n)


def _kept(row: Row[Any]) -> Kept:
    settled_us = row.received_us if row.settled_us is None else row.settled_us
    purged = getattr(row, _PURGED, None) is not None
    return Kept(row.n, Outcome(row.outcome), row.reason, settled_us, purged)
