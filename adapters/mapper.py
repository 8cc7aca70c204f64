"""Events to stored bytes and back, under names and versions of their own, so that modules may move."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import Mapper, StoredEvent, Transcoder

from adapters.personal.events import Sealed, masked, names_in, revealed, sealed
from adapters.personal.keyring import Keyring
from adapters.personal.sealing import SealError
from adapters.topics import NAMES, TOPICS
from domain.events import Entry, Event
from domain.quick import quick


class UnknownEventError(Exception):
    """The book holds an event that this version does not know; str names it and says what to do."""


@quick
@dataclass(frozen=True, slots=True)
class Placed:
    """An entry at its place in a stream, in the shape that eventsourcing asks of an event."""

    originator_id: str
    originator_version: int
    entry: Entry
    rules: int | None = None  # the number of those that it was decided by; null before there were any


class _Stored(msgspec.Struct, omit_defaults=True):
    """What is written of an entry: its time, its origin, the event as it is, and the rules of then.

    Where personal data are sealed, the event is without them, and they are the last of it.
    """

    at: datetime
    event: msgspec.Raw
    n: int | None = None
    by: str | None = None
    rules: int | None = None
    sealed: Sealed | None = None


E = TypeVar("E", bound=Event)


class _Whole(msgspec.Struct, Generic[E]):
    """The same as it is read, in one go: what is stored stays beside it, for whoever opens what is sealed."""

    at: datetime
    event: E
    n: int | None = None
    by: str | None = None
    rules: int | None = None
    sealed: Sealed | None = None


class _Written(msgspec.Struct, omit_defaults=True):
    """The same as it is written where nothing is sealed."""

    at: datetime
    event: Event
    n: int | None = None
    by: str | None = None
    rules: int | None = None


class _Envelope(msgspec.Struct):
    at: datetime


class _Made(_Envelope):
    n: int | None = None


_encoder = msgspec.json.Encoder(decimal_format="string")
_stored = msgspec.json.Decoder(_Stored)
_envelope = msgspec.json.Decoder(_Envelope)
_made = msgspec.json.Decoder(_Made)
_decoders: dict[str, msgspec.json.Decoder[_Whole[Event]]] = {
    topic: msgspec.json.Decoder(_Whole[event])  # type: ignore[valid-type]
    for topic, event in TOPICS.items()
}


def type_name(event: Event) -> str:
    """The event's name in the book, without its version."""
    return NAMES[type(event)].partition(":")[0]


def as_data(event: Event) -> Any:  # noqa: ANN401 - whatever JSON holds
    """The event's own fields as plain data, for people and programs to read."""
    return msgspec.json.decode(_encoder.encode(event))


def encode(entry: Entry, rules: int | None = None) -> tuple[str, bytes]:
    """The topic and the bytes that are stored of an entry, decided by rules of that number."""
    event = entry.event
    return NAMES[type(event)], _encoder.encode(_Written(entry.at, event, entry.n, entry.by, rules))


def decode(topic: str, state: bytes) -> Entry:
    """The entry that was stored, erased where it is sealed; UnknownEventError of one of a later version."""
    return decode_with_rules(topic, state)[0]


def decode_with_rules(topic: str, state: bytes) -> tuple[Entry, int | None]:
    """The same, with the number of the rules that it was decided by."""
    stored = _decoded(topic, state)
    return Entry(event=stored.event, at=stored.at, n=stored.n, by=stored.by), stored.rules


def _decoded(topic: str, state: bytes) -> _Whole[Event]:
    decoder = _decoders.get(topic)
    if decoder is None:
        message = f"the book holds an event {topic!r} unknown to this version: run the version that wrote it"
        raise UnknownEventError(message)
    return decoder.decode(state)


def recorded_at(state: bytes) -> datetime | None:
    """When an entry was recorded, even one of an event that only a later version knows; None of a ruin."""
    try:
        return _envelope.decode(state).at
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def maker_of(state: bytes) -> int | None:
    """The delivery that an entry was made from, None where a person made it; UnknownEventError of a ruin."""
    try:
        return _made.decode(state).n
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnknownEventError("the book holds an event that is damaged: restore the book") from error


class EntryMapper(Mapper[str]):
    """The library's extension point for what is stored of an event."""

    def __init__(self, transcoder: Transcoder, keys: Keyring | None = None) -> None:
        """Without keys nothing is sealed, and what was reads as erased."""
        super().__init__(transcoder)
        self._keys = keys

    def expect(self, states: Iterable[bytes]) -> None:
        """Have the keys ready that these stored events want. Raises StoreError."""
        if self._keys is not None and (names := names_in(states)):
            self._keys.keys(names)

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> StoredEvent:
        """Write an entry at its place; StoreError when keys are wanted and cannot be had."""
        assert isinstance(domain_event, Placed), "only placed entries go into the book"
        stream, version = domain_event.originator_id, domain_event.originator_version
        keys, entry = self._keys, domain_event.entry
        found = masked(keys, entry.event) if keys is not None and keys.seals else None
        if keys is None or found is None:
            topic, state = encode(entry, domain_event.rules)
            return StoredEvent(stream, version, topic, state)
        event, person, persons = found
        topic, plain = NAMES[type(event)], _encoder.encode(event)
        box = sealed(keys, person, persons, (stream, version), (topic, plain))
        stored = _Stored(entry.at, msgspec.Raw(plain), entry.n, entry.by, domain_event.rules, box)
        return StoredEvent(stream, version, topic, _encoder.encode(stored))

    def to_domain_event(self, stored_event: StoredEvent) -> Placed:
        """Read an entry at its place; UnknownEventError when a later version wrote it, or it was changed."""
        found = _decoded(stored_event.topic, stored_event.state)
        entry = self._entry(stored_event, found)
        return Placed(str(stored_event.originator_id), stored_event.originator_version, entry, found.rules)

    def entry(self, stored_event: StoredEvent) -> Entry:
        """The entry alone, and with it whatever `to_domain_event` raises."""
        return self._entry(stored_event, _decoded(stored_event.topic, stored_event.state))

    def _entry(self, stored_event: StoredEvent, found: _Whole[Event]) -> Entry:
        if found.sealed is None or self._keys is None:
            return Entry(event=found.event, at=found.at, n=found.n, by=found.by)
        place = str(stored_event.originator_id), stored_event.originator_version
        about = stored_event.topic, bytes(_stored.decode(stored_event.state).event)
        try:
            event = revealed(self._keys, found.event, found.sealed, place, about)
        except SealError as error:
            message = f"the book holds an event that cannot be opened: {error}: restore the book"
            raise UnknownEventError(message) from error
        return Entry(event=event, at=found.at, n=found.n, by=found.by)
