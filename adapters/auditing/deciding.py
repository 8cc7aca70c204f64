"""Deciding: what one delivery or act adds to the book as it stands, by the code that decided it then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from adapters.auditing.acts import derive_act, is_act
from adapters.auditing.bodies import Missing
from adapters.auditing.scene import Scene
from adapters.auditing.units import Origin, Placed
from adapters.readings import Drift, Read, read
from domain.acting import Acting
from domain.draft import Draft, Streams
from domain.events import Entry, PaymentVetted
from domain.notification import Notification
from domain.recording import Recording, Settlement
from domain.standing import describing
from domain.state import Transaction
from domain.streams import Aggregate
from domain.vetting import Shop, vet
from domain.vocabulary import Kind, PaymentStatus


class NotDerivedError(Exception):
    """Why nothing can be derived; str says so in words of ours."""


@dataclass(frozen=True, slots=True)
class Derived:
    """What a decision appends, what the streams are then, and what became of the messages concerned."""

    entries: Sequence[tuple[str, Entry]]
    streams: Mapping[str, Aggregate]
    settled: Mapping[int, Settlement] = field(default_factory=dict)


@dataclass(slots=True)
class Deciding:
    """Decides again, one unit at a time; `bodies` are those at hand."""

    scene: Scene
    bodies: dict[int, bytes | Missing] = field(default_factory=dict)
    drift: dict[int, Drift] = field(default_factory=dict)  # what was new in messages that were read
    _last: tuple[int, Read] | None = None

    def derive(self, first: Placed, origin: Origin, streams: Streams, shop: Shop) -> Derived:
        """What the unit that begins with this event should be.

        Raises NotDerivedError where nothing can be said, ActRefusedError or NoSuchCaseError where a person
        could not do it, and whatever the decision itself stumbles over.
        """
        if origin.n is not None:
            recording = Recording(streams, shop, origin.at)
            recording.record(self._said(origin.n))
            return Derived(recording.draft.appended, recording.draft.known, recording.settled)
        if origin.by is None:
            return self._vetted(first, origin, streams, shop)
        entry = self.scene.events.entry(first.stored)
        if not is_act(entry.event):
            raise NotDerivedError("is nothing that a person does by itself")
        acting = Acting(streams, shop, origin.at, origin.by)
        derive_act(acting, first.stream, entry, lambda stream: self._history(stream, first.position))
        return Derived(acting.draft.appended, acting.draft.known)

    def _said(self, n: int) -> Notification:
        if self._last is None or self._last[0] != n:
            body = self.bodies.get(n, Missing.GONE)
            if isinstance(body, Missing):
                raise NotDerivedError(f"is of delivery {n}: {body}")
            self._last = n, read(body, n)
            self.drift[n] = self._last[1].drift
        said = self._last[1].said
        if not isinstance(said, Notification):
            raise NotDerivedError(f"is said to be of delivery {n}, of which nothing can be made")
        return said

    def _vetted(self, first: Placed, origin: Origin, streams: Streams, shop: Shop) -> Derived:
        """A payment vetted again, since a person asked or agreed a price: by what stood, and nothing else."""
        payment = streams.aggregate(first.stream)
        top = describing(payment) if isinstance(payment, Transaction) else None
        if top is None:
            raise NotDerivedError("is of no delivery and of nobody")
        draft, report = Draft(streams), top.report
        entry = self.scene.events.entry(first.stored)
        # Until money has come, a person who asks again hears of no doubts.
        none_yet = (report.kind, report.status) != (Kind.PAYMENT, PaymentStatus.COMPLETED)
        nothing = none_yet and entry.event == PaymentVetted(())
        invoice = draft.invoice(report.invoice) if report.invoice else None
        doubts = () if nothing else vet(report, shop, invoice)
        if top.doubts != doubts:
            draft.append(first.stream, Entry(event=PaymentVetted(doubts), at=origin.at))
        return Derived(draft.appended, draft.known)

    def _history(self, stream: str, position: int) -> list[Entry]:
        stored = self.scene.events.stored_streams([stream], position - 1)[stream]
        return [self.scene.events.entry(one) for _, one in stored]
