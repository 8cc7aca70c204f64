import asyncio
import gc
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from structlog.testing import capture_logs

from adapters.delivered import Delivery
from adapters.engines import StoreEngine, StoreError
from adapters.inbox import Inbox
from adapters.keeper import Keeper, Unkept
from adapters.waiting import BEAT_SECONDS, Limits, Line, Pace, Waiter
from tests.engines import Hold, open_parts


def delivery(body: bytes = b"a=b") -> Delivery:
    return Delivery(received_us=1, peer="192.0.2.7", headers=(), body=body)


@pytest.fixture
def engine(any_engine: str, tmp_path: Path) -> Iterator[StoreEngine]:
    with open_parts(tmp_path) as parts:
        yield parts.inbox


@pytest.fixture
def inbox(engine: StoreEngine) -> Inbox:
    return Inbox(engine)


def bodies(inbox: Inbox) -> list[bytes]:
    return [one.body for one in inbox.after(0, 10_000)]


def run(inbox: Inbox, scene: Callable[[Keeper], Awaitable[None]], limits: Limits | None = None) -> None:
    async def play() -> None:
        keeper = Keeper(inbox, limits=limits)
        try:
            await scene(keeper)
        finally:
            await keeper.close()

    before = set(threading.enumerate())
    asyncio.run(play())
    assert not [thread for thread in set(threading.enumerate()) - before if thread.name == "keeper"]


async def reasons(waiting: Sequence[Awaitable[int]]) -> list[object]:
    """What became of each: its number, or why it was not kept."""
    done = await asyncio.gather(*waiting, return_exceptions=True)
    return [one.reason if isinstance(one, Unkept) else one for one in done]


def test_those_who_come_in_one_turn_of_the_loop_are_committed_together(
    inbox: Inbox, engine: StoreEngine
) -> None:
    commits: list[object] = []

    async def scene(keeper: Keeper) -> None:
        await keeper.keep(delivery(b"first"))
        event.listen(engine, "commit", commits.append)
        await asyncio.gather(*(keeper.keep(delivery(b"%d" % i)) for i in range(50)))

    run(inbox, scene)
    assert len(commits) == 1
    assert len(bodies(inbox)) == 51


def test_who_came_in_the_turn_in_which_it_closes_is_kept(inbox: Inbox) -> None:
    async def scene(keeper: Keeper) -> None:
        waiting = asyncio.ensure_future(keeper.keep(delivery()))
        await asyncio.sleep(0)
        await keeper.close()
        assert await waiting == 1

    run(inbox, scene)


def test_of_those_who_were_answered_nothing_is_held(inbox: Inbox) -> None:
    async def scene(keeper: Keeper) -> None:
        for _ in range(5):
            await asyncio.gather(*(keeper.keep(delivery()) for _ in range(20)))
        assert not keeper._until  # what nobody else can see grow

    run(inbox, scene)


def test_each_is_answered_with_its_own_number(inbox: Inbox) -> None:
    async def scene(keeper: Keeper) -> None:
        ns = await asyncio.gather(*(keeper.keep(delivery(b"%d" % i)) for i in range(200)))
        assert inbox.bodies(ns) == {n: b"%d" % i for i, n in enumerate(ns)}

    run(inbox, scene)


def test_what_is_answered_is_in_the_store_before_the_answer(inbox: Inbox, tmp_path: Path) -> None:
    async def scene(keeper: Keeper) -> None:
        for i in range(20):
            n = await keeper.keep(delivery(b"%d" % i))
            with open_parts(tmp_path) as others:
                assert Inbox(others.inbox).bodies([n]) == {n: b"%d" % i}

    run(inbox, scene)


