"""Finding: what the book and the inbox hold of a payer, under whichever ids and e-mail addresses."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from eventsourcing.persistence import StoredEvent
from sqlalchemy import func, select

from adapters.book import Book
from adapters.engines import StoreEngine, store_errors
from adapters.mapper import UnknownEventError, maker_of
from adapters.personal.events import name_in
from adapters.personal.keyring import Keyring
from adapters.personal.masking import mask, person_of
from adapters.personal.payers import body_name, email_name, message_name, of_generation, payer_name
from adapters.tables import deliveries, notifications, payer_keys
from domain.erasure import ERASED
from domain.events import Event
from domain.facts import NOBODY, Party

_EVENTS_MAX: Final = 2_000  # in memory at once
_BODIES_MAX: Final = 500
_STREAMS_MAX: Final = 200
_POSITION_MAX: Final = 2**63 - 1


@dataclass(slots=True)
class Found:
    """What is known of a payer: names, the keys that seal it, where it stands, and what is not sealed."""

    ids: set[str] = field(default_factory=set)
    emails: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)  # that are not destroyed
    destroyed: set[str] = field(default_factory=set)
    streams: set[str] = field(default_factory=set)
    messages: set[int] = field(default_factory=set)  # whose bodies are sealed with those keys
    plain_events: int = 0
    plain_messages: int = 0

    @property
    def anything(self) -> bool:
        """Whether anything at all is known."""
        return bool(self.keys or self.destroyed or self.plain_events or self.plain_messages)


class Finder:
    """Reads the whole book as often as it learns another name, and the inbox once."""

    def __init__(
        self,
        book: Book,
        inbox: StoreEngine,
        keys: Keyring,
        engine: StoreEngine,
        shown: Callable[[int, int], None] = lambda _, __: None,
    ) -> None:
        """`engine`: of the book's tables; `shown` hears how far the reading is, and of how much."""
        self._book = book
        self._inbox = inbox
        self._keys = keys
        self._engine = engine
        self._shown = shown

    def find(self, payer: str) -> Found:
        """All that is known of a payer id or e-mail address. Raises StoreError or StoreAwayError."""
        found, taken_in = Found(), self._taken_in()
        (found.emails if "@" in payer else found.ids).add(payer.casefold() if "@" in payer else payer)
        known = -1
        while known != (known := len(found.ids) + len(found.emails)):
            found.streams.clear()
            found.plain_events = 0
            self._read_book(found)
        names = self._names(found)
        self._read_inbox(found, names, self._ns_of(found.streams), taken_in)
        self._read_keys(found, names)
        return found

    def _names(self, found: Found) -> set[str]:
        digest = self._keys.digest
        of_ids = {payer_name(one, None, digest) for one in found.ids}
        return of_ids | {email_name(one, digest) for one in found.emails}

    def _read_book(self, found: Found) -> None:
        names, last = self._names(found), self._book.last_position()
        for position, stored in self._stored():
            self._shown(position, last)
            name, event = name_in(bytes(stored.state)), self._event(stored)
            party = NOBODY if event is None else person_of(event) or NOBODY
            if (name is not None and of_generation(name)[0] in names) or _is(party, found):
                found.streams.add(str(stored.originator_id))
                found.plain_events += name is None and event is not None and mask(event) is not None
                found.ids |= {party.id} if party.id else set()
                found.emails |= {party.email.casefold()} if party.email and party.email != ERASED else set()

    def _stored(self) -> Iterator[tuple[int, StoredEvent]]:
        position = 0
        while some := self._book.stored_between(position, _POSITION_MAX, _EVENTS_MAX):
            yield from some
            position = some[-1][0]

    def _event(self, stored: StoredEvent) -> Event | None:
        try:
            return self._book.entry(stored).event
        except UnknownEventError:
            return None  # of a later version, or damaged: an audit says so

    def _ns_of(self, streams: set[str]) -> set[int]:
        """The deliveries that made anything of these streams."""
        names, ns = sorted(streams), set()
        for start in range(0, len(names), _STREAMS_MAX):
            some = self._book.stored_streams(names[start : start + _STREAMS_MAX], _POSITION_MAX)
            ns |= {maker_of(stored.state) for events in some.values() for _, stored in events} - {None}
        return {n for n in ns if n is not None}

    def _taken_in(self) -> int:
        """The last delivery that a worker has seen: what comes after it is sealed when one does."""
        with store_errors(self._engine), self._engine.connect() as connection:
            return connection.execute(select(func.max(notifications.c.n))).scalar() or 0

    def _read_inbox(self, found: Found, names: set[str], ns: set[int], taken_in: int) -> None:
        names |= {message_name(n) for n in ns}
        row, last = deliveries.c, 0
        while True:
            wanted = select(row.n, row.sealed_by, row.body).where(row.n > last).order_by(row.n)
            with store_errors(self._inbox), self._inbox.connect() as connection:
                some = connection.execute(wanted.limit(_BODIES_MAX)).all()
            if not some:
                return
            last = some[-1][0]
            for n, sealed_by, body in some:
                if sealed_by is not None:
                    found.messages |= {n} if of_generation(sealed_by)[0] in names else set()
                elif n > taken_in:
                    continue
                elif n in ns or body_name(n, bytes(body), self._keys.digest) in names:
                    found.plain_messages += 1

    def _read_keys(self, found: Found, names: set[str]) -> None:
        row = payer_keys.c
        with store_errors(self._engine), self._engine.connect() as connection:
            for name, destroyed_us in connection.execute(select(row.payer, row.destroyed_us)):
                payer, mark, _ = name.rpartition("#")
                if payer and mark and payer in names:
                    (found.keys if destroyed_us is None else found.destroyed).add(name)


def _is(party: Party, found: Found) -> bool:
    return party.id in found.ids or (party.email or "").casefold() in found.emails
