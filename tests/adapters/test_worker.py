"""The worker at work: real files, a real PayPal on loopback, and a clock that may run fast."""

import asyncio
import json
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial, partialmethod
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, update
from structlog.testing import capture_logs

from adapters import worker as worker_module
from adapters.breaker import Breaker
from adapters.claims import Claimed, Claims
from adapters.engines import StoreError
from adapters.follower import Follower
from adapters.heartbeat import Heartbeat
from adapters.processor import Processor
from adapters.rebuilding.renewal import Renewal
from adapters.tables import heartbeats, notifications, positions, rebuilds
from adapters.times import to_us
from adapters.upkeep import Upkeep
from adapters.verifier import Verifier
from adapters.views.registry import PROJECTIONS
from adapters.views.steps import Step, Tables
from adapters.worker import Worker, WorkerParts
from domain.body import Fields
from domain.notification import Notification, read_fields
from tests.adapters.sealed_workshop import of_user, open_sealed
from tests.adapters.test_claims import HOST, dead_pid
from tests.adapters.workshop import Workshop
from tests.engines import Hold, parts_in
from tests.given import case, follower, payment, pending
from tests.house import PREFIX, LocalPayPal

DEADLINE_SECONDS = 20.0
SORRY = b"<html>Sorry</html>"
MARKUP = '<b onmouseover="x">Jörg Payer</b>'


class Clock:
    """The time of day, or one that runs faster from now on."""

    def __init__(self, speed: float = 1.0) -> None:
        self.speed = speed
        self._begun, self._real = datetime.now(UTC), time.monotonic()

    def __call__(self) -> datetime:
        return self._begun + timedelta(seconds=self.speed * (time.monotonic() - self._real))


class Bench:
    """A worker's parts over a workshop's files."""

    def __init__(self, workshop: Workshop, url: str, *, speed: float = 1.0, concurrency: int = 64) -> None:
        self.workshop = workshop
        self.clock = Clock(speed)
        self.breaker = Breaker(concurrency_max=concurrency, draw=lambda: 0.0)
        # Locks are waited for shortly, so that a locked store is noticed within a test.
        self.parts = parts_in(workshop.folder, busy_seconds=0.1)
        self.claims = Claims(self.parts.claims, workshop.inbox)
        self.projections = dict(PROJECTIONS)
        self.verifier = Verifier(url, clock=self.clock, concurrency=concurrency)

    def keep(self, *bodies: bytes) -> list[int]:
        return self.workshop.keep(*bodies, at=self.clock())

    def worker(self) -> Worker:
        book, shop = self.workshop.book, self.workshop.shop
        return Worker(
            WorkerParts(
                claims=self.claims,
                verifier=self.verifier,
                breaker=self.breaker,
                processor=Processor(book, shop, self.clock, lambda: 0.0),
                upkeep=Upkeep(
                    Follower(book, self.parts.views, self.clock, self.projections),
                    Renewal(book, self.parts.views, self.clock, self.projections),
                    self.clock,
                ),
                heartbeat=Heartbeat(self.parts.claims, self.claims.worker, self.clock),
                clock=self.clock,
            )
        )

    async def aclose(self) -> None:
        await self.verifier.aclose()
        self.parts.close()


@pytest.fixture
def paypal() -> Iterator[LocalPayPal]:
    with LocalPayPal().running() as running:
        yield running


@asynccontextmanager
async def bench_of(workshop: Workshop, paypal: LocalPayPal, **how: Any) -> AsyncIterator[Bench]:
    bench = Bench(workshop, paypal.url, **how)
    try:
        yield bench
    finally:
        await bench.aclose()


@asynccontextmanager
async def at_work(bench: Bench) -> AsyncIterator[Worker]:
    worker = bench.worker()
    running = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        worker.stop()
        await asyncio.wait_for(running, DEADLINE_SECONDS)


async def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        await asyncio.sleep(0.01)


def walk(workshop: Workshop, paypal: LocalPayPal, *bodies: bytes, **how: Any) -> list[str]:
    """Work off these bodies and end; the outcomes."""

    async def work() -> None:
        async with bench_of(workshop, paypal, **how) as bench:
            bench.keep(*bodies)
            await asyncio.wait_for(bench.worker().run(once=True), DEADLINE_SECONDS)

    asyncio.run(work())
    return workshop.outcomes()


def leased(workshop: Workshop) -> list[int]:
    with workshop.engine.connect() as connection:
        wanted = select(notifications.c.n).where(notifications.c.lease_by.is_not(None))
        return list(connection.execute(wanted).scalars())


