"""The recorder of our book on PostgreSQL: events in the order of their commits."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import repeat
from typing import Any, Final

from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    Notification,
    OperationalError,
    StoredEvent,
    Subscription,
)
from sqlalchemy import Connection, CursorResult
from sqlalchemy.exc import DBAPIError

from adapters.engines import StoreError, store_errors
from adapters.postgresql.engine import PostgresqlEngine
from adapters.postgresql.errors import blames_statement, code_of
from adapters.postgresql.locks import Lock
from adapters.statements import Beside

# A unique key is there already, or somebody else's transaction came first: decided anew, it may do.
_RACES: Final = frozenset({"23505", "40001", "40P01"})

_COLUMNS: Final = "notification_id, originator_id, originator_version, topic, state, digest"
_SELECT: Final = f"SELECT {_COLUMNS} FROM stored_events WHERE "  # noqa: S608 - names of ours
_BETWEEN: Final = "notification_id > %(after)s AND notification_id <= %(until)s"
_IN_ORDER: Final = "notification_id LIMIT %(limit)s"
_BY_STREAM: Final = "originator_id, originator_version"
_OF_STREAMS: Final = (
    "SELECT originator_id, originator_version, topic, state, digest FROM stored_events"
    " JOIN unnest(%(ids)s::text[], %(versions)s::bigint[]) AS given(name, version)"
    " ON originator_id = given.name AND originator_version >= given.version"
    " ORDER BY originator_id, originator_version"
)
# One statement with an array a column: the library's own sends a composite value an event, many times slower.
_INSERT: Final = (
    "INSERT INTO stored_events (originator_id, originator_version, topic, state, digest)"
    " SELECT * FROM unnest(%(ids)s::text[], %(versions)s::bigint[], %(topics)s::text[], %(states)s::bytea[],"
    " %(digests)s::bytea[])"
    " RETURNING notification_id"
)


class BookRecorder(ApplicationRecorder):
    """Events, and what else must be true exactly when they are.

    Positions come from a sequence, and are given before a commit: who appends holds a lock until it, so that
    nobody who follows the book sees a later position before an earlier one. Nothing is tried again in here: a
    commit whose answer was lost must not come back as a conflict with itself.
    """

    def __init__(self, engine: PostgresqlEngine) -> None:
        """`engine` stays the caller's."""
        self._engine = engine

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        digests: Sequence[bytes] = (),
        beside: Sequence[Beside] = (),
        **_: Any,  # noqa: ANN401 - the library's signature
    ) -> Sequence[int] | None:
        """Append the events with their digests and run the statements, in one commit; the events' positions.

        Raises the library's IntegrityError when a place is taken, its OperationalError when the store fails,
        ValueError when it does not take a value.
        """
        lock = Lock.BOOK if stored_events else None
        with _library_errors(self._engine), self._engine.begin(lock=lock) as connection:
            positions = _insert(connection, stored_events, digests) if stored_events else []
            self._engine.send(connection, [said for one in beside for said in one.on("postgresql")])
        return positions

    def select_events(
        self,
        originator_id: Any,  # noqa: ANN401 - a text with us, something else elsewhere
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """The events of one stream, between two versions."""
        order = f"originator_version {'DESC' if desc else 'ASC'} LIMIT %(limit)s"
        found = self._select(
            "originator_id = %(id)s AND originator_version > %(gt)s"
            " AND (%(lte)s::bigint IS NULL OR originator_version <= %(lte)s)",
            {"id": str(originator_id), "gt": -1 if gt is None else gt, "lte": lte, "limit": limit},
            order,
        )
        return [event for _, event in found]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """The events of the whole book between two positions, in its order."""
        found = self._select(
            f"notification_id {'>=' if inclusive_of_start else '>'} %(start)s"
            " AND (%(stop)s::bigint IS NULL OR notification_id <= %(stop)s)"
            " AND (%(every)s OR topic = ANY(%(topics)s))",
            {"start": start or 0, "stop": stop, "every": not topics, "topics": list(topics), "limit": limit},
            _IN_ORDER,
        )
        return [
            Notification(event.originator_id, event.originator_version, event.topic, event.state, position)
            for position, event in found
        ]

    def max_notification_id(self) -> int | None:
        """The position of the newest event; None in an empty book."""
        with self._reading("SELECT max(notification_id) FROM stored_events", {}) as result:
            found: int | None = result.scalar_one()
        return found

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        """Not to be had: who follows the book asks for what is new, on every engine alike."""
        raise NotImplementedError

    def select_streams(
        self, originator_ids: Sequence[str], versions: Sequence[int] | None = None
    ) -> Sequence[tuple[StoredEvent, bytes | None]]:
        """All events of many streams, in the order of each, with their digests; from these versions on."""
        places = {"ids": list(originator_ids), "versions": list(versions or repeat(0, len(originator_ids)))}
        with self._reading(_OF_STREAMS, places) as result:
            return [
                (StoredEvent(row[0], row[1], row[2], bytes(row[3])), row[4] and bytes(row[4]))
                for row in result
            ]

    def select_sealed(
        self, after: int, until: int, limit: int
    ) -> Sequence[tuple[int, StoredEvent, bytes | None]]:
        """As `select_between`, with their digests."""
        return self._rows(_BETWEEN, {"after": after, "until": until, "limit": limit}, _IN_ORDER)

    def select_digests(self, after: int, until: int, limit: int) -> Sequence[tuple[int, bytes | None]]:
        """As `select_sealed`, without the events."""
        query = f"SELECT notification_id, digest FROM stored_events WHERE {_BETWEEN} ORDER BY {_IN_ORDER}"  # noqa: S608 - names of ours
        with self._reading(query, {"after": after, "until": until, "limit": limit}) as result:
            return [(row[0], row[1] and bytes(row[1])) for row in result]

    def select_begun(self, originator_ids: Sequence[str], until: int) -> Sequence[tuple[int, StoredEvent]]:
        """The events of many streams as far as a position, that one too, in the order of each."""
        # The plus keeps it from reading all that was ever recorded before that position.
        where = "originator_id = ANY(%(ids)s) AND notification_id + 0 <= %(until)s"
        return self._select(where, {"ids": list(originator_ids), "until": until})

    def select_between(self, after: int, until: int, limit: int) -> Sequence[tuple[int, StoredEvent]]:
        """Up to `limit` events of the whole book between two positions, the latter too, in its order."""
        return self._select(_BETWEEN, {"after": after, "until": until, "limit": limit}, _IN_ORDER)

    def select_placed(self, originator_id: str) -> Sequence[tuple[int, StoredEvent]]:
        """The events of a stream, each with its position in the whole book."""
        return self._select("originator_id = %(id)s", {"id": originator_id})

    def _select(
        self, where: str, values: Mapping[str, Any], order: str = _BY_STREAM
    ) -> list[tuple[int, StoredEvent]]:
        return [(position, event) for position, event, _ in self._rows(where, values, order)]

    def _rows(
        self, where: str, values: Mapping[str, Any], order: str = _BY_STREAM
    ) -> list[tuple[int, StoredEvent, bytes | None]]:
        # Condition and order are of those above, their values are bound.
        with self._reading(f"{_SELECT}{where} ORDER BY {order}", values) as result:
            return [
                (row[0], StoredEvent(row[1], row[2], row[3], bytes(row[4])), row[5] and bytes(row[5]))
                for row in result
            ]

    @contextmanager
    def _reading(self, query: str, values: Mapping[str, Any]) -> Iterator[CursorResult[*tuple[Any, ...]]]:
        with _library_errors(self._engine), self._engine.read_singly() as connection:
            yield connection.exec_driver_sql(query, dict(values))


def _insert(
    connection: Connection, stored_events: Sequence[StoredEvent], digests: Sequence[bytes]
) -> list[int]:
    columns = {
        "ids": [str(event.originator_id) for event in stored_events],
        "versions": [event.originator_version for event in stored_events],
        "topics": [event.topic for event in stored_events],
        "states": [event.state for event in stored_events],
        "digests": list(digests) if digests else [None] * len(stored_events),
    }
    return list(connection.exec_driver_sql(_INSERT, columns).scalars())


@contextmanager
def _library_errors(engine: PostgresqlEngine) -> Iterator[None]:
    """What goes wrong comes out as the library's errors, as it does of its own recorders."""
    try:
        with store_errors(engine):
            yield
    except StoreError as error:
        cause = error.__cause__.orig if isinstance(error.__cause__, DBAPIError) else None
        if code_of(cause) in _RACES:
            raise IntegrityError(str(error)) from error
        if cause is not None and blames_statement(cause):
            # Not to be tried again as it is: whoever wrote many rows finds the bad one by writing fewer.
            raise ValueError(str(error)) from error
        raise OperationalError(str(error)) from error
