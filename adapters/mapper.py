"""Events to stored bytes and back, under names and versions of their own, so that modules may move."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import Mapper, StoredEvent

from domain import act_events as a
from domain import events as e
from domain import payout_events as p
from domain import subscription_events as s
from domain.events import Entry, Event

# The names in the book. They are for ever: a class may move or be renamed, its name here may not change.
# A new shape of an event gets a new version and an upcast from the one before.
TOPICS: dict[str, type[Event]] = {
    "PaymentCreated:1": e.PaymentCreated,
    "PaymentPended:1": e.PaymentPended,
    "PaymentProcessed:1": e.PaymentProcessed,
    "PaymentCompleted:1": e.PaymentCompleted,
    "PaymentDenied:1": e.PaymentDenied,
    "PaymentDeclined:1": e.PaymentDeclined,
    "PaymentFailed:1": e.PaymentFailed,
    "PaymentExpired:1": e.PaymentExpired,
    "PaymentVoided:1": e.PaymentVoided,
    "AuthorizationGranted:1": e.AuthorizationGranted,
    "AuthorizationSpent:1": e.AuthorizationSpent,
    "AuthorizationDenied:1": e.AuthorizationDenied,
    "AuthorizationExpired:1": e.AuthorizationExpired,
    "AuthorizationVoided:1": e.AuthorizationVoided,
    "OrderPlaced:1": e.OrderPlaced,
    "OrderSpent:1": e.OrderSpent,
    "OrderExpired:1": e.OrderExpired,
    "OrderVoided:1": e.OrderVoided,
    "ReportRefused:1": e.ReportRefused,
    "PaymentRefunded:1": e.PaymentRefunded,
    "PaymentReversed:1": e.PaymentReversed,
    "ReversalCanceled:1": e.ReversalCanceled,
    "PaymentAdjusted:1": e.PaymentAdjusted,
    "FollowerRefused:1": e.FollowerRefused,
    "FollowerParked:1": e.FollowerParked,
    "CaseOpened:1": e.CaseOpened,
    "CaseParked:1": e.CaseParked,
    "FollowerIdentified:1": e.FollowerIdentified,
    "CaptureHeard:1": e.CaptureHeard,
    "PaymentVetted:1": e.PaymentVetted,
    "PriceAgreed:1": e.PriceAgreed,
    "InvoicePaid:1": e.InvoicePaid,
    "PayoutPended:1": p.PayoutPended,
    "PayoutUnclaimed:1": p.PayoutUnclaimed,
    "PayoutCompleted:1": p.PayoutCompleted,
    "PayoutFailed:1": p.PayoutFailed,
    "PayoutDenied:1": p.PayoutDenied,
    "PayoutReturned:1": p.PayoutReturned,
    "PayoutReversed:1": p.PayoutReversed,
    "SubscriptionStarted:1": s.SubscriptionStarted,
    "SubscriptionModified:1": s.SubscriptionModified,
    "CycleFailed:1": s.CycleFailed,
    "CycleSkipped:1": s.CycleSkipped,
    "SubscriptionSuspended:1": s.SubscriptionSuspended,
    "SubscriptionCancelled:1": s.SubscriptionCancelled,
    "SubscriptionExpired:1": s.SubscriptionExpired,
    "SubscriptionEnded:1": s.SubscriptionEnded,
    "CycleHeard:1": s.CycleHeard,
    "GoodsClaimed:1": a.GoodsClaimed,
    "GoodsReleased:1": a.GoodsReleased,
    "GoodsFulfilled:1": a.GoodsFulfilled,
    "GoodsApproved:1": a.GoodsApproved,
    "CaseClosed:1": a.CaseClosed,
    "TodoDone:1": a.TodoDone,
    "InvoiceServed:1": a.InvoiceServed,
}
_NAMES = {event: topic for topic, event in TOPICS.items()}


class UnknownEventError(Exception):
    """The book holds an event that this version does not know; str names it and says what to do."""


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry at its place in a stream, in the shape that eventsourcing asks of an event."""

    originator_id: str
    originator_version: int
    entry: Entry


class _Stored(msgspec.Struct, omit_defaults=True):
    """What is written of an entry: its time, its origin, and the event as it is."""

    at: datetime
    event: msgspec.Raw
    n: int | None = None
    by: str | None = None


class _Envelope(msgspec.Struct):
    at: datetime


class _Made(_Envelope):
    n: int | None = None


_encoder = msgspec.json.Encoder(decimal_format="string")
_stored = msgspec.json.Decoder(_Stored)
_envelope = msgspec.json.Decoder(_Envelope)
_made = msgspec.json.Decoder(_Made)
_decoders = {topic: msgspec.json.Decoder(event) for topic, event in TOPICS.items()}


def type_name(event: Event) -> str:
    """The event's name in the book, without its version."""
    return _NAMES[type(event)].partition(":")[0]


def as_data(event: Event) -> Any:  # noqa: ANN401 - whatever JSON holds
    """The event's own fields as plain data, for people and programs to read."""
    return msgspec.json.decode(_encoder.encode(event))


def encode(entry: Entry) -> tuple[str, bytes]:
    """The topic and the bytes that are stored of an entry."""
    event = msgspec.Raw(_encoder.encode(entry.event))
    return _NAMES[type(entry.event)], _encoder.encode(
        _Stored(at=entry.at, event=event, n=entry.n, by=entry.by)
    )


def decode(topic: str, state: bytes) -> Entry:
    """The entry that was stored; UnknownEventError when a later version wrote it."""
    decoder = _decoders.get(topic)
    if decoder is None:
        message = f"the book holds an event {topic!r} unknown to this version: run the version that wrote it"
        raise UnknownEventError(message)
    stored = _stored.decode(state)
    return Entry(event=decoder.decode(stored.event), at=stored.at, n=stored.n, by=stored.by)


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

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> StoredEvent:
        """Write an entry at its place."""
        assert isinstance(domain_event, Placed), "only placed entries go into the book"
        topic, state = encode(domain_event.entry)
        return StoredEvent(domain_event.originator_id, domain_event.originator_version, topic, state)

    def to_domain_event(self, stored_event: StoredEvent) -> Placed:
        """Read an entry at its place; UnknownEventError when a later version wrote it."""
        entry = decode(stored_event.topic, stored_event.state)
        return Placed(str(stored_event.originator_id), stored_event.originator_version, entry)