def hearts(workshop: Workshop) -> list[Any]:
    with workshop.engine.connect() as connection:
        return list(connection.execute(select(heartbeats)).all())


def honest(body: bytes) -> bytes:
    return b"INVALID" if b"forged" in body else b"VERIFIED"


# ---- the whole walk ----


def test_the_whole_walk(workshop: Workshop, paypal: LocalPayPal) -> None:
    paypal.answer = honest
    bodies = [
        follower("Refunded", "R1", gross="-5.00"), payment(first_name="J%F6rg"), payment(), b"\xff\x00=&&%zz",
        payment("T2", forged="1"), payment("T3", mc_gross="NaN"), pending("T4"),
    ]  # fmt: skip
    outcomes = walk(workshop, paypal, *bodies)
    assert outcomes[0] == "recorded"
    assert outcomes[3:] == ["unmodelled", "invalid", "unreadable", "recorded"]
    assert sorted(paypal.asked) == sorted(PREFIX + body for body in bodies)
    document = json.loads(workshop.queries.transaction("R1") or b"{}")
    assert (document["txn_id"], document["status"]) == ("T1", "partially_refunded")
    assert workshop.queries.transaction("T2") is None
    assert (leased(workshop), hearts(workshop)) == ([], [])


def test_nothing_to_do_ends_at_once(workshop: Workshop, paypal: LocalPayPal) -> None:
    assert walk(workshop, paypal) == []
    assert paypal.asked == []


def test_a_backlog_of_many_batches_is_worked_off(workshop: Workshop, paypal: LocalPayPal) -> None:
    outcomes = walk(workshop, paypal, *[payment(f"T{n % 300}") for n in range(450)])
    assert Counter(outcomes) == {"recorded": 300, "duplicate": 150}
    assert len(paypal.asked) == 450


def test_those_for_whom_there_is_no_room_are_taken_in_and_wait(
    workshop: Workshop, paypal: LocalPayPal
) -> None:
    answering = threading.Event()

    def held(_: bytes) -> bytes:
        answering.wait(DEADLINE_SECONDS)
        return b"VERIFIED"

    paypal.answer = held

    async def work() -> None:
        async with bench_of(workshop, paypal, concurrency=3) as bench:
            bench.keep(*[payment(f"T{n}") for n in range(8)])
            async with at_work(bench):
                await until(lambda: len(paypal.asked) == 3)
                assert leased(workshop) == [1, 2, 3]
                assert workshop.outcomes() == ["waiting"] * 8
                answering.set()
                await until(lambda: workshop.outcomes() == ["recorded"] * 8)

    asyncio.run(work())
    assert len(paypal.asked) == 8


def test_unknown_is_asked_again_until_it_is_verified(workshop: Workshop, paypal: LocalPayPal) -> None:
    asks: Counter[bytes] = Counter()

    def not_at_first(body: bytes) -> bytes:
        asks[body] += 1
        return b"VERIFIED" if asks[body] > 2 else SORRY

    paypal.answer = not_at_first

    async def work() -> None:
        async with bench_of(workshop, paypal, speed=20.0) as bench, at_work(bench):
            bench.keep(payment(), payment("T2"))
            await until(lambda: workshop.outcomes() == ["recorded"] * 2)

    asyncio.run(work())
    for n in (1, 2):
        assert [verdict for _, verdict, _ in workshop.post_backs(n)] == ["unknown", "unknown", "verified"]
        assert workshop.row(n)["attempts"] == 3


def test_what_becomes_of_two_follows_their_arrival_and_not_who_was_answered_first(
    workshop: Workshop, paypal: LocalPayPal
) -> None:
    def slow_for_the_first(body: bytes) -> bytes:
        if b"Pending" in body:
            time.sleep(0.3)  # the others are answered meanwhile: a slow PayPal is what is tried
        return b"VERIFIED"

    paypal.answer = slow_for_the_first
    assert walk(workshop, paypal, pending(), payment(), payment("T2")) == ["recorded"] * 3
    assert workshop.events() == ["PaymentPended", "PaymentCompleted"]


# ---- a PayPal that is down ----


