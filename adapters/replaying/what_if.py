"""What if: all that was decided in the past, decided by other rules, and every decision that would differ."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from adapters.replaying.choosing import Span, Wanted, gaps
from adapters.replaying.differences import (
    Act,
    Balance,
    Became,
    Message,
    Stands,
    Sums,
    add_movements,
    changes,
    kind_of,
    name_of,
)
from adapters.replaying.past import Kept, Past
from adapters.replaying.ruling import Ruling, rulings
from adapters.replaying.turns import overview
from adapters.replaying.walk import Skipped, Walk
from domain.streams import Aggregate
from domain.vetting import Shop
from domain.vocabulary import Outcome

Shown = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was looked at, and all that would differ."""

    rulings: list[Ruling]
    events: int
    decided: int
    acts_seen: int
    skipped: Skipped
    not_there: list[Span]  # of the numbers that were asked about: no messages, or not verified
    messages: list[Message]
    acts: list[Act]
    stands: dict[str, list[Stands]]
    balances: list[Balance]

    @property
    def differs(self) -> bool:
        """Whether anything would."""
        return bool(self.messages or self.acts or self.stands or self.balances)


@dataclass(slots=True)
class WhatIf:
    """One look at a past by the rules of a shop. Nothing is written.

    `wanted`: the messages to which the differences are confined; all are walked over nevertheless.
    """

    past: Past
    shop: Shop
    shown: Shown = lambda _, __: None
    wanted: Wanted | None = None
    _moved: list[tuple[Aggregate, Aggregate]] = field(default_factory=list)

    def run(self) -> Found:
        """Walk and compare; StoreError when the store cannot be read."""
        kept = self.past.kept()
        walk = Walk(self.past, kept, overview(self.past), self.shop, self.wanted)
        walk.skipped.unverified = self.past.unverified
        walk.run(self.shown)
        stands = self._stands(walk)
        return Found(
            rulings=rulings(walk.overview.by_rules, self.past.rules(), self.shop),
            events=self.past.events,
            decided=walk.decided,
            acts_seen=walk.overview.acts,
            skipped=walk.skipped,
            not_there=list(self._not_there(kept)),
            messages=list(self._messages(walk)),
            acts=[act for act in walk.acts if self.wanted is None or act.stream in walk.concerned],
            stands=stands,
            balances=list(_balances(walk, self._moved)),
        )

    def _not_there(self, kept: Mapping[int, Kept]) -> Iterator[Span]:
        there = sorted(kept)
        for first, last in self.wanted.spans if self.wanted is not None else ():
            yield from gaps((first, last), there[bisect_left(there, first) : bisect_right(there, last)])

    def _messages(self, walk: Walk) -> Iterator[Message]:
        for n, (outcome, reason) in sorted(walk.outcomes.items()):
            kept = walk.kept.get(n)
            if kept is None or kept.outcome is Outcome.WAITING:
                continue
            if self.wanted is not None and not self.wanted.has(n, kept.outcome):
                continue
            if (kept.outcome, kept.reason) != (outcome, reason):
                yield Message(n, Became(kept.outcome, kept.reason), Became(outcome, reason))

    def _stands(self, walk: Walk) -> dict[str, list[Stands]]:
        found: dict[str, list[Stands]] = {}
        for stream, was, would in walk.worlds.apart():
            if self.wanted is not None and stream not in walk.concerned:
                continue
            if changed := changes(was, would):
                found.setdefault(kind_of(was), []).append(Stands(name_of(stream, was), changed))
                self._moved.append((was, would))
        return found


def _balances(walk: Walk, moved: Iterable[tuple[Aggregate, Aggregate]]) -> Iterator[Balance]:
    """Accounts whose sums would be others; all that was ever booked is added up only where there are any."""
    delta: Sums = {}
    for was, would in moved:
        add_movements(delta, [would])
        add_movements(delta, [was], negative=True)
    if not any(money.amount for money in delta.values()):
        return
    sums = add_movements({}, walk.worlds.all_recorded())
    for account in sorted(account for account, money in delta.items() if money.amount):
        before = sums.get(account)
        after = delta[account] if before is None else before + delta[account]
        zero = after - after
        yield Balance(account, str(zero if before is None else before), str(after))
