"""The mail between PayPal and the shop: it is shuffled, doubled, lost, sent again and cut anywhere."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tests.playing.facts import Fact
from tests.playing.writing import sent

Deliver = Callable[[list[bytes]], object]


@dataclass
class Post:
    """Facts on their way, each delivered at least once in the end."""

    deliver: Deliver
    facts: list[Fact] = field(default_factory=list)
    outbox: list[Fact] = field(default_factory=list)
    lost: list[Fact] = field(default_factory=list)
    delivered: list[Fact] = field(default_factory=list)
    times: int = 0

    def take(self, facts: Iterable[Fact]) -> None:
        for fact in facts:
            self.facts.append(fact)
            self.outbox.append(fact)

    def bring(self, *facts: Fact) -> None:
        """Deliver these together; a fact that was delivered before comes as a resent copy."""
        bodies = []
        for fact in facts:
            copy = fact in self.delivered
            self.times += copy
            bodies.append(sent(fact, self.times if copy else 0))
            self.delivered.append(fact)
        self.deliver(bodies)

    def bring_some(self, start: int, count: int) -> None:
        """Deliver some of the outbox together, from any place in it on."""
        for _ in range(min(count, len(self.outbox))):
            self.bring(self.outbox.pop(start % len(self.outbox)))

    def bring_again(self, which: int) -> None:
        """A copy of something delivered before, if anything was."""
        if self.delivered:
            self.bring(self.delivered[which % len(self.delivered)])

    def lose(self, which: int) -> None:
        """Something of the outbox is lost until it is sent again."""
        if self.outbox:
            self.lost.append(self.outbox.pop(which % len(self.outbox)))

    def send_again(self) -> None:
        """What was lost is sent again."""
        self.outbox += self.lost
        self.lost.clear()

    def bring_all(self, order: random.Random) -> None:
        """Deliver everything that is left in this order, with a copy here and there, cut anywhere."""
        self.send_again()
        rest = self.outbox + order.choices(self.facts, k=len(self.facts) // 4)
        self.outbox.clear()
        order.shuffle(rest)
        while rest:
            cut = order.randint(1, len(rest))
            self.bring(*rest[:cut])
            del rest[:cut]