def test_a_paypal_that_is_down_is_not_hammered_and_then_all_is_drained(
    workshop: Workshop, paypal: LocalPayPal
) -> None:
    paypal.answer = lambda _: SORRY
    bodies = [payment(f"T{n}") for n in range(60)]

    async def work() -> None:
        async with bench_of(workshop, paypal, speed=20.0, concurrency=4) as bench, at_work(bench):
            bench.keep(*bodies)
            await until(lambda: bench.breaker.is_open)
            await asyncio.sleep(2.0)  # forty seconds on the worker's clock
            # Five before it opened, with those in flight; then probes after 1, 2, 4, 8, 16, 32 seconds.
            assert 5 <= len(paypal.asked) <= 5 + 4 + 8
            await until(lambda: bool(hearts(workshop)))
            assert json.loads(hearts(workshop)[0].detail)["state"] in ("open", "probing")
            assert workshop.outcomes() == ["waiting"] * 60
            paypal.answer = honest
            await until(lambda: workshop.outcomes() == ["recorded"] * 60)
            assert not bench.breaker.is_open

    asyncio.run(work())
    assert workshop.book.last_position() == 60


def test_bodies_that_paypal_never_answers_do_not_keep_the_others_waiting(
    workshop: Workshop, paypal: LocalPayPal
) -> None:
    paypal.answer = lambda body: SORRY if b"junk" in body else b"VERIFIED"

    async def work() -> None:
        async with bench_of(workshop, paypal, speed=20.0, concurrency=4) as bench, at_work(bench):
            bench.keep(*[b"junk=%d" % n for n in range(60)])
            await until(lambda: bench.breaker.is_open)
            # Most of the sixty were never asked about; one by one they would be the probe for an hour.
            bench.keep(payment())
            await until(lambda: workshop.outcomes()[-1] == "recorded")

    asyncio.run(work())
    assert len(paypal.asked) < 60


def test_once_ends_though_something_must_wait(workshop: Workshop, paypal: LocalPayPal) -> None:
    paypal.answer = lambda body: SORRY if b"T2" in body else b"VERIFIED"
    assert walk(workshop, paypal, payment(), payment("T2")) == ["recorded", "waiting"]
    assert len(paypal.asked) == 2


# ---- what a person asks for ----


def test_a_person_is_not_kept_waiting_by_the_breaker(workshop: Workshop, paypal: LocalPayPal) -> None:
    async def work() -> None:
        async with bench_of(workshop, paypal) as bench:
            bench.breaker.next_probe_at = bench.clock().timestamp() + 55
            bench.keep(payment(), payment("T2"))
            async with at_work(bench):
                await until(lambda: workshop.outcomes() == ["waiting"] * 2)
                await asyncio.sleep(0.1)
                assert paypal.asked == []
                assert bench.claims.ask_again(2, to_us(bench.clock()))
                await until(lambda: workshop.row(2)["outcome"] == "recorded")

    asyncio.run(work())
    assert paypal.asked[0] == PREFIX + payment("T2")


def test_what_was_verified_is_processed_again_without_a_post_back(
    workshop: Workshop, paypal: LocalPayPal
) -> None:
    walk(workshop, paypal, payment(receiver_email="ours@example.com"))
    assert workshop.row(1)["reason"] == "receiver"
    workshop.shop = type(workshop.shop)(receivers=frozenset({"ours@example.com"}), ship_unpriced=True)
    workshop.claims.ask_again(1, to_us(datetime.now(UTC)))
    assert walk(workshop, paypal) == ["recorded"]
    assert len(paypal.asked) == 1
    assert (workshop.row(1)["attempts"], workshop.row(1)["verdict"]) == (1, "verified")


def test_what_was_disowned_is_posted_back_again(workshop: Workshop, paypal: LocalPayPal) -> None:
    paypal.answer = lambda _: b"INVALID"
    assert walk(workshop, paypal, payment()) == ["invalid"]
    paypal.answer = honest
    workshop.claims.ask_again(1, to_us(datetime.now(UTC)))
    assert walk(workshop, paypal) == ["recorded"]
    assert [verdict for _, verdict, _ in workshop.post_backs(1)] == ["invalid", "verified"]


# ---- stopping ----


def test_a_worker_that_is_stopped_finishes_what_is_in_hand(workshop: Workshop, paypal: LocalPayPal) -> None:
    asked = threading.Event()

    def slowly(_: bytes) -> bytes:
        asked.set()
        time.sleep(0.4)  # so that the worker is stopped with questions in hand
        return b"VERIFIED"

    paypal.answer = slowly

    async def work() -> None:
        async with bench_of(workshop, paypal) as bench:
            bench.keep(payment(), payment("T2"))
            async with at_work(bench):
                await until(lambda: len(paypal.asked) == 2)
                bench.keep(payment("T3"))

    asyncio.run(work())
    assert workshop.outcomes()[:2] == ["recorded"] * 2
    assert workshop.queries.transaction("T1") is not None
    assert (leased(workshop), hearts(workshop)) == ([], [])
    assert len(paypal.asked) == 2


