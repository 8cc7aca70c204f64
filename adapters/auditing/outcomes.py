"""Outcomes: what is said to have become of each delivery is what the book says, or is decided of it again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, select

from adapters.auditing.bodies import Bodies, Missing
from adapters.auditing.deriving import Deriving
from adapters.auditing.drifts import check_drift, check_noted
from adapters.auditing.fates import impossible
from adapters.auditing.findings import Findings
from adapters.auditing.moments import moments
from adapters.auditing.scene import Scene, last_position
from adapters.auditing.shops import Shops
from adapters.auditing.verdicts import check_orphans, check_verdict, read_answers
from adapters.engines import store_errors
from adapters.faults import place_of
from adapters.personal.guard import FORGOTTEN
from adapters.readings import Drift, Read, read
from adapters.tables import notifications
from adapters.times import from_us
from domain.draft import Streams
from domain.notification import Notification
from domain.reading import Unreadable
from domain.recording import Recording, Settlement
from domain.vetting import Shop
from domain.vocabulary import Outcome, Verdict

TABLE: Final = "notifications"
_PAGE: Final = 500
_DECIDED: Final = frozenset(
    {Outcome.RECORDED, Outcome.DUPLICATE, Outcome.STALE, Outcome.PARKED, Outcome.REFUSED}
)
_COLUMNS: Final = (
    "n",
    "received_us",
    "verdict",
    "attempts",
    "outcome",
    "reason",
    "drift",
    "due_us",
    "settled_us",
)


def check_outcomes(scene: Scene, deriving: Deriving, said: Findings) -> None:
    """Hold every row against the book as it was in the same moment."""
    outcomes = _Outcomes(scene, deriving, said)
    with store_errors(scene.book), scene.book.read_patiently() as connection:
        # Events and outcomes are written in one commit: so far, and no farther, this one's rows go.
        deriving.walk(last_position(connection))
        after = scene.begins.n
        while page := _rows(connection, after):
            outcomes.take(page, read_answers(connection, after, page[-1].n))
            after = page[-1].n
        check_orphans(connection, said, after)
        check_drift(connection, said)


def _rows(connection: Connection, after: int) -> Sequence[Any]:
    row = notifications.c
    query = select(*(row[name] for name in _COLUMNS)).where(row.n > after).order_by(row.n)
    return connection.execute(query.limit(_PAGE)).all()


@dataclass(slots=True)
class _Outcomes:
    scene: Scene
    deriving: Deriving
    said: Findings
    _shops: Shops = field(init=False)
    _bodies: Bodies = field(init=False)

    def __post_init__(self) -> None:
        self._shops = Shops(self.scene)
        self._bodies = Bodies(self.scene)

    def take(self, page: Sequence[Any], answers: dict[int, list[Any]]) -> None:
        """Some rows, with what PayPal answered about them."""
        bodies = self._bodies.of(row.n for row in page if self._is_to_be_read(row))
        for row in page:
            check_verdict(row, answers.get(row.n, ()), self.said)
            self._hold(row, bodies.get(row.n))
        self.said.count("deliveries", len(page))

    def _is_to_be_read(self, row: Any) -> bool:  # noqa: ANN401 - a row
        if row.verdict != Verdict.VERIFIED or row.outcome == Outcome.WAITING:
            return False
        return row.n not in self.deriving.drift or not self._is_as_derived(row)

    def _is_as_derived(self, row: Any) -> bool:  # noqa: ANN401 - a row
        settled = self.deriving.settled.get(row.n)
        return (
            settled == (row.outcome, row.reason)
            and row.settled_us is not None
            and row.settled_us >= self.deriving.settled_us[row.n]
        )

    def _hold(self, row: Any, body: bytes | Missing | None) -> None:  # noqa: ANN401 - a row
        recorded_us = self.deriving.settled_us.get(row.n)
        said = impossible(row, recorded_us)
        if said is not None:
            self._found(row, said)
        elif row.reason == FORGOTTEN and row.outcome == Outcome.UNREADABLE:
            if self._bodies.of([row.n])[row.n] is not Missing.ERASED:
                self._found(row, "it is said to be forgotten, and is not")
        elif row.outcome in (Outcome.WAITING, Outcome.INVALID):
            return
        elif row.n in self.deriving.drift and self._is_as_derived(row):
            self._note(row, self.deriving.drift[row.n])
        else:
            self._decide(row, body, made=recorded_us is not None)

    def _decide(self, row: Any, body: bytes | Missing | None, *, made: bool) -> None:  # noqa: ANN401 - a row
        if body is Missing.ERASED:
            self.said.count("deliveries whose key was destroyed")
            return
        if isinstance(body, Missing):
            # That it may be gone is looked at elsewhere.
            if made or row.outcome != Outcome.DUPLICATE:
                self._found(row, f"it is {row.outcome}, and {body}")
            self.said.count("deliveries whose body is gone")
            return
        assert body is not None, "asked for"
        said = read(body, row.n)
        self._note(row, said.drift)
        kept = row.outcome, row.reason
        decided = None
        for one in self._decisions(row, said):
            if one == kept:
                return
            decided = decided or one
        if row.n in self.deriving.unsure or self._is_of_earlier(row):
            self.said.count("outcomes that an earlier version decided")
        else:
            self._found(row, _disagreement(row, decided))

    def _note(self, row: Any, new: Drift) -> None:  # noqa: ANN401 - a row
        check_noted(row, new, self.said, earlier=self._is_of_earlier(row))

    def _is_of_earlier(self, row: Any) -> bool:  # noqa: ANN401 - a row
        since = self._shops.ours_since_us
        return since is None or row.settled_us < since

    def _decisions(self, row: Any, said: Read) -> Iterator[Settlement | None]:  # noqa: ANN401 - a row
        """What may have become of it: as all stands now, or stood then, by each of the rules there were."""
        if not isinstance(said.said, Notification):
            unread = isinstance(said.said, Unreadable)
            yield (Outcome.UNREADABLE if unread else Outcome.UNMODELLED), str(said.said)
            return
        for streams in self._times(row):
            for shop in self._shops.all:
                yield self._decision(row, said.said, streams, shop)

    def _times(self, row: Any) -> Iterator[Streams]:  # noqa: ANN401 - a row
        yield self.deriving.known
        yield from moments(self.scene.events, self.deriving.position, row.n, from_us(row.settled_us))

    def _decision(self, row: Any, said: Notification, streams: Streams, shop: Shop) -> Settlement | None:  # noqa: ANN401 - a row
        """What would become of it; None when it would add something to the book, or cannot be decided."""
        recording = Recording(streams, shop, from_us(row.settled_us))
        try:
            settlement = recording.record(said)
        except Exception as error:  # noqa: BLE001 - whatever it is, so it was not decided
            self.said.count(f"decisions that stumbled: {place_of(error)}")
            return None
        return None if any(entry.n is not None for _, entry in recording.appended) else settlement

    def _found(self, row: Any, what: str) -> None:  # noqa: ANN401 - a row
        self.said.found(TABLE, {"n": row.n}, what)


def _disagreement(row: Any, decided: Settlement | None) -> str:  # noqa: ANN401 - a row
    if decided is None:
        return f"it is {row.outcome}, and would add something to the book"
    if decided[0] == row.outcome:
        return f"it is {row.outcome}, for another reason than is given"
    return f"it is {row.outcome}; by its body and the book it is {decided[0]}"