def test_what_arrives_together_is_committed_together(inbox: Inbox, engine: StoreEngine) -> None:
    commits: list[object] = []

    async def scene(keeper: Keeper) -> None:
        await keeper.keep(delivery())
        event.listen(engine, "commit", commits.append)
        for _ in range(10):
            await asyncio.gather(*(keeper.keep(delivery()) for _ in range(64)))

    run(inbox, scene)
    assert len(bodies(inbox)) == 641
    # Ten waves of 64: the thread may begin with the first of a wave before the rest of it is there.
    assert 10 <= len(commits) <= 60


def test_a_commit_is_no_bigger_than_its_limits(inbox: Inbox, engine: StoreEngine, tmp_path: Path) -> None:
    commits: list[object] = []

    async def scene(keeper: Keeper) -> None:
        with Hold(tmp_path, "inbox"):
            waiting = [asyncio.create_task(keeper.keep(delivery(b"x" * 100))) for _ in range(31)]
            await asyncio.sleep(0.05)
            event.listen(engine, "commit", commits.append)
        await asyncio.gather(*waiting)

    run(inbox, scene, Limits(commit_bytes_max=1000))
    assert len(bodies(inbox)) == 31
    assert len(commits) >= 4


def test_one_that_waited_too_long_is_never_kept_and_the_store_is_used_again(
    inbox: Inbox, tmp_path: Path
) -> None:
    async def scene(keeper: Keeper) -> None:
        loop = asyncio.get_running_loop()
        with Hold(tmp_path, "inbox"), capture_logs() as lines:
            began = loop.time()
            assert set(await reasons([keeper.keep(delivery(b"early")) for _ in range(5)])) <= {
                "store",
                "late",
            }
            assert loop.time() - began < 1.0
            assert set(await reasons([keeper.keep(delivery(b"again"))])) <= {"store", "late"}
        assert await keeper.keep(delivery(b"after")) == 1
        assert [line["event"] for line in lines] == ["could not keep"]
        assert "locked" in lines[0]["why"]

    run(inbox, scene, Limits(wait_seconds=0.5))
    assert bodies(inbox) == [b"after"]


def test_the_oldest_gives_up_alone(inbox: Inbox, tmp_path: Path) -> None:
    async def scene(keeper: Keeper) -> None:
        with Hold(tmp_path, "inbox"):
            early = asyncio.create_task(keeper.keep(delivery(b"early")))
            await asyncio.sleep(1.2)
            late = asyncio.create_task(keeper.keep(delivery(b"late")))
            assert await reasons([early]) in (["store"], ["late"])
            await asyncio.sleep(0.1)
        await late

    run(inbox, scene, Limits(wait_seconds=2.0))
    assert bodies(inbox) == [b"late"]


def test_one_whose_request_has_ended_is_not_kept(inbox: Inbox, tmp_path: Path) -> None:
    async def scene(keeper: Keeper) -> None:
        with Hold(tmp_path, "inbox"):
            gone = asyncio.create_task(keeper.keep(delivery(b"gone")))
            stays = asyncio.create_task(keeper.keep(delivery(b"stays")))
            await asyncio.sleep(0.05)
            gone.cancel()
            await asyncio.wait([gone])
        assert gone.cancelled()
        await stays

    run(inbox, scene)
    assert bodies(inbox) == [b"stays"]


@pytest.mark.parametrize("limits", [Limits(waiting_rows_max=3), Limits(waiting_bytes_max=3 * 100)])
def test_when_too_many_wait_the_next_is_told_at_once(inbox: Inbox, tmp_path: Path, limits: Limits) -> None:
    async def scene(keeper: Keeper) -> None:
        with Hold(tmp_path, "inbox"):
            waiting = [asyncio.create_task(keeper.keep(delivery(b"x" * 100))) for _ in range(3)]
            await asyncio.sleep(0)
            assert await reasons([keeper.keep(delivery(b"y"))]) == ["full"]
        assert sorted(await asyncio.gather(*waiting)) == [1, 2, 3]
        assert await keeper.keep(delivery(b"z")) == 4

    run(inbox, scene, limits)
    assert b"y" not in bodies(inbox)


