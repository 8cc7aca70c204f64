"""Turns: what was decided in the past, one thing after the other, in the order in which it was decided.

A message of which events were made has the place of the first of them; one of which none were made stands
where it was settled, among the messages of its batch by its number; what a person did has the place of its
event. Whatever else was recorded in a turn (what was released by it, what was vetted again) goes with it.
"""

from bisect import insort
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from adapters.replaying.past import Kept, Past
from adapters.times import from_us
from adapters.topics import TOPICS
from domain.act_events import ActEvent, TodoDone
from domain.events import Entry, PriceAgreed
from domain.vocabulary import Outcome

# What people did; that an invoice was served follows from the goods that left.
ACTS: Final[tuple[type, ...]] = (*ActEvent.__args__, PriceAgreed)
_ACT_TOPICS: Final = frozenset(topic for topic, event in TOPICS.items() if event in ACTS)
_TODO_TOPICS: Final = frozenset(topic for topic, event in TOPICS.items() if event is TodoDone)

Placed = tuple[str, Entry]


@dataclass(slots=True)
class Turn:
    """A message decided, something that a person did, or (neither) what nobody is known to have begun."""

    at: datetime
    n: int | None = None
    position: int | None = None  # of the first event; None where there was none
    recorded: list[Placed] = field(default_factory=list)

    @property
    def act(self) -> Placed | None:
        """What a person did, if anybody did anything."""
        first = self.recorded[0] if self.recorded else None
        return first if self.n is None and first is not None and _is_act(first[1]) else None


@dataclass(slots=True)
class Overview:
    """What is to be known of all events before the first turn."""

    makers: set[int] = field(default_factory=set)  # messages of which events were made
    todos_of: set[str] = field(default_factory=set)  # streams of which a to-do was closed
    acts: int = 0
    by_rules: dict[int | None, int] = field(default_factory=dict)  # events by the number of their rules

    def note(self, stream: str, topic: str, n: int | None, by: str | None, rules: int | None) -> None:
        """Take one event in."""
        if n is not None:
            self.makers.add(n)
        if by is not None and topic in _ACT_TOPICS:
            self.acts += 1
        if topic in _TODO_TOPICS:
            self.todos_of.add(stream)
        self.by_rules[rules] = self.by_rules.get(rules, 0) + 1


def overview(past: Past) -> Overview:
    """Look once through all events."""
    found = Overview()
    for stream, topic, origin in past.origins():
        found.note(stream, topic, origin.n, origin.by, origin.rules)
    return found


def turns(past: Past, kept: Iterable[Kept], makers: set[int]) -> Iterator[Turn]:
    """Every turn, in order; of `kept` those without events are put in between.

    What is stale has a turn more where it was asked for again: past what it came too late is told in its
    reason, and that goes on. All else comes out as it did the first time.
    """
    all_kept = list(kept)
    silent = deque(sorted((one for one in all_kept if one.n not in makers), key=_place))
    stale = {one.n: one for one in all_kept if one.outcome is Outcome.STALE and one.n in makers}
    begun: set[int] = set()
    turn: Turn | None = None
    for position, stream, entry in past.entries():
        mine = entry.n is not None and entry.n not in begun
        if turn is None or mine or (entry.n is None and _is_act(entry)):
            if turn is not None:
                yield turn
            turn = Turn(entry.at, entry.n if mine else None, position)
            again = stale.pop(turn.n, None) if turn.n is not None else None
            if again is not None and from_us(again.settled_us) > turn.at:
                insort(silent, again, key=_place)
            if mine or entry.by is not None:
                yield from _before(silent, turn)
        if entry.n is not None:
            begun.add(entry.n)
        turn.recorded.append((stream, entry))
    if turn is not None:
        yield turn
    yield from map(_silent, silent)


def _before(silent: deque[Kept], turn: Turn) -> Iterator[Turn]:
    """Those that were settled before a turn; of its own batch those with a lower number."""
    while silent:
        at = from_us(silent[0].settled_us)
        if at > turn.at or (at == turn.at and (turn.n is None or silent[0].n > turn.n)):
            return
        yield _silent(silent.popleft())


def _place(kept: Kept) -> tuple[int, int]:
    return kept.settled_us, kept.n


def _silent(kept: Kept) -> Turn:
    return Turn(from_us(kept.settled_us), kept.n)


def _is_act(entry: Entry) -> bool:
    return entry.by is not None and isinstance(entry.event, ACTS)
