"""The book: streams of events, only appended, kept by eventsourcing; each append is one synced commit."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, cast

from eventsourcing.application import Application
from eventsourcing.persistence import IntegrityError, Mapper, PersistenceError, StoredEvent
from eventsourcing.utils import Environment

from adapters.engines import StoreError
from adapters.mapper import EntryMapper, Placed, as_data, recorded_at, type_name
from adapters.statements import Beside
from adapters.times import rfc3339, to_us
from domain.events import Entry

_STREAMS_MAX = 500  # bound by what one SQLite statement takes
_POSITION_MAX = 2**63 - 1
# Most of the driver's errors come wrapped in the library's; BEGIN's do not.
_AWAY = (PersistenceError, sqlite3.Error)


class LostRaceError(Exception):
    """Somebody else appended to one of the streams first: read them again and decide again."""


class StoreAwayError(Exception):
    """The store cannot be written or read just now (locked, full, gone); the same call may succeed later."""


class _Recorder(Protocol):
    """What our recorders give beyond the library's, on either engine."""

    def select_streams(self, originator_ids: Sequence[str]) -> Sequence[StoredEvent]: ...
    def select_begun(
        self, originator_ids: Sequence[str], until: int
    ) -> Sequence[tuple[int, StoredEvent]]: ...
    def select_between(self, after: int, until: int, limit: int) -> Sequence[tuple[int, StoredEvent]]: ...
    def select_placed(self, originator_id: str) -> Sequence[tuple[int, StoredEvent]]: ...


class Book(Application[str]):
    """All streams of a store, beside the tables of `adapters.tables`."""

    def __init__(self, place: str, persistence: Mapping[str, str]) -> None:
        """`persistence` is what the library is told of the store; StoreError when it cannot be opened."""
        try:
            super().__init__({**persistence, "ORIGINATOR_ID_TYPE": "text"})
        except _AWAY as error:
            message = f"{place} cannot be opened as the book: {error}"
            raise StoreError(message) from error

    def construct_env(self, name: str, env: Mapping[str, str] | None = None) -> Environment:
        """Only what is said above: a variable meant for another program must not change what is stored."""
        return Environment(name, dict(env or {}))

    def construct_mapper(self) -> Mapper[str]:
        """Our own: msgspec, and names that outlive modules."""
        return EntryMapper(transcoder=self.construct_transcoder())

    @property
    def _book_recorder(self) -> _Recorder:
        return cast("_Recorder", self.recorder)

    def append(self, placed: Sequence[Placed], beside: Sequence[Beside] = ()) -> None:
        """Append events, and run the statements beside them, in one commit.

        Raises LostRaceError when a place is taken, StoreAwayError when the store cannot take it; then nothing
        is written.
        """
        stored = [self.mapper.to_stored_event(event) for event in placed]
        try:
            self.recorder.insert_events(stored, beside=beside)
        except IntegrityError as error:
            raise LostRaceError(str(error)) from error
        except _AWAY as error:
            raise StoreAwayError(str(error)) from error

    def streams(self, names: Iterable[str]) -> dict[str, list[Entry]]:
        """The entries of each stream in order, an empty list for one that was never heard of."""
        wanted = list(dict.fromkeys(names))
        found: dict[str, list[Entry]] = {name: [] for name in wanted}
        for start in range(0, len(wanted), _STREAMS_MAX):
            for stored in self._read(
                self._book_recorder.select_streams, wanted[start : start + _STREAMS_MAX]
            ):
                found[str(stored.originator_id)].append(self.mapper.to_domain_event(stored).entry)  # type: ignore[attr-defined]
        return found

    def after(self, position: int, limit: int) -> list[tuple[int, Placed]]:
        """Up to `limit` events of the whole book that stand after a position, each with its own."""
        notifications = self._read(
            self.recorder.select_notifications, position, limit, inclusive_of_start=False
        )
        return [(n.id, cast("Placed", self.mapper.to_domain_event(n))) for n in notifications]

    def stored_between(self, after: int, until: int, limit: int) -> list[tuple[int, StoredEvent]]:
        """Up to `limit` events as they are stored, so that one that cannot be read spoils no others."""
        return list(self._read(self._book_recorder.select_between, after, until, limit))

    def stored_streams(self, names: Sequence[str], until: int) -> dict[str, list[tuple[int, StoredEvent]]]:
        """Each stream as it is stored, from its beginning as far as a position, that one too."""
        found: dict[str, list[tuple[int, StoredEvent]]] = {name: [] for name in names}
        for start in range(0, len(names), _STREAMS_MAX):
            some = names[start : start + _STREAMS_MAX]
            for position, stored in self._read(self._book_recorder.select_begun, some, until):
                found[str(stored.originator_id)].append((position, stored))
        return found

    def entry(self, stored: StoredEvent) -> Entry:
        """What is stored, read; whatever the mapper raises when it cannot be."""
        return cast("Placed", self.mapper.to_domain_event(stored)).entry

    def last_position(self) -> int:
        """The position of the newest event; 0 in an empty book."""
        return self._read(self.recorder.max_notification_id) or 0

    def recorded_after(self, position: int) -> datetime | None:
        """When the first event after a position was recorded; None when there is none, or no telling."""
        found = self.stored_between(position, _POSITION_MAX, 1)
        return recorded_at(found[0][1].state) if found else None

    def history(self, stream: str) -> list[dict[str, Any]]:
        """A stream's events as plain data, oldest first; empty when it was never heard of."""
        return [
            {
                "position": position,
                "version": stored.originator_version,
                "type": type_name(entry.event),
                "recorded_at": rfc3339(to_us(entry.at)),
                "notification": entry.n,
                "by": entry.by,
                "data": as_data(entry.event),
            }
            for position, stored in self._read(self._book_recorder.select_placed, stream)
            for entry in (cast("Placed", self.mapper.to_domain_event(stored)).entry,)
        ]

    def _read(self, query: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - each query has its own shape
        try:
            return query(*args, **kwargs)
        except _AWAY as error:
            raise StoreAwayError(str(error)) from error
