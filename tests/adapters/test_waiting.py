import asyncio
import threading
import time

import pytest

from adapters.delivered import Delivery
from adapters.waiting import BEAT_SECONDS, Limits, Line, Pace, Waiter


@pytest.fixture
def loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    loop.close()
    return loop


def waiter(loop: asyncio.AbstractEventLoop, *, size: int = 3, deadline: float = 10.0) -> Waiter:
    delivery = Delivery(received_us=1, peer="", headers=(), body=b"x" * size)
    return Waiter(delivery, loop.create_future(), deadline)


def test_they_are_taken_in_the_order_in_which_they_came(loop: asyncio.AbstractEventLoop) -> None:
    line, waiters = Line(Limits()), [waiter(loop) for _ in range(5)]
    for one in waiters:
        line.join(one)
    assert line.take() == waiters


def test_those_put_back_come_before_the_others(loop: asyncio.AbstractEventLoop) -> None:
    line, waiters = Line(Limits(commit_rows_max=2)), [waiter(loop) for _ in range(4)]
    for one in waiters:
        line.join(one)
    first = line.take()
    line.put_back(first)
    assert line.take() == first == waiters[:2]
    assert line.take() == waiters[2:]


def test_a_group_has_so_many_bytes_but_never_nobody(loop: asyncio.AbstractEventLoop) -> None:
    line = Line(Limits(commit_bytes_max=10))
    for size in (4, 4, 4, 50, 1):
        line.join(waiter(loop, size=size))
    assert [[one.size for one in line.take()] for _ in range(4)] == [[4, 4], [4], [50], [1]]


def test_one_who_gave_up_is_not_claimed_and_holds_no_body(loop: asyncio.AbstractEventLoop) -> None:
    line, gone, stays = Line(Limits()), waiter(loop), waiter(loop)
    line.join(gone)
    line.join(stays)
    line.give_up(gone)
    assert line.take() == [gone, stays]
    assert line.claim([gone, stays], after=0) == [stays]
    assert gone.delivery is None


def test_one_who_was_claimed_cannot_give_up(loop: asyncio.AbstractEventLoop) -> None:
    line, one = Line(Limits()), waiter(loop)
    assert line.claim([one], after=0) == [one]
    line.give_up(one)
    assert one.state == "claimed"
    assert one.delivery is not None


def test_one_without_time_left_is_not_claimed(loop: asyncio.AbstractEventLoop) -> None:
    early, late = waiter(loop, deadline=5), waiter(loop, deadline=6)
    assert Line(Limits()).claim([early, late], after=5) == [late]


def test_at_the_end_those_in_the_line_are_taken_and_then_nobody(loop: asyncio.AbstractEventLoop) -> None:
    line, one = Line(Limits()), waiter(loop)
    line.join(one)
    line.end()
    assert line.take() == [one]
    assert line.take() == []


def test_who_takes_waits_for_the_first(loop: asyncio.AbstractEventLoop) -> None:
    line, one, taken = Line(Limits()), waiter(loop), []
    thread = threading.Thread(target=lambda: taken.extend(line.take()))
    thread.start()
    line.join(one)
    thread.join(timeout=5)
    assert taken == [one]


