"""The desk of a played shop: letters are opened, time goes by, and people do what they may or are refused."""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from domain.acting import Acting, ActRefusedError, NoSuchCaseError
from tests.playing.comparing import Document
from tests.playing.ending import ending
from tests.playing.facts import Agreed
from tests.playing.goods import DOING, UNHEARD, Act, Order, People, orders
from tests.playing.post import Post

# Of these a day's work is drawn: what, which, who, and for how many seconds.
DOINGS = ("open a letter", "open a letter", *DOING, "claim", "approve", "wait")
PEOPLE = ("ann", "bob")
Doing = tuple[str, int, str, int]


class Shop(Protocol):
    """A book in which people act, with a clock."""

    def now(self) -> datetime: ...
    def wait(self, seconds: int) -> None: ...
    def act(self, by: str, act: Callable[[Acting], None]) -> None: ...
    def state(self, txn_id: str) -> str: ...
    def shown(self, txn_id: str) -> Document: ...


@dataclass
class Desk:
    """Where the mail arrives and the people sit."""

    shop: Shop
    post: Post
    prices: dict[str, Agreed] = field(default_factory=dict)
    people: People = field(default_factory=People)

    def work(self, doings: Iterable[Doing]) -> None:
        """Some hours of it: each act must be taken or refused, and the goods be where they must be then."""
        for what, which, by, seconds in doings:
            if what == "open a letter":
                self.post.bring_some(0, 1)
            elif what == "wait":
                self.shop.wait(seconds)
            else:
                self.act(what, which, by, seconds)
            self.look()

    def look(self) -> None:
        assert list(self.misplaced()) == []

    def misplaced(self) -> Iterator[str]:
        """Where goods are not where the facts and the people say, in words."""
        for txn_id, should in self.people.states(self.orders(), self.shop.now()).items():
            does = self.shop.state(txn_id)
            if does != should:
                yield f"the goods of {txn_id} should be {should}, are {does}"

    def orders(self) -> dict[str, Order]:
        """What was heard of each payment up to now, in whatever order."""
        return orders([*self.prices.values(), *self.people.closed, *self.post.delivered])

    def act(self, what: str, which: int, by: str, seconds: int) -> None:
        """Somebody wants something of one of those that were heard of."""
        names = sorted(ending(self.post.delivered).transactions)
        if not names:
            return
        # Who asks for a follower is led to what it follows.
        shown, at = self.shop.shown(names[which % len(names)]), self.shop.now()
        txn_id = str(shown["txn_id"])
        known = self.orders() | {txn_id: self.orders().get(txn_id, UNHEARD)}
        state, cases = self.people.state(txn_id, known, at), sorted(known[txn_id].cases)
        if not (known[txn_id].sure and known[txn_id].cleared):
            # Of what makes no sense the book says what it is; what may be done must agree with that.
            state = self.shop.state(txn_id)
            cases = [(one["case_id"], one["type"]) for one in shown["cases"] if one["open"]]
        case_id = cases[which % len(cases)][0] if cases else "PP-0"
        act = Act(what=what, by=by, txn_id=txn_id, seconds=seconds, case_id=case_id)
        allowed = self.people.may(act, state, cases, at)
        assert self.taken(act) == allowed, f"{act}, which is {state}: {'may' if allowed else 'may not'}"
        if allowed:
            self.people.did(act, known, cases, self.shop.now())

    def taken(self, act: Act) -> bool:
        try:
            self.shop.act(act.by, lambda acting: DOING[act.what](acting, act))
        except (ActRefusedError, NoSuchCaseError):
            return False
        return True


def rolled(dice: random.Random, count: int, seconds: tuple[int, ...] = (30, 600, 4000)) -> Iterator[Doing]:
    """So many things to do, as they come."""
    for _ in range(count):
        yield dice.choice(DOINGS), dice.randint(0, 1000), dice.choice(PEOPLE), dice.choice(seconds)