def test_a_full_disk_is_told_at_once_and_got_over(on_sqlite: str, inbox: Inbox, engine: StoreEngine) -> None:
    pages_max = [30]
    event.listen(
        engine, "connect", lambda connection, _: connection.execute(f"PRAGMA max_page_count = {pages_max[0]}")
    )
    engine.dispose()

    async def scene(keeper: Keeper) -> None:
        kept = []
        with capture_logs() as lines:
            while isinstance(one := (await reasons([keeper.keep(delivery(b"x" * 9000))]))[0], int):
                kept.append(one)
            assert one == "store"
            assert await reasons([keeper.keep(delivery(b"x" * 9000)) for _ in range(20)]) == ["store"] * 20
            pages_max[0] = 10_000
            assert await keeper.keep(delivery(b"x" * 9000)) == len(kept) + 1
        assert [line["event"] for line in lines] == ["could not keep", "keeping again"]
        assert "make room" in lines[0]["why"]
        assert lines[1]["turned_away"] == 21

    run(inbox, scene)


def test_the_thread_outlives_any_error(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_claimed = inbox.keep_claimed

    def break_once(*_words: object, **_named: object) -> list[int]:
        monkeypatch.setattr(inbox, "keep_claimed", keep_claimed)
        raise MemoryError("payer_email=buyer@example.com")

    monkeypatch.setattr(inbox, "keep_claimed", break_once)

    async def scene(keeper: Keeper) -> None:
        with capture_logs() as lines:
            assert await reasons([keeper.keep(delivery(b"1"))]) == ["store"]
        assert "buyer" not in str(lines)
        assert await keeper.keep(delivery(b"2")) == 1

    run(inbox, scene)


def test_what_is_in_hand_is_finished_and_nothing_after(inbox: Inbox, tmp_path: Path) -> None:
    async def scene(keeper: Keeper) -> None:
        with Hold(tmp_path, "inbox"):
            waiting = [asyncio.create_task(keeper.keep(delivery(b"%d" % i))) for i in range(5)]
            await asyncio.sleep(0.05)
            ending = asyncio.create_task(keeper.close())
            await asyncio.sleep(0.05)
            assert await reasons([keeper.keep(delivery(b"too late"))]) == ["closed"]
        await ending
        assert sorted(await asyncio.gather(*waiting)) == [1, 2, 3, 4, 5]

    run(inbox, scene)
    assert len(bodies(inbox)) == 5


def test_nothing_is_started_before_the_first_delivery(inbox: Inbox) -> None:
    async def scene(keeper: Keeper) -> None:
        await asyncio.sleep(0)
        assert "keeper" not in [thread.name for thread in threading.enumerate()]
        await keeper.keep(delivery())
        assert "keeper" in [thread.name for thread in threading.enumerate()]

    run(inbox, scene)


def test_a_commit_waits_a_beat_for_as_many_as_came_together_before(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, float]] = []
    take = Line.take

    def watched(line: Line, awaited: int = 1, until: float = float("-inf")) -> list[Waiter]:
        asked.append((awaited, until))
        return take(line, awaited, until)

    async def scene() -> None:
        keeper = Keeper(inbox, clock=lambda: 100.0 + BEAT_SECONDS * len(asked))
        await asyncio.gather(*(keeper.keep(delivery()) for _ in range(5)))
        await keeper.keep(delivery())
        await keeper.close()

    monkeypatch.setattr(Line, "take", watched)
    asyncio.run(scene())
    assert asked[0] == (1, float("-inf"))
    awaited, until = asked[1]
    assert awaited == 5
    assert until == pytest.approx(100.0 + 2 * BEAT_SECONDS)


