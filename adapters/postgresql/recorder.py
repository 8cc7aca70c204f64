"""The library's persistence module for our book on PostgreSQL: events in the order of their commits."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    InfrastructureFactory,
    IntegrityError,
    Notification,
    OperationalError,
    ProcessRecorder,
    StoredEvent,
    Subscription,
    TrackingRecorder,
)
from eventsourcing.utils import Environment
from sqlalchemy import Connection, CursorResult
from sqlalchemy.exc import DBAPIError

from adapters.engines import StoreError, store_errors
from adapters.postgresql.engine import PostgresqlEngine, postgresql_engine
from adapters.postgresql.errors import blames_statement, code_of
from adapters.postgresql.locks import Lock
from adapters.statements import Beside

ADDRESS: Final = "COUNTERFOIL_BOOK_ADDRESS"
# A unique key is there already, or somebody else's transaction came first: decided anew, it may do.
_RACES: Final = frozenset({"23505", "40001", "40P01"})

_COLUMNS: Final = "notification_id, originator_id, originator_version, topic, state"
_SELECT: Final = f"SELECT {_COLUMNS} FROM stored_events WHERE "  # noqa: S608 - names of ours
# One statement with an array a column: the library's own sends a composite value an event, many times slower.
_INSERT: Final = (
    "INSERT INTO stored_events (originator_id, originator_version, topic, state)"
    " SELECT * FROM unnest(%(ids)s::text[], %(versions)s::bigint[], %(topics)s::text[], %(states)s::bytea[])"
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
        beside: Sequence[Beside] = (),
        **_: Any,  # noqa: ANN401 - the library's signature
    ) -> Sequence[int] | None:
        """Append the events and run the statements, in one commit; the events' positions.

        Raises the library's IntegrityError when a place is taken, its OperationalError when the store fails,
        ValueError when it does not take a value.
        """
        lock = Lock.BOOK if stored_events else None
        with _library_errors(self._engine), self._engine.begin(lock=lock) as connection:
            positions = _insert(connection, stored_events) if stored_events else []
            for one in beside:
                text, rows = one.on("postgresql")
                if rows:
                    connection.exec_driver_sql(text, rows)
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
            "notification_id LIMIT %(limit)s",
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

    def select_streams(self, originator_ids: Sequence[str]) -> Sequence[StoredEvent]:
        """All events of many streams in one query, in the order of each."""
        found = self._select("originator_id = ANY(%(ids)s)", {"ids": list(originator_ids)})
        return [event for _, event in found]

    def select_begun(self, originator_ids: Sequence[str], until: int) -> Sequence[tuple[int, StoredEvent]]:
        """The events of many streams as far as a position, that one too, in the order of each."""
        # The plus keeps it from reading all that was ever recorded before that position.
        where = "originator_id = ANY(%(ids)s) AND notification_id + 0 <= %(until)s"
        return self._select(where, {"ids": list(originator_ids), "until": until})

    def select_between(self, after: int, until: int, limit: int) -> Sequence[tuple[int, StoredEvent]]:
        """Up to `limit` events of the whole book between two positions, the latter too, in its order."""
        return self._select(
            "notification_id > %(after)s AND notification_id <= %(until)s",
            {"after": after, "until": until, "limit": limit},
            "notification_id LIMIT %(limit)s",
        )

    def select_placed(self, originator_id: str) -> Sequence[tuple[int, StoredEvent]]:
        """The events of a stream, each with its position in the whole book."""
        return self._select("originator_id = %(id)s", {"id": originator_id})

    def _select(
        self, where: str, values: Mapping[str, Any], order: str = "originator_id, originator_version"
    ) -> list[tuple[int, StoredEvent]]:
        # Condition and order are of those above, their values are bound.
        with self._reading(f"{_SELECT}{where} ORDER BY {order}", values) as result:
            return [(row[0], StoredEvent(row[1], row[2], row[3], bytes(row[4]))) for row in result]

    @contextmanager
    def _reading(self, query: str, values: Mapping[str, Any]) -> Iterator[CursorResult[*tuple[Any, ...]]]:
        with _library_errors(self._engine), self._engine.connect() as connection:
            yield connection.exec_driver_sql(query, dict(values))


def _insert(connection: Connection, stored_events: Sequence[StoredEvent]) -> list[int]:
    columns = {
        "ids": [str(event.originator_id) for event in stored_events],
        "versions": [event.originator_version for event in stored_events],
        "topics": [event.topic for event in stored_events],
        "states": [event.state for event in stored_events],
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


class Factory(InfrastructureFactory[TrackingRecorder]):
    """What the library makes of this module: the one recorder that a book has."""

    def __init__(self, env: Environment) -> None:
        """The address of the database is in the environment under `ADDRESS`."""
        super().__init__(env)
        self._engine = postgresql_engine(str(env.get(ADDRESS)))

    def application_recorder(self) -> ApplicationRecorder:
        """The book's."""
        return BookRecorder(self._engine)

    def aggregate_recorder(self, purpose: str = "events") -> AggregateRecorder:
        """Not to be had: a book keeps no snapshots."""
        raise NotImplementedError(f"a book has no recorder of {purpose}")

    def tracking_recorder(
        self,
        tracking_recorder_class: Any = None,  # noqa: ANN401 - the library's signature
    ) -> TrackingRecorder:
        """Not to be had: positions stand beside the rows of the views."""
        raise NotImplementedError("a book has no recorder of tracking")

    def process_recorder(self) -> ProcessRecorder:
        """Not to be had: the same."""
        raise NotImplementedError("a book has no recorder of processes")

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()
