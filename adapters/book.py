"""The book: streams of events, only appended, kept by eventsourcing; each append is one synced commit."""

import sqlite3
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, cast

from eventsourcing.application import Application
from eventsourcing.persistence import IntegrityError, Mapper, PersistenceError, StoredEvent
from eventsourcing.utils import Environment

from adapters.chains import chained, digest_of, goes_on
from adapters.engines import StoreError
from adapters.mapper import EntryMapper, Placed, as_data, recorded_at, type_name
from adapters.notary.digests import NOTHING
from adapters.personal.keyring import Keyring
from adapters.recorders import BookRecorder
from adapters.statements import Beside
from adapters.times import rfc3339, to_us
from domain.events import Entry

_STREAMS_MAX = 500  # bound by what one SQLite statement takes
_POSITION_MAX = 2**63 - 1
# Most of the driver's errors come wrapped in the library's; BEGIN's do not.
_AWAY = (PersistenceError, sqlite3.Error)
# Where to read on from: a version, and the digest that its event had.
_After = Mapping[str, tuple[int, bytes]]
_NOTHING_KNOWN: _After = MappingProxyType({})


class LostRaceError(Exception):
    """Somebody else appended to one of the streams first: read them again and decide again."""


class StoreAwayError(Exception):
    """The store cannot be written or read just now (locked, full, gone); the same call may succeed later."""


@dataclass(slots=True)
class Stream:
    """A stream's entries in order, those after the version that was asked for, and the last one's digest."""

    entries: list[Entry] = field(default_factory=list)
    tip: bytes = NOTHING
    after: int = 0


class Book(Application[str]):
    """All streams of a store, beside the tables of `adapters.tables`."""

    def __init__(self, place: str, persistence: Mapping[str, str], keys: Keyring | None = None) -> None:
        """`persistence`: what the library is told of the store; `keys` are closed with it. StoreError."""
        self.keys = keys
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
        return EntryMapper(self.construct_transcoder(), self.keys)

    def close(self) -> None:
        """Let all connections go."""
        super().close()
        if self.keys is not None:
            self.keys.close()

    def _expect(self, stored: Iterable[StoredEvent]) -> None:
        cast("EntryMapper", self.mapper).expect(event.state for event in stored)

    @property
    def _book_recorder(self) -> BookRecorder:
        return cast("BookRecorder", self.recorder)

    def append(
        self,
        placed: Sequence[Placed],
        beside: Sequence[Beside] = (),
        tips: MutableMapping[str, bytes] | None = None,
    ) -> None:
        """Append events, and run the statements beside them, in one commit.

        `tips`: the digests of the last events of streams, where they are known; others are looked for. They
        are brought forward.
        Raises LostRaceError when a place is taken, StoreAwayError when the store cannot take it; then nothing
        is written.
        """
        # All that can be done before is done before others have to wait.
        stored = [self.mapper.to_stored_event(event) for event in placed]
        digests, new = self._digests(stored, {} if tips is None else tips)
        try:
            self.recorder.insert_events(stored, digests=digests, beside=beside)
        except IntegrityError as error:
            if self.keys is not None:
                self.keys.look_again()  # it may have been with a key's end
            raise LostRaceError(str(error)) from error
        except _AWAY as error:
            raise StoreAwayError(str(error)) from error
        if tips is not None:
            tips.update(new)

    def _digests(
        self, stored: Sequence[StoredEvent], known: Mapping[str, bytes]
    ) -> tuple[list[bytes], dict[str, bytes]]:
        unknown = goes_on(stored) - known.keys()
        return chained(stored, {**self._tips(unknown), **known} if unknown else known)

    def _tips(self, names: Iterable[str]) -> dict[str, bytes]:
        return {name: stream.tip for name, stream in self.read(names).items()}

    def streams(self, names: Iterable[str]) -> dict[str, list[Entry]]:
        """The entries of each stream in order, an empty list for one that was never heard of."""
        return {name: stream.entries for name, stream in self.read(names).items()}

    def read(self, names: Iterable[str], after: _After = _NOTHING_KNOWN) -> dict[str, Stream]:
        """Each stream as it stands, an empty one where it was never heard of.

        `after`: versions to read on from, where the event there still has that digest: then all before it is
        what it was. Other streams are read from their beginning.
        """
        wanted = list(dict.fromkeys(names))
        found = {
            name: Stream(tip=after[name][1], after=after[name][0]) if name in after else Stream()
            for name in wanted
        }
        versions = [found[name].after for name in wanted]
        rows = self._read(self._book_recorder.select_streams, wanted, versions)
        same = {
            str(stored.originator_id)
            for stored, digest in rows
            if (stored.originator_version, digest) == after.get(str(stored.originator_id))
        }
        self._expect(stored for stored, _ in rows)
        for stored, digest in rows:
            name = str(stored.originator_id)
            stream = found[name]
            if stored.originator_version > stream.after and (name in same or not stream.after):
                stream.entries.append(self.entry(stored))
                stream.tip = digest or digest_of(stored, stream.tip)
        others = after.keys() - same
        return found | self.read(others) if others else found

    def after(self, position: int, limit: int) -> list[tuple[int, Placed]]:
        """Up to `limit` events of the whole book that stand after a position, each with its own."""
        notifications = self._read(
            self.recorder.select_notifications, position, limit, inclusive_of_start=False
        )
        self._expect(notifications)
        return [(n.id, cast("Placed", self.mapper.to_domain_event(n))) for n in notifications]

    def stored_between(self, after: int, until: int, limit: int) -> list[tuple[int, StoredEvent]]:
        """Up to `limit` events as they are stored, so that one that cannot be read spoils no others."""
        found = list(self._read(self._book_recorder.select_between, after, until, limit))
        self._expect(stored for _, stored in found)
        return found

    def sealed_between(
        self, after: int, until: int, limit: int
    ) -> list[tuple[int, StoredEvent, bytes | None]]:
        """The same, each with the digest that it carries; null where it was stored before there were any."""
        return list(self._read(self._book_recorder.select_sealed, after, until, limit))

    def digests_between(self, after: int, until: int, limit: int) -> list[tuple[int, bytes | None]]:
        """The same without the events."""
        return list(self._read(self._book_recorder.select_digests, after, until, limit))

    def stored_streams(self, names: Sequence[str], until: int) -> dict[str, list[tuple[int, StoredEvent]]]:
        """Each stream as it is stored, from its beginning as far as a position, that one too."""
        found: dict[str, list[tuple[int, StoredEvent]]] = {name: [] for name in names}
        for start in range(0, len(names), _STREAMS_MAX):
            some = names[start : start + _STREAMS_MAX]
            rows = self._read(self._book_recorder.select_begun, some, until)
            self._expect(stored for _, stored in rows)
            for position, stored in rows:
                found[str(stored.originator_id)].append((position, stored))
        return found

    def entry(self, stored: StoredEvent) -> Entry:
        """What is stored, read; whatever the mapper raises when it cannot be."""
        return cast("EntryMapper", self.mapper).entry(stored)

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