def test_who_came_during_a_slow_commit_waits_for_those_whom_it_answered(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, asked, waiting = [100.0], list[tuple[int, float]](), list[asyncio.Task[int]]()
    take, keep = Line.take, Inbox.keep_claimed

    def watched(line: Line, awaited: int = 1, until: float = float("-inf")) -> list[Waiter]:
        asked.append((awaited, until))
        return take(line, awaited)

    async def scene() -> None:
        keeper = Keeper(inbox, clock=lambda: now[0])
        loop = asyncio.get_running_loop()

        def come() -> None:
            waiting.extend(loop.create_task(keeper.keep(delivery())) for _ in range(3))

        def slowly(*args: Any, **options: Any) -> list[int]:
            if not waiting:
                loop.call_soon_threadsafe(come)
                until = time.monotonic() + 30
                while len(keeper._line) < 3:
                    assert time.monotonic() < until
                    time.sleep(0.001)
            now[0] += 0.04
            return keep(inbox, *args, **options)

        monkeypatch.setattr(Inbox, "keep_claimed", lambda _inbox, *args, **options: slowly(*args, **options))
        await asyncio.gather(*(keeper.keep(delivery()) for _ in range(5)))
        await asyncio.gather(*waiting)
        await keeper.close()

    monkeypatch.setattr(Line, "take", watched)
    asyncio.run(scene())
    assert asked[0] == (1, float("-inf"))
    awaited, until = asked[1]
    assert awaited == 5 + 3
    assert until == pytest.approx(100.04 + 0.02)


def test_nobody_is_left_time_to_come_again_who_was_not_answered(
    inbox: Inbox, engine: StoreEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered: list[int] = []
    monkeypatch.setattr(Pace, "answered", lambda _pace, _now, waiting: answered.append(waiting))
    tried: list[int] = []
    keep = Inbox.keep_claimed

    def locked_at_first(inbox: Inbox, *args: Any, **options: Any) -> list[int]:
        tried.append(1)
        if len(tried) == 1:
            raise StoreError("somebody else writes", locked=True)
        return keep(inbox, *args, **options)

    monkeypatch.setattr(Inbox, "keep_claimed", locked_at_first)

    async def scene(keeper: Keeper) -> None:
        assert await reasons([keeper.keep(delivery())]) == [1]

    run(inbox, scene)
    assert (len(tried), answered) == (2, [0])


def fails_at_once(_engine: StoreEngine, patched: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> list[int]:
        raise StoreError("the disk is full")

    patched.setattr(Inbox, "keep_claimed", fail)


def fails_late(_engine: StoreEngine, patched: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> list[int]:
        time.sleep(0.2)
        raise StoreError("the disk is full")

    patched.setattr(Inbox, "keep_claimed", fail)


def fails_in_the_store(engine: StoreEngine, _patched: pytest.MonkeyPatch) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON deliveries BEGIN SELECT RAISE(ABORT, 'full'); END"
        )


@pytest.mark.parametrize(
    ("fails", "limits"),
    [
        (fails_at_once, Limits()),
        (fails_late, Limits(wait_seconds=0.05)),
        (fails_in_the_store, Limits()),
    ],
)
def test_of_those_who_are_turned_away_nothing_is_left_to_be_looked_for(  # noqa: PLR0917 - the parts
    on_sqlite: str,
    inbox: Inbox,
    engine: StoreEngine,
    monkeypatch: pytest.MonkeyPatch,
    fails: Callable[[StoreEngine, pytest.MonkeyPatch], None],
    limits: Limits,
) -> None:
    async def scene(keeper: Keeper) -> None:
        assert set(await reasons([keeper.keep(delivery()) for _ in range(20)])) <= {"store", "late"}
        await asyncio.sleep(0.3)

    fails(engine, monkeypatch)
    run(inbox, scene, limits)
    gc.collect()
    gc.disable()
    try:
        run(inbox, scene, limits)
        left = [one for one in gc.get_objects() if isinstance(one, (Delivery, Waiter))]
    finally:
        gc.enable()
    assert left == []
