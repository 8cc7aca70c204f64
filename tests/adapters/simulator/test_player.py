import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest

from adapters.simulator.delivery import Answer
from adapters.simulator.faults import Faults
from adapters.simulator.mailing import Mark, Planned
from adapters.simulator.memory import Memory
from adapters.simulator.plans import in_turn
from adapters.simulator.player import Delivery, Player, UnreachableError
from adapters.simulator.schedule import TRIES_MAX, schedule

PLAN = in_turn(["reversal_lost"], rng=Random(1), now=datetime(2026, 11, 20, tzinfo=UTC), pause_seconds=1.0)
BODIES = [planned.message.body for planned in PLAN]
NOW = datetime(2026, 11, 20, tzinfo=UTC)


class Listener:
    """Answers by a rule over a body and how often it came before, at once; its clock is moved by sleeping."""

    def __init__(self, rule: Callable[[int, int], int | None]) -> None:
        self.rule = rule
        self.heard: list[bytes] = []
        self.slept: list[float] = []
        self.memory = Memory()
        self.told: list[tuple[int, int | None]] = []
        self.time = 0.0
        self.known: list[bool] = []

    async def post(self, body: bytes) -> Answer:
        self.known.append(self.memory.recall(body))
        before = self.heard.count(body)
        self.heard.append(body)
        return Answer(self.rule(BODIES.index(body) if body in BODIES else -1, before), 0.25)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds
        await asyncio.sleep(0)

    def tell(self, delivery: Delivery) -> None:
        self.told.append((delivery.posts, delivery.status))

    def play(self, plan: Sequence[Planned] = PLAN, patience_seconds: float = 60.0) -> list[Delivery]:
        player = Player(
            post=self.post,
            memory=self.memory,
            schedule=schedule(patience_seconds=patience_seconds),
            tell=self.tell,
            sleep=self.sleep,
            clock=lambda: self.time,
        )
        asyncio.run(player.play(plan))
        return player.deliveries


def acknowledging(_n: int, _before: int) -> int:
    return 200


def test_a_listener_that_acknowledges_hears_everything_once_and_in_order() -> None:
    listener = Listener(acknowledging)
    deliveries = listener.play()
    assert listener.heard == BODIES
    assert all(listener.known), "sent before it was remembered"
    assert all(delivery.acknowledged and delivery.posts == 1 for delivery in deliveries)
    assert listener.slept == [1.0] * 4
    assert listener.told == [(1, 200)] * 5
    assert [delivery.seconds for delivery in deliveries] == [[0.25]] * 5


def test_what_is_not_acknowledged_is_resent_while_the_rest_goes_on() -> None:
    listener = Listener(lambda n, before: 503 if n == 2 and before < 3 else 200)
    deliveries = listener.play()
    assert listener.heard.count(BODIES[2]) == 4
    assert [delivery.posts for delivery in deliveries] == [1, 1, 4, 1, 1]
    assert dict(deliveries[2].answers) == {"503": 3, "200": 1}
    assert all(delivery.acknowledged for delivery in deliveries)


def test_pauses_between_resends_grow() -> None:
    listener = Listener(lambda n, before: None if n == 0 and before < 6 else 200)
    listener.play()
    pauses = listener.slept[:6]
    assert pauses == sorted(pauses)
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
    assert 4.0 <= sum(listener.slept) <= 5.0


def test_what_is_never_acknowledged_is_given_up_after_the_sixteenth_try() -> None:
    listener = Listener(lambda _n, _before: 400)
    deliveries = listener.play()
    assert len(deliveries) == len(BODIES)
    assert not any(delivery.acknowledged for delivery in deliveries)
    assert all(delivery.posts == TRIES_MAX and delivery.status == 400 for delivery in deliveries)


def test_an_empty_plan_is_played_at_once() -> None:
    assert Listener(acknowledging).play([]) == []


def test_what_is_lost_on_its_way_is_resent_and_posted_later() -> None:
    listener = Listener(acknowledging)
    first, *_, last = listener.play([PLAN[0], replace(PLAN[1], lost=3)])
    assert listener.heard == [BODIES[0], BODIES[1]]
    assert (first.lost, last.lost, last.posts, last.tries, last.acknowledged) == (0, 3, 1, 4, True)


def test_what_was_acknowledged_in_vain_is_resent() -> None:
    listener = Listener(acknowledging)
    _, last = listener.play([PLAN[0], replace(PLAN[1], unheard=2)])
    assert listener.heard.count(BODIES[1]) == 3
    assert (last.unheard, last.acknowledgements, last.acknowledged) == (2, 3, True)


def test_what_the_listener_acknowledged_and_nobody_heard_is_no_acknowledgement_to_paypal() -> None:
    listener = Listener(lambda n, before: 503 if n == 1 and before else 200)
    _, last = listener.play([PLAN[0], replace(PLAN[1], unheard=1)])
    assert (last.acknowledged, last.acknowledgements, last.status) == (False, 1, 503)


@pytest.mark.parametrize("mark", [Mark.FORGED, Mark.REPLAYED])
def test_what_somebody_else_posts_is_posted_once_and_not_paypals(mark: Mark) -> None:
    listener = Listener(lambda n, _before: 200 if n == 0 else 503)
    _, last = listener.play([PLAN[0], replace(PLAN[1], mark=mark)])
    assert (last.posts, last.acknowledged) == (1, False)
    assert listener.known == [True, False]


def test_where_many_may_wait_at_once_a_slow_listener_holds_nobody_up() -> None:
    async def walk(at_once_max: int) -> int:
        waiting, most, done = 0, 0, asyncio.Event()

        async def post(_: bytes) -> Answer:
            nonlocal waiting, most
            waiting += 1
            most = max(most, waiting)
            if most >= at_once_max:
                done.set()
            await done.wait()
            waiting -= 1
            return Answer(200)

        plan = in_turn(["completed"] * 9, rng=Random(1), now=NOW)
        # The first is waited for.
        player = Player(
            post=lambda body: post(body) if body != plan[0].message.body else acknowledged(),
            memory=Memory(),
            schedule=schedule(),
            tell=lambda _: None,
            at_once_max=at_once_max,
        )
        await player.play(plan)
        assert all(delivery.acknowledged for delivery in player.deliveries)
        return most

    async def acknowledged() -> Answer:
        return Answer(200)

    for at_once_max in (1, 4, 8):
        assert asyncio.run(walk(at_once_max)) == at_once_max


def test_what_is_late_does_not_make_all_that_follows_late() -> None:
    listener = Listener(acknowledging)

    async def slow(seconds: float) -> None:
        listener.slept.append(seconds)
        listener.time += max(seconds, 3.5)  # the machine was busy with something else
        await asyncio.sleep(0)

    player = Player(
        post=listener.post,
        memory=listener.memory,
        schedule=schedule(),
        tell=listener.tell,
        sleep=slow,
        clock=lambda: listener.time,
    )
    asyncio.run(player.play(PLAN))
    assert listener.slept == [1.0, 0.0, 0.0, 0.0]
    assert listener.heard == BODIES


def test_the_same_plan_makes_the_same_faults() -> None:
    faults = Faults(seed=3, lost=0.5, unheard=0.5, duplicates=0.5, replayed=0.5)
    plan = in_turn(["reversal_lost"] * 5, rng=Random(1), now=NOW, faults=faults)
    runs = [
        [(one.posts, one.lost, one.unheard) for one in Listener(acknowledging).play(plan)] for _ in range(2)
    ]
    assert runs[0] == runs[1]
    assert any(lost for _, lost, _ in runs[0])
