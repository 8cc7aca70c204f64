"""The walk over the past: every turn decided again in memory, beside what was recorded in it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from types import MappingProxyType
from typing import Final

from adapters.faults import place_of
from adapters.mapper import type_name
from adapters.replaying.choosing import Wanted
from adapters.replaying.differences import Act
from adapters.replaying.doing_again import do_again
from adapters.replaying.past import Kept, Past
from adapters.replaying.turns import Overview, Placed, Turn, turns
from adapters.replaying.worlds import Worlds
from domain.acting import Acting, ActRefusedError
from domain.events import Entry
from domain.notification import Notification, Told, read
from domain.reading import Unmodelled, Unreadable
from domain.recording import Recording
from domain.streams import Aggregate
from domain.subscription_facts import SubscriptionReport
from domain.vetting import Shop
from domain.vocabulary import Outcome

_TURNS_MAX: Final = 500  # whose bodies are in memory at once
# Two workers have two clocks: a copy may seem to have been settled before the first of them was recorded.
_CLOCKS: Final = timedelta(seconds=60)
_OF_ORDER: Final = (Outcome.DUPLICATE, Outcome.STALE)
FAULT: Final = "fault"  # instead of an outcome, where today's code stumbles

Settlement = tuple[str, str | None]
_NOTHING_SETTLED: Final[Mapping[int, Settlement]] = MappingProxyType({})


@dataclass(slots=True)
class Skipped:
    """Messages that were not decided again, by why."""

    unverified: int = 0
    waiting: int = 0
    purged: int = 0
    unreadable: int = 0  # their bodies are gone, or sealed with a key that was destroyed


@dataclass(slots=True)
class Walk:
    """One walk; what it found stands in it. `wanted`: of which messages it is noted what they concern."""

    past: Past
    kept: Mapping[int, Kept]
    overview: Overview
    shop: Shop
    wanted: Wanted | None = None
    worlds: Worlds = field(default_factory=Worlds)
    skipped: Skipped = field(default_factory=Skipped)
    outcomes: dict[int, Settlement] = field(default_factory=dict)
    decided: int = 0
    acts: list[Act] = field(default_factory=list)  # that could not be done
    concerned: set[str] = field(default_factory=set)  # streams, of the messages that are wanted
    _late: list[tuple[Turn, Notification]] = field(default_factory=list)
    _entries: dict[str, list[Entry]] = field(default_factory=dict)  # where a to-do was closed

    def run(self, shown: Callable[[int, int], None]) -> None:
        """From the first turn to the last; `shown` hears how many messages were decided, and of how many."""
        self._entries = {stream: [] for stream in self.overview.todos_of}
        walk = turns(self.past, self._settled(), self.overview.makers)
        while some := list(islice(walk, _TURNS_MAX)):
            bodies = self.past.bodies([turn.n for turn in some if turn.n is not None])
            for turn in some:
                self._take(turn, bodies)
            shown(self.decided, len(self.kept))
        self._decide_late(None)

    def _settled(self) -> Iterator[Kept]:
        """What waits is still to be decided, and differs from nothing."""
        for one in self.kept.values():
            if one.outcome is Outcome.WAITING:
                self.skipped.waiting += 1
            elif one.purged:
                self.skipped.purged += 1
            else:
                yield one

    def _take(self, turn: Turn, bodies: Mapping[int, bytes]) -> None:
        self._decide_late(turn.at)
        if turn.act is not None:
            self._go_on(turn, self._done_again(turn, turn.act))
        elif turn.n is None:
            self._go_on(turn, [])
        elif turn.n not in bodies or turn.n not in self.kept:
            # What nobody can read any more is taken as it was recorded.
            self.skipped.unreadable += 1
            self._go_on(turn, turn.recorded)
        else:
            self.decided += turn.n not in self.outcomes
            self._read(turn, turn.n, bodies[turn.n])

    def _read(self, turn: Turn, n: int, body: bytes) -> None:
        try:
            said = read(body, n)
        except (Unreadable, Unmodelled) as error:
            unread = isinstance(error, Unreadable)
            outcome = Outcome.UNREADABLE if unread else Outcome.UNMODELLED
            self._go_on(turn, [], {n: (outcome, str(error))})
        except Exception as error:  # noqa: BLE001 - whatever it is, the worker would stumble over it
            self._go_on(turn, [], {n: (FAULT, place_of(error))})
        else:
            self._decide(turn, said, may_wait=not turn.recorded and self.kept[n].outcome in _OF_ORDER)

    def _decide(self, turn: Turn, said: Notification, *, may_wait: bool) -> None:
        recording = Recording(self.worlds.would, self.shop, turn.at)
        try:
            became = recording.record(said)
        except Exception as error:  # noqa: BLE001 - as above
            self._go_on(turn, [], {said.n: (FAULT, place_of(error))})
            return
        if may_wait and became != (self.kept[said.n].outcome, self.kept[said.n].reason):
            self._late.append((turn, said))
            return
        if self._is_wanted(said.n):
            self.concerned.update(stream for fact in said.facts for stream in _named(fact))
        self._go_on(turn, recording.appended, recording.settled, recording.draft.known)

    def _decide_late(self, now: datetime | None) -> None:
        """Those whose time is over: what they still are not, they would not be. None: it is over for all."""
        while self._late and (now is None or self._late[0][0].at + _CLOCKS < now):
            turn, said = self._late.pop(0)
            self._decide(turn, said, may_wait=False)

    def _done_again(self, turn: Turn, act: Placed) -> Sequence[Placed]:
        stream, entry = act
        acting = Acting(self.worlds.would, self.shop, entry.at, entry.by or "")
        try:
            return do_again(acting, act, self.worlds.was(stream), self._entries.get(stream, ()))
        except ActRefusedError as error:
            assert turn.position is not None, "an act is an event"
            what = type_name(entry.event)
            self.acts.append(Act(turn.position, entry.at, entry.by or "", what, stream, str(error)))
            return []

    def _go_on(
        self,
        turn: Turn,
        decided: Sequence[Placed],
        settled: Mapping[int, Settlement] = _NOTHING_SETTLED,
        known: Mapping[str, Aggregate] | None = None,
    ) -> None:
        self.outcomes.update(settled)
        self.worlds.go_on(turn.recorded, decided, known)
        for stream, entry in decided:
            if stream in self._entries:
                self._entries[stream].append(entry)
        if turn.n is not None and self._is_wanted(turn.n):
            self.concerned.update(stream for stream, _ in (*turn.recorded, *decided))

    def _is_wanted(self, n: int) -> bool:
        kept = self.kept.get(n)
        return self.wanted is not None and kept is not None and self.wanted.has(n, kept.outcome)


def _named(fact: Told) -> Iterator[str]:
    """The transactions that a fact names."""
    if not isinstance(fact, SubscriptionReport):
        yield fact.txn_id
        if parent := getattr(fact, "parent_txn_id", None):
            yield parent
