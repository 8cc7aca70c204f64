import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random

import pytest

from adapters.simulator.memory import Memory
from adapters.simulator.plans import in_turn
from adapters.simulator.player import Delivery, Player, UnreachableError

PLAN = in_turn(["reversal_lost"], rng=Random(1), now=datetime(2026, 11, 20, tzinfo=UTC), pause_seconds=1.0)
BODIES = [planned.message.body for planned in PLAN]


class Listener:
    """Answers by a rule over a body and how often it came before; remembers what came, and all waiting."""

    def __init__(self, rule: Callable[[int, int], int | None]) -> None:
        self.rule = rule
        self.heard: list[bytes] = []
        self.slept: list[float] = []
        self.memory = Memory()
        self.told: list[tuple[int, int | None]] = []

    async def post(self, body: bytes) -> int | None:
        assert self.memory.recall(body), "sent before it was remembered"
        before = self.heard.count(body)
        self.heard.append(body)
        return self.rule(BODIES.index(body), before)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)

    def tell(self, delivery: Delivery) -> None:
        self.told.append((delivery.posts, delivery.status))

    def play(self, patience_seconds: float = 60.0) -> list[Delivery]:
        player = Player(
            post=self.post,
            memory=self.memory,
            draw=Random(1).random,
            patience_seconds=patience_seconds,
            tell=self.tell,
            sleep=self.sleep,
        )
        asyncio.run(player.play(PLAN))
        return player.deliveries


def test_a_listener_that_acknowledges_hears_everything_once_and_in_order() -> None:
    listener = Listener(lambda _n, _before: 200)
    deliveries = listener.play()
    assert listener.heard == BODIES
    assert all(delivery.acknowledged and delivery.posts == 1 for delivery in deliveries)
    assert listener.slept == [1.0] * 4
    assert listener.told == [(1, 200)] * 5


def test_what_is_not_acknowledged_is_resent_while_the_rest_goes_on() -> None:
    listener = Listener(lambda n, before: 503 if n == 2 and before < 3 else 200)
    deliveries = listener.play()
    assert listener.heard.count(BODIES[2]) == 4
    assert listener.heard.index(BODIES[3]) < len(listener.heard) - 1
    assert [delivery.posts for delivery in deliveries] == [1, 1, 4, 1, 1]
    assert all(delivery.acknowledged for delivery in deliveries)


def test_pauses_between_resends_grow() -> None:
    listener = Listener(lambda n, before: None if n == 0 and before < 6 else 200)
    listener.play()
    pauses = listener.slept[:6]
    assert pauses[-1] > 4 * pauses[0]


def test_a_listener_that_is_just_starting_is_waited_for() -> None:
    listener = Listener(lambda n, before: None if n == 0 and before < 3 else 200)
    assert all(delivery.acknowledged for delivery in listener.play())
    assert listener.heard[:4] == [BODIES[0]] * 4


def test_where_nobody_ever_answers_it_says_so_and_sends_nothing_more() -> None:
    listener = Listener(lambda _n, _before: None)
    with pytest.raises(UnreachableError):
        listener.play(patience_seconds=5.0)
    assert set(listener.heard) == {BODIES[0]}
    assert sum(listener.slept) <= 5.0


def test_what_is_never_acknowledged_is_given_up_when_patience_ends() -> None:
    listener = Listener(lambda _n, _before: 400)
    deliveries = listener.play(patience_seconds=5.0)
    assert len(deliveries) == len(BODIES)
    assert not any(delivery.acknowledged for delivery in deliveries)
    assert all(delivery.posts > 1 and delivery.status == 400 for delivery in deliveries)


def test_an_empty_plan_is_played_at_once() -> None:
    player = Player(
        post=Listener(lambda _n, _before: 200).post,
        memory=Memory(),
        draw=Random(1).random,
        patience_seconds=1.0,
        tell=lambda _delivery: None,
    )
    asyncio.run(player.play([]))
    assert player.deliveries == []