def test_a_worker_that_is_stopped_takes_nothing_new(
    workshop: Workshop, paypal: LocalPayPal, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = Upkeep.some

    async def work() -> None:
        async with bench_of(workshop, paypal) as bench:
            worker = bench.worker()

            def stopping(upkeep: Upkeep) -> bool:
                bench.keep(payment())
                worker.stop()
                return some(upkeep)

            monkeypatch.setattr(Upkeep, "some", stopping)
            await asyncio.wait_for(worker.run(), DEADLINE_SECONDS)

    asyncio.run(work())
    assert (paypal.asked, workshop.outcomes()) == ([], [])


def test_once_ends_only_when_what_nobody_can_read_is_closed(
    any_engine: str, tmp_path: Path, paypal: LocalPayPal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Upkeep, "some", lambda _: False)
    with open_sealed(tmp_path) as house:
        house.keep(of_user())
        house.inbox.seal(house.inbox.after(0, 9))
        house.forgetting().destroy(["payer:PAYER1#1"])
        house.keys.look_again()
        assert walk(house, paypal) == ["unreadable"]
    assert paypal.asked == []


def test_what_is_not_answered_in_time_is_given_back(
    workshop: Workshop, paypal: LocalPayPal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "_WIND_UP_SECONDS", 0.2)
    release = threading.Event()

    def never(body: bytes) -> bytes:
        if b"T2" in body:
            release.wait(DEADLINE_SECONDS)
        return b"VERIFIED"

    paypal.answer = never

    async def work() -> None:
        async with bench_of(workshop, paypal) as bench:
            bench.keep(payment(), payment("T2"))
            async with at_work(bench):
                await until(lambda: len(paypal.asked) == 2)
        release.set()

    begun = time.monotonic()
    asyncio.run(work())
    assert time.monotonic() - begun < 10
    row = workshop.row(2)
    assert (row["outcome"], row["attempts"], row["lease_by"], row["due_us"] is None) == (
        "waiting",
        0,
        None,
        False,
    )
    assert (leased(workshop), workshop.post_backs(2)) == ([], [])
    assert walk(workshop, paypal) == ["recorded"] * 2


def test_the_leases_of_a_worker_that_died_are_not_waited_for(workshop: Workshop, paypal: LocalPayPal) -> None:
    workshop.claim(payment())
    with workshop.engine.begin() as connection:
        later_us = to_us(datetime.now(UTC)) + 10**12
        values = {"lease_by": f"{HOST}/{dead_pid()}", "lease_until_us": later_us}
        connection.execute(update(notifications).values(values))
    assert walk(workshop, paypal) == ["recorded"]


# ---- a store that is away ----


def test_a_locked_store_is_waited_for_and_nothing_is_lost(
    workshop: Workshop, paypal: LocalPayPal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "STORE_PAUSE_SECONDS", 0.05)

    async def work() -> None:
        async with bench_of(workshop, paypal) as bench, at_work(bench):
            bench.keep(payment())
            await until(lambda: workshop.outcomes() == ["recorded"])
            with Hold(workshop.folder):
                bench.keep(payment("T2"), payment("T3"))
                await asyncio.sleep(0.6)
                assert workshop.outcomes() == ["recorded"]
            await until(lambda: workshop.outcomes() == ["recorded"] * 3)
            await until(lambda: workshop.queries.transaction("T3") is not None)

    with capture_logs() as logs:
        asyncio.run(work())
    away = [line for line in logs if line["event"] == "store_away"]
    assert away
    assert all("locked" in line["error"] for line in away)
    assert len(paypal.asked) == 3


def test_a_claim_whose_answer_was_lost_does_not_lie_for_as_long_as_its_lease(
    workshop: Workshop, paypal: LocalPayPal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store committed it, and the connection broke before that was heard."""
    monkeypatch.setattr(worker_module, "STORE_PAUSE_SECONDS", 0.05)
    ways = {name: getattr(Claims, name) for name in ("claim", "take_in_some")}
    lost: dict[str, list[int]] = {}

    def claim_in_vain(name: str, claims: Claims, *args: Any, **kwargs: Any) -> Any:
        found = ways[name](claims, *args, **kwargs)
        claimed: list[Claimed] = found if name == "claim" else found[0]
        if claimed and name not in lost:
            lost[name] = [one.n for one in claimed]
            raise StoreError("the connection was lost")
        return found

    for name in ways:
        monkeypatch.setattr(Claims, name, partialmethod(partial(claim_in_vain, name)))

    async def work() -> None:
        async with bench_of(workshop, paypal) as bench:
            bench.keep(payment(), payment("T2"))
            async with at_work(bench):
                await until(lambda: workshop.outcomes() == ["recorded"] * 2)

    asyncio.run(work())
    # What was lost as it was taken in is due again, and then claimed, which is lost in its turn.
    assert lost == {"take_in_some": [1, 2], "claim": [1, 2]}
    assert len(paypal.asked) == 2


def test_an_answer_in_hand_outlives_its_lease_while_the_store_is_away(
    workshop: Workshop, paypal: LocalPayPal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PayPal answered, the store was locked for longer than the lease: it is settled, and not asked twice."""
    monkeypatch.setattr(worker_module, "STORE_PAUSE_SECONDS", 0.05)
    held: list[Hold] = []

    def lock_and_answer(_: bytes) -> bytes:
        if not held:
            held.append(Hold(workshop.folder))
        return b"VERIFIED"

    paypal.answer = lock_and_answer

    async def work() -> None:
        # A lease of sixty seconds lasts three tenths of one.
        async with bench_of(workshop, paypal, speed=200.0) as bench, at_work(bench):
            bench.keep(payment())
            await until(lambda: bool(held))
            await asyncio.sleep(1.0)
            assert workshop.outcomes() == ["waiting"]
            held[0].let_go()
            await until(lambda: workshop.outcomes() == ["recorded"])
            await asyncio.sleep(0.2)

    asyncio.run(work())
    assert len(paypal.asked) == 1
    assert workshop.post_backs(1) == [(1, "verified", "VERIFIED")]


# ---- its sign of life, and what our own code stumbles over ----


def test_the_heart_beats_while_the_worker_lives(workshop: Workshop, paypal: LocalPayPal) -> None:
    async def work() -> None:
        async with bench_of(workshop, paypal, speed=20.0) as bench, at_work(bench):
            await until(lambda: bool(hearts(workshop)))
            ((worker, first_us, detail),) = hearts(workshop)
            assert worker == bench.claims.worker
            assert json.loads(detail)["state"] == "closed"
            await until(lambda: hearts(workshop)[0].beat_us >= first_us + 2_000_000)

    asyncio.run(work())
    assert hearts(workshop) == []


def test_a_projection_that_stumbles_keeps_no_money_from_the_book(
    workshop: Workshop, paypal: LocalPayPal
) -> None:
    broken = True
    shown = PROJECTIONS["transactions"]

    def stumble(connection: Connection, tables: Tables, steps: Sequence[Step]) -> None:
        if broken and any(step.stream == "T1" for step in steps):
            raise RuntimeError(f"cannot show {MARKUP}")
        shown.save(connection, tables, steps)

    async def work(*bodies: bytes) -> None:
        async with bench_of(workshop, paypal) as bench:
            bench.projections["transactions"] = replace(shown, save=stumble)
            bench.keep(*bodies)
            await asyncio.wait_for(bench.worker().run(once=True), DEADLINE_SECONDS)

    with capture_logs() as logs:
        asyncio.run(work(payment("T1"), payment("T2")))
        assert workshop.outcomes() == ["recorded", "recorded"]
        assert [workshop.queries.transaction(txn_id) is None for txn_id in ("T1", "T2")] == [True, False]
        broken = False
        asyncio.run(work())  # another worker, after an upgrade
    assert workshop.queries.transaction("T1") is not None
    (aside,) = (line for line in logs if line["event"] == "stream_set_aside")
    assert aside["fault"].startswith("RuntimeError at test_worker.py:")
    assert "Payer" not in repr(logs)


def test_a_fault_in_the_views_stops_no_settling(
    workshop: Workshop, paypal: LocalPayPal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> int:
        raise RuntimeError(MARKUP)

    monkeypatch.setattr(Follower, "follow", fail)
    with capture_logs() as logs:
        assert walk(workshop, paypal, payment("T1"), payment("T2")) == ["recorded", "recorded"]
    assert [line["event"] for line in logs if line["event"].endswith("_fault")] == ["projection_fault"]
    assert "Payer" not in repr(logs)


def test_views_of_other_code_are_told_anew_while_messages_are_settled(
    workshop: Workshop, paypal: LocalPayPal
) -> None:
    workshop.deliver(*[payment(f"T{n}") for n in range(300)])
    workshop.follower.follow()
    with workshop.engine.begin() as connection:
        connection.execute(update(positions).values(digest="other"))

    async def work() -> None:
        async with bench_of(workshop, paypal) as bench, at_work(bench):
            for n in range(5):
                bench.keep(payment(f"N{n}"))
                await until(partial(is_shown, f"N{n}"))
            await until(lambda: slots_read() == {"b"})
            bench.keep(payment("LAST"))
            await until(partial(is_shown, "LAST"))

    def is_shown(txn_id: str) -> bool:
        return workshop.queries.transaction(txn_id) is not None

    def slots_read() -> set[str]:
        with workshop.engine.connect() as connection:
            return set(connection.execute(select(positions.c.slot)).scalars())

    asyncio.run(work())
    with workshop.engine.connect() as connection:
        assert connection.execute(select(rebuilds)).all() == []


def test_a_fault_of_ours_is_tried_again_without_asking_paypal_again(
    workshop: Workshop, paypal: LocalPayPal, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []

    def stumble(fields: Fields, n: int) -> Notification:
        tries.append(n)
        if len(tries) < 3:
            raise RuntimeError(MARKUP)
        return read_fields(fields, n)

    monkeypatch.setattr("adapters.readings.read_fields", stumble)

    async def work() -> None:
        async with bench_of(workshop, paypal, speed=20.0) as bench, at_work(bench):
            bench.keep(payment())
            await until(lambda: workshop.outcomes() == ["recorded"])

    asyncio.run(work())
    assert len(paypal.asked) == 1
    assert workshop.row(1)["attempts"] == 1


# ---- what it says ----

PERSONAL = ("Payer", "joerg", "Jörg", "J%F6rg", "onmouseover", "Secret Street", "Sorry,")


def test_each_fate_is_one_line_with_its_number_and_nothing_of_a_person(
    workshop: Workshop, paypal: LocalPayPal, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = {
        "first_name": MARKUP, "last_name": "Payer", "payer_email": "joerg@example.com",
        "address_street": "1 Secret Street", "custom": MARKUP, "item_name": MARKUP,
    }  # fmt: skip
    bodies = [
        payment(**person), payment(**person), pending(**person), follower("Refunded", "R9", "T9", **person),
        payment("T2", **person, receiver_email="mallory@example.com"),
        payment("T3", mc_gross="Jörg Payer", **person), payment("T4", "Jörg Payer", **person),
        payment("T5", txn_type=MARKUP), payment("Jörg Payer", **person), payment("T6", forged="1", **person),
        payment("T7", unknown="1", **person), case(case_type="Jörg Payer"),
        payment(status="Denied", **person), payment("T8", stumble="1", **person),
        follower("Refunded", "R1", **person), payment("T9", invoice="joerg@example.com", **person),
    ]  # fmt: skip

    def echoing(body: bytes) -> bytes:
        if b"unknown" in body:
            return b"Sorry, this cannot be verified: Payer " + body[-150:]
        return honest(body)

    def stumble(fields: Fields, n: int) -> Notification:
        if "stumble" in repr(fields.pairs):
            raise ValueError(f"{fields.pairs!r} {MARKUP}")
        return read_fields(fields, n)

    paypal.answer = echoing
    monkeypatch.setattr("adapters.readings.read_fields", stumble)
    with capture_logs() as logs:
        outcomes = walk(workshop, paypal, *bodies)
    fates = [line for line in logs if line["event"] in ("notification_settled", "notification_waits")]
    assert sorted(line["n"] for line in fates) == list(range(1, len(bodies) + 1))
    assert set(outcomes) >= {
        "recorded",
        "duplicate",
        "refused",
        "unreadable",
        "unmodelled",
        "invalid",
        "waiting",
    }
    for line in fates:
        row = workshop.row(line["n"])
        assert (line["verdict"], line["attempts"]) == (row["verdict"], row["attempts"])
        assert line["event"] == (
            "notification_waits" if line["outcome"] == "waiting" else "notification_settled"
        )
    said = repr(logs)
    assert [word for word in PERSONAL if word in said] == []
    by_n = {line["n"]: line for line in fates}
    assert (by_n[5]["outcome"], by_n[5]["reason"]) == ("refused", "receiver")
    assert (by_n[11]["outcome"], by_n[11]["reason"], by_n[11]["status"]) == ("waiting", None, 200)
