"""Deriving: each event decided again, from the verified bytes and the events before it, by the same code."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Final

from sqlalchemy import select

from adapters.auditing.agreeing import difference
from adapters.auditing.bodies import Bodies, Missing
from adapters.auditing.deciding import Deciding, Derived, NotDerivedError
from adapters.auditing.findings import Findings, Key
from adapters.auditing.known import Earlier, Known
from adapters.auditing.scene import Scene, Shown
from adapters.auditing.shops import Shops
from adapters.auditing.units import Ahead, Origin, Placed, placed, rest_of
from adapters.engines import store_errors
from adapters.faults import place_of
from adapters.readings import Drift
from adapters.tables import notifications
from adapters.times import to_us
from domain.acting import ActRefusedError, NoSuchCaseError
from domain.recording import Settlement
from domain.streams import grown
from domain.vetting import Shop
from domain.vocabulary import Verdict

TABLE: Final = "stored_events"
_AHEAD: Final = 64
_PAGE: Final = 1_024
_ROWS_MAX: Final = 500
_BATCH_EVENTS_MAX: Final = 3_000


@dataclass(slots=True)
class Deriving:
    """A walk over the book. Where it stands, the streams and what became of messages are known."""

    scene: Scene
    said: Findings
    shown: Shown
    known: Known = field(default_factory=Known)
    settled: dict[int, Settlement] = field(default_factory=dict)
    settled_us: dict[int, int] = field(default_factory=dict)  # when, at the earliest
    unsure: set[int] = field(default_factory=set)  # what an earlier version decided, or nobody can read
    position: int = 0
    _batch: int = 0
    _batch_at: object = None
    _deciding: Deciding = field(init=False)
    _shops: Shops = field(init=False)
    _bodies: Bodies = field(init=False)
    _verdicts: dict[int, str] = field(default_factory=dict)
    _from: int = 0
    _erased: set[str] = field(default_factory=set)  # streams of whose facts something was forgotten
    _wanted: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._deciding = Deciding(self.scene)
        self._shops = Shops(self.scene)
        self._bodies = Bodies(self.scene)
        self._from = self._first_to_derive()

    @property
    def drift(self) -> dict[int, Drift]:
        """What was new in messages that made events."""
        return self._deciding.drift

    def walk(self, until: int | None = None) -> None:
        """Derive all that comes next, as far as a position, or the end of the audit."""
        ahead = Ahead(self._pages(self.scene.ends.position if until is None else until))
        while some := ahead.see(1):
            taken = self._take(some[0], ahead)
            self.position = ahead.see(taken)[taken - 1].position
            ahead.pass_by(taken)
            self.shown(taken)

    def _first_to_derive(self) -> int:
        """The position from which on all is derived: a checkpoint may end in the midst of a batch."""
        end = self.scene.begins.position
        if not end:
            return 0
        before = self.scene.events.sealed_between(max(0, end - _BATCH_EVENTS_MAX), end, _BATCH_EVENTS_MAX)
        batch = [placed(*one) for one in before]
        last = batch[-1].origin if batch else None
        same = takewhile(lambda one: last and one.origin and one.origin.at == last.at, reversed(batch))
        return min((one.position for one in same), default=end + 1)

    def _pages(self, end: int) -> Iterator[Sequence[Placed]]:
        after = self.position
        while stored := self.scene.events.sealed_between(after, end, _PAGE):
            page = [placed(*one) for one in stored]
            self._prefetch({one.origin.n for one in page if one.origin and one.origin.n is not None})
            yield page
            after = page[-1].position

    def _prefetch(self, ns: set[int]) -> None:
        # A page is asked for while the last events of the one before are still to be derived.
        bodies = self._deciding.bodies
        kept = {n: body for n, body in bodies.items() if n in self._wanted}
        self._deciding.bodies, self._wanted = kept | self._bodies.of(ns), ns
        row, some = notifications.c, sorted(ns)
        with store_errors(self.scene.book), self.scene.book.connect() as connection:
            for start in range(0, len(some), _ROWS_MAX):
                query = select(row.n, row.verdict).where(row.n.in_(some[start : start + _ROWS_MAX]))
                self._verdicts.update((n, verdict) for n, verdict in connection.execute(query))

    def _take(self, first: Placed, ahead: Ahead) -> int:
        """Derive the next unit; how many events it was of."""
        origin = first.origin
        if origin is None:
            self._found(first, "cannot be read: it is damaged")
            return 1
        if (origin.at, origin.by) != self._batch_at:
            self._batch, self._batch_at = self._batch + 1, (origin.at, origin.by)
        if first.position < self._from:
            return self._believe([first])
        try:
            return self._derive(first, origin, ahead)
        except NotDerivedError as error:
            return self._not_derived(ahead.see(_AHEAD), origin, str(error))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is said, and the walk goes on
            return self._not_derived(ahead.see(_AHEAD), origin, f"cannot be derived: {place_of(error)}")

    def _derive(self, first: Placed, origin: Origin, ahead: Ahead) -> int:
        told: str | None = None
        for streams, shop in self._attempts(origin):
            try:
                derived = self._deciding.derive(first, origin, streams, shop)
            except (ActRefusedError, NoSuchCaseError):
                told = told or "could not be done as the book stood then"
                continue
            if isinstance(streams, Earlier) and any(streams.hides(stream) for stream, _ in derived.entries):
                continue
            some = ahead.see(max(1, len(derived.entries)))
            other = difference(derived.entries, some, self._version_of, self.scene.events.entry)
            if other is None:
                self._shops.was(shop)
                self._keep(derived, some, beside=streams is not self.known)
                return len(some)
            told = told or other
        raise NotDerivedError(told or "names rules that are not kept")

    def _attempts(self, origin: Origin) -> Iterator[tuple[Known | Earlier, Shop]]:
        """As the book stood, by the rules that are named; else as it stood just before, when others wrote."""
        shops = self._shops.of(origin.rules)
        yield from ((self.known, shop) for shop in shops)
        for shop in shops[:1]:
            yield from ((earlier, shop) for earlier in self.known.earlier(self._batch))

    def _version_of(self, stream: str) -> int:
        return self.known.aggregate(stream).version

    def _keep(self, derived: Derived, some: Sequence[Placed], *, beside: bool) -> None:
        if beside:
            self.said.count("decisions made beside others'")
            self._believe(some)
        else:
            self.known.take(self._batch, derived.streams)
        self.settled.update(derived.settled)
        origin = some[0].origin
        assert origin is not None, "derived from it"
        self.settled_us.update(dict.fromkeys(derived.settled, to_us(origin.at)))
        self.said.count("events", len(some))
        for one in some:
            self._verify(one)

    def _verify(self, one: Placed) -> None:
        n = None if one.origin is None else one.origin.n
        if n is None or (verdict := self._verdicts.get(n)) == Verdict.VERIFIED:
            return
        word = "of which nothing is known" if verdict is None else f"which is {verdict}"
        self._found(one, f"is of delivery {n}, {word}: nothing unverified moves money")

    def _not_derived(self, some: Sequence[Placed], origin: Origin, why: str) -> int:
        unit = some[: rest_of(some)]
        body = None if origin.n is None else self._deciding.bodies.get(origin.n)
        if body is Missing.ERASED or any(one.stream in self._erased for one in unit):
            self._erased |= {one.stream for one in unit}
            self.said.count("events of what was forgotten", len(unit))
        elif self._shops.is_of_an_earlier_version(origin.rules, bare=unit[0].bare) and not isinstance(
            body, Missing
        ):
            self.said.count("events that an earlier version decided", len(unit))
        else:
            self._found(unit[0], why)
        if origin.n is not None:
            self.unsure.add(origin.n)
        self._verify(unit[0])
        return self._believe(unit)

    def _believe(self, unit: Sequence[Placed]) -> int:
        """Fold what is stored, whatever is thought of it."""
        for one in unit:
            if one.position < self._from and one.origin is not None and one.origin.n is not None:
                self.unsure.add(one.origin.n)
            try:
                after = grown(self.known.aggregate(one.stream), self.scene.events.entry(one.stored))
            except Exception as error:  # noqa: BLE001 - of whatever was stored
                self._found(one, f"cannot be read or folded: {place_of(error)}")
            else:
                self.known.take(self._batch, {one.stream: after})
        return len(unit)

    def _found(self, one: Placed, what: str) -> None:
        self.said.found(TABLE, place_key(one), what)


def place_key(one: Placed) -> Key:
    """Where an event stands."""
    return {"position": one.position, "stream": one.stream, "version": one.stored.originator_version}