class Clock:
    """Goes on by a bit at each look."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.001
        return self.now


def taking(line: Line, awaited: int, until: float) -> tuple[threading.Thread, list[Waiter]]:
    taken: list[Waiter] = []
    thread = threading.Thread(target=lambda: taken.extend(line.take(awaited, until)))
    thread.start()
    return thread, taken


def test_as_many_as_are_awaited_go_together(loop: asyncio.AbstractEventLoop) -> None:
    line, waiters = Line(Limits()), [waiter(loop) for _ in range(3)]
    thread, taken = taking(line, 3, time.monotonic() + 60)
    for one in waiters:
        line.join(one)
    thread.join(30)
    assert taken == waiters


def test_beyond_the_time_nobody_waits_for_others(loop: asyncio.AbstractEventLoop) -> None:
    line, one = Line(Limits(), Clock()), waiter(loop)
    line.join(one)
    assert line.take(2, until=0.01) == [one]


def test_no_more_are_awaited_than_go_together(loop: asyncio.AbstractEventLoop) -> None:
    line, waiters = Line(Limits(commit_rows_max=2)), [waiter(loop) for _ in range(2)]
    line.join(*waiters)
    thread, taken = taking(line, 100, time.monotonic() + 60)
    thread.join(30)
    assert taken == waiters


def test_nobody_is_awaited_at_the_end(loop: asyncio.AbstractEventLoop) -> None:
    line, one = Line(Limits()), waiter(loop)
    thread, taken = taking(line, 2, time.monotonic() + 60)
    line.join(one)
    line.end()
    thread.join(30)
    assert taken == [one]


def test_who_comes_next_after_a_gathering_is_told_at_once(loop: asyncio.AbstractEventLoop) -> None:
    line, one, next_one = Line(Limits(), Clock()), waiter(loop), waiter(loop)
    line.join(one)
    line.take(2, until=0.01)
    thread, taken = taking(line, 1, 0.0)
    line.join(next_one)
    thread.join(30)
    assert taken == [next_one]


def test_the_first_and_who_comes_alone_wait_for_nobody() -> None:
    pace = Pace()
    assert (pace.awaited, pace.until) == (1, float("-inf"))
    pace.went(1, 5.0)
    assert (pace.awaited, pace.until) == (1, 5.0 + BEAT_SECONDS)


def test_as_many_as_came_together_are_awaited_and_by_and_by_fewer() -> None:
    pace, awaited = Pace(), []
    pace.went(40, 0.0)
    assert pace.awaited == 40
    for _ in range(60):
        pace.went(1, 0.0)
        awaited.append(pace.awaited)
    assert awaited == sorted(awaited, reverse=True)
    assert (awaited[0], awaited[-1]) == (36, 1)


def test_few_who_all_come_again_are_awaited_and_no_more() -> None:
    pace = Pace()
    for _ in range(10):
        pace.went(4, 0.0)
    assert pace.awaited == 4


def test_who_came_during_a_slow_commit_waits_for_those_whom_it_answered() -> None:
    pace = Pace()
    pace.went(30, 1.0)
    pace.answered(1.02, waiting=34)
    assert pace.awaited == 64
    assert pace.until == pytest.approx(1.03)
    pace.went(64, 1.025)
    pace.answered(1.05, waiting=0)
    assert pace.awaited == 64, "who was merged once stays together"
    assert pace.until == pytest.approx(1.0625)


def test_who_came_during_a_quick_one_does_not() -> None:
    pace = Pace()
    pace.went(30, 1.0)
    pace.answered(1.0 + BEAT_SECONDS / 2, waiting=34)
    assert (pace.awaited, pace.until) == (30, 1.0 + BEAT_SECONDS)


def test_nobody_waits_long_for_those_whom_a_hanging_store_answered() -> None:
    pace = Pace()
    pace.went(1, 1.0)
    pace.answered(11.0, waiting=0)
    assert pace.awaited == 1
    assert pace.until == pytest.approx(11.05)


def test_a_line_says_how_many_stand_in_it(loop: asyncio.AbstractEventLoop) -> None:
    line = Line(Limits())
    line.join(waiter(loop), waiter(loop))
    assert len(line) == 2
    line.take()
    assert len(line) == 0


def slow(pace: Pace, count: int, waiting: int) -> bool:
    """A commit of so many that took twenty milliseconds; whether time was left after it."""
    pace.went(count, 1.0)
    pace.answered(1.02, waiting)
    return pace.until > 1.02


def test_where_the_answered_do_not_come_again_it_is_given_up_for_a_while() -> None:
    pace = Pace()
    left = [slow(pace, 7, waiting=7) for _ in range(300)]
    assert left[:4] == [True, True, True, False]
    assert 0 < sum(left[4:]) < 20


def test_where_nearly_all_of_them_come_again_it_is_not() -> None:
    pace = Pace()
    assert slow(pace, 32, waiting=32)
    assert all(slow(pace, 58, waiting=4) for _ in range(300))


def test_where_more_come_than_go_at_once_it_is_not_either() -> None:
    pace = Pace()
    for _ in range(300):
        pace.went(500, 1.0, behind=300)
        pace.answered(1.02, waiting=300)
        assert pace.until > 1.02


def test_of_a_commit_that_was_not_answered_nobody_is_missed() -> None:
    pace = Pace()
    assert slow(pace, 32, waiting=32)
    pace.went(60, 1.0)
    for _ in range(9):
        pace.went(1, 1.0)
    assert slow(pace, 1, waiting=0)


def test_who_comes_alone_to_a_slow_store_waits_for_nobody() -> None:
    pace = Pace()
    for _ in range(5):
        slow(pace, 1, waiting=0)
        assert pace.awaited == 1
