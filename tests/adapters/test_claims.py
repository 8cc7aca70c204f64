"""What the worker takes on: taken in once, leased to one, free again when its holder is gone."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from adapters import claims as claims_module
from adapters import taking_in as taking_in_module
from adapters.claims import LEASE_SECONDS, Claims, Look
from adapters.engines import StoreError
from adapters.inbox import Inbox
from adapters.processes import this_process
from adapters.sqlite.engine import sqlite_engine
from adapters.tables import deliveries, notifications
from adapters.times import to_us
from domain.vocabulary import Verdict
from tests.adapters.workshop import Workshop, open_workshop
from tests.engines import Hold, open_parts
from tests.given import NOON, body, follower, payment
from tests.given_streams import batch, record, signup

NOON_US = to_us(NOON)
HOST = this_process().rpartition("/")[0]


@pytest.fixture
def claims(workshop: Workshop) -> Claims:
    return workshop.claims


def other(workshop: Workshop, name: str) -> Claims:
    """A worker of another name over the same files."""
    claims = workshop.claims
    claims.worker = name
    return claims


def set_row(workshop: Workshop, n: int, **values: object) -> None:
    with workshop.engine.begin() as connection:
        connection.execute(update(notifications).where(notifications.c.n == n).values(values))


def numbers(claims: Claims, now_us: int = NOON_US, limit: int = 100, **how: bool) -> list[int]:
    return [one.n for one in claims.claim(limit, now_us, **how)]


def at_once(do: Callable[[Claims], None], houses: Sequence[Workshop]) -> None:
    """Each house's claims on a thread of its own, all let go in the same moment."""
    ready = threading.Barrier(len(houses))

    def do_then(claims: Claims) -> None:
        ready.wait(30)
        do(claims)

    threads = [threading.Thread(target=do_then, args=[house.claims]) for house in houses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


# ---- taking in ----


def test_a_new_delivery_is_taken_in_with_what_it_calls_itself(workshop: Workshop, claims: Claims) -> None:
    workshop.keep(follower("Refunded", "R1", "T1"), b"\xff\x00=%zz&&;", body(txn_id="x" * 500))
    assert claims.take_in() == 3
    told = ("txn_id", "parent_txn_id", "txn_type", "payment_status")
    row = workshop.row(1)
    assert [row[name] for name in told] == ["R1", "T1", None, "Refunded"]
    expected = {
        "received_us": NOON_US, "peer": "127.0.0.1", "verdict": "unknown", "attempts": 0,
        "outcome": "waiting", "reason": None, "due_us": NOON_US, "urgent": False, "lease_by": None,
        "settled_us": None,
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected
    assert [workshop.row(2)[name] for name in told] == [None] * 4
    assert workshop.row(3)["txn_id"] == "x" * 64


def test_taking_in_again_changes_nothing(workshop: Workshop, claims: Claims) -> None:
    workshop.deliver(payment())
    before = workshop.row(1)
    assert claims.take_in() == 0
    workshop.keep(payment())
    assert (claims.take_in(), claims.take_in()) == (1, 0)
    assert workshop.row(1) == before


def test_more_are_taken_in_than_one_look_brings(workshop: Workshop, claims: Claims) -> None:
    workshop.keep(*[b"n=%d" % n for n in range(1_201)])
    assert claims.take_in() == 1_201
    assert workshop.outcomes() == ["waiting"] * 1_201


def test_two_that_take_in_at_once_do_not_disturb_each_other(any_engine: str, tmp_path: Path) -> None:
    with ExitStack() as stack:
        houses = [stack.enter_context(open_workshop(tmp_path)) for _ in range(4)]
        houses[0].keep(*[b"n=%d" % n for n in range(700)])
        failures: list[Exception] = []

        def take_in(claims: Claims) -> None:
            try:
                claims.take_in()
            except StoreError as error:
                failures.append(error)

        at_once(take_in, houses)
        assert failures == []
        assert houses[0].outcomes() == ["waiting"] * 700


def test_one_that_looked_before_another_took_in_changes_no_row(
    workshop: Workshop, claims: Claims, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between looking and writing, another takes the delivery in and it is settled."""
    workshop.keep(payment())
    after = Inbox.after

    def overtaken(inbox: Inbox, n: int, limit: int, **more: Any) -> object:
        found = after(inbox, n, limit, **more)
        if found:
            monkeypatch.setattr(Inbox, "after", after)
            workshop.deliver()
        return found

    monkeypatch.setattr(Inbox, "after", overtaken)
    claims.take_in()
    assert workshop.outcomes() == ["recorded"]


# ---- taking in and claiming at once ----


def test_what_is_taken_in_leased_is_as_what_is_claimed(workshop: Workshop, claims: Claims) -> None:
    some = [follower("Refunded", "R1", "T1"), b"n=2", b"\xff\x00=%zz&&;"]
    workshop.keep(*some)
    at_once, free = claims.take_in_some(3, NOON_US, 0)
    assert not free
    workshop.keep(*some)
    claims.take_in()
    one_by_one = claims.claim(3, NOON_US)
    assert [(one.n, one.body) for one in at_once] == list(enumerate(some, start=1))
    assert [replace(one, n=one.n - 3) for one in one_by_one] == at_once
    for one, other in zip(at_once, one_by_one, strict=True):
        assert {**workshop.row(one.n), "n": other.n} == workshop.row(other.n)
    assert workshop.row(1)["lease_by"] == claims.worker


def test_all_are_taken_in_and_no_more_leased_than_there_is_room_for(
    workshop: Workshop, claims: Claims
) -> None:
    workshop.keep(*[b"n=%d" % n for n in range(5)])
    leased, free = claims.take_in_some(2, NOON_US, 0)
    assert ([one.n for one in leased], free) == ([1, 2], True)
    assert claims.look(NOON_US) == Look(last=5, urgent=False, due=True)
    assert numbers(claims) == [3, 4, 5]
    assert claims.take_in_some(9, NOON_US, 5) == ([], False)
    workshop.keep(b"n=6")
    assert claims.take_in_some(-3, NOON_US, 5) == ([], True)
    assert numbers(claims) == [6]


def test_what_is_leased_as_it_is_taken_in_is_free_when_that_runs_out(
    workshop: Workshop, claims: Claims
) -> None:
    workshop.keep(b"n=1", b"n=2")
    assert [one.n for one in claims.take_in_some(2, NOON_US, 0)[0]] == [1, 2]
    another = other(workshop, "elsewhere/1")
    ends_us = NOON_US + LEASE_SECONDS * 1_000_000
    assert numbers(another, ends_us) == []
    claims.release([2])
    assert numbers(another, ends_us) == [2]
    assert numbers(another, ends_us + 1) == [1]


def test_who_comes_second_goes_on_behind_what_the_first_took_in(
    workshop: Workshop, claims: Claims, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking_in_module, "TAKE_IN_MAX", 2)
    workshop.keep(*[b"n=%d" % n for n in range(5)])
    other(workshop, "elsewhere/1").take_in_some(2, NOON_US, 0)
    # It looked before the other wrote.
    assert [one.n for one in claims.take_in_some(2, NOON_US, 0)[0]] == [3, 4]


def test_of_those_that_take_in_at_once_no_two_hold_one(
    any_engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking_in_module, "TAKE_IN_MAX", 7)
    with ExitStack() as stack:
        houses = [stack.enter_context(open_workshop(tmp_path)) for _ in range(4)]
        houses[0].keep(*[b"n=%d" % n for n in range(120)])
        held: list[int] = []

        def take_all(claims: Claims) -> None:
            while (last := claims.look(NOON_US).last) < 120:
                held.extend(one.n for one in claims.take_in_some(7, NOON_US, last)[0])

        at_once(take_all, houses)
        assert sorted(held) == list(range(1, 121))


# ---- claiming ----


def test_a_claim_brings_all_that_the_work_needs(workshop: Workshop) -> None:
    (claimed,) = workshop.claim(follower("Refunded", "R1", "T1"))
    assert (claimed.n, claimed.received_us, claimed.attempts, claimed.verdict) == (
        1,
        NOON_US,
        0,
        Verdict.UNKNOWN,
    )
    assert claimed.body == follower("Refunded", "R1", "T1")
    assert claimed.concerns == {"R1", "T1"}
    row = workshop.row(1)
    assert row["lease_by"] == f"{HOST}/{os.getpid()}"
    assert row["lease_until_us"] == to_us(workshop.at) + LEASE_SECONDS * 1_000_000


def test_what_is_leased_is_nobody_elses_until_the_lease_runs_out(workshop: Workshop, claims: Claims) -> None:
    workshop.keep(payment(), payment())
    claims.take_in()
    assert numbers(claims) == [1, 2]
    another = other(workshop, "elsewhere/1")
    ends_us = NOON_US + LEASE_SECONDS * 1_000_000
    assert numbers(another, NOON_US + 1) == numbers(another, ends_us) == []
    assert numbers(another, ends_us + 1) == [1, 2]
    assert workshop.row(1)["lease_by"] == "elsewhere/1"
    assert numbers(claims, ends_us + 2) == []


def test_no_two_workers_ever_hold_one(any_engine: str, tmp_path: Path) -> None:
    with ExitStack() as stack:
        houses = [stack.enter_context(open_workshop(tmp_path)) for _ in range(4)]
        houses[0].keep(*[b"n=%d" % n for n in range(120)])
        houses[0].claims.take_in()
        held: list[int] = []

        def claim_all(claims: Claims) -> None:
            while found := numbers(claims, limit=7):
                held.extend(found)

        at_once(claim_all, houses)
        assert sorted(held) == list(range(1, 121))


def test_no_more_than_asked_for_and_the_oldest_first(workshop: Workshop, claims: Claims) -> None:
    workshop.keep(*[b"n=%d" % n for n in range(5)])
    claims.take_in()
    set_row(workshop, 4, due_us=NOON_US - 5)
    assert numbers(claims, limit=0) == numbers(claims, limit=-3) == []
    assert numbers(claims, limit=2) == [1, 4]
    assert numbers(claims, limit=2) == [2, 3]
    assert numbers(claims, limit=2) == [5]


def test_only_what_is_due_is_claimed(workshop: Workshop, claims: Claims) -> None:
    workshop.deliver(payment())
    workshop.keep(payment(), payment())
    claims.take_in()
    set_row(workshop, 3, due_us=NOON_US + 10)
    assert numbers(claims, NOON_US + 9) == [2]
    assert numbers(claims, NOON_US + 10) == [3]


def test_those_that_a_person_asked_for_can_be_had_alone(workshop: Workshop, claims: Claims) -> None:
    workshop.keep(*[b"n=%d" % n for n in range(4)])
    claims.take_in()
    assert numbers(claims, urgent_only=True) == []
    claims.ask_again(3, NOON_US + 5)
    claims.ask_again(4, NOON_US + 5)
    assert numbers(claims, NOON_US + 5, urgent_only=True) == [3, 4]


def test_those_that_were_asked_least_come_first(workshop: Workshop, claims: Claims) -> None:
    workshop.keep(*[b"n=%d" % n for n in range(4)])
    claims.take_in()
    with workshop.engine.begin() as connection:
        connection.execute(update(notifications).where(notifications.c.n <= 3).values(attempts=7))
    assert numbers(claims, NOON_US + 5, limit=1) == [4]


def test_a_clock_that_was_set_back_delays_nothing(workshop: Workshop, claims: Claims) -> None:
    workshop.keep(b"n=1")
    claims.take_in()
    assert numbers(claims, NOON_US - 2 * 3600 * 1_000_000) == [1]


def test_the_next_to_be_asked_is_found_by_an_index(workshop: Workshop, on_sqlite: str) -> None:
    query = (
        "EXPLAIN QUERY PLAN SELECT n FROM notifications WHERE due_us IS NOT NULL AND"
        " (due_us <= 5 OR due_us > 9) ORDER BY attempts, due_us, n LIMIT 1"
    )
    with workshop.engine.connect() as connection:
        plan = " ".join(str(row[3]) for row in connection.exec_driver_sql(query))
    assert "notifications_due" in plan
    assert "TEMP B-TREE" not in plan


def test_an_idle_look_takes_no_write_lock(workshop: Workshop, claims: Claims) -> None:
    workshop.deliver(payment())
    with open_parts(workshop.folder, busy_seconds=0.1) as reader, Hold(workshop.folder):
        idle = Claims(reader.claims, workshop.inbox)
        found = idle.look(NOON_US)
        assert found == Look(last=1, urgent=False, due=False)
        assert idle.take_in(found.last) == 0


def test_a_look_tells_what_there_is_to_do(workshop: Workshop, claims: Claims) -> None:
    assert claims.look(NOON_US) == Look(last=0, urgent=False, due=False)
    workshop.keep(payment(), payment("T2"))
    claims.take_in()
    assert claims.look(NOON_US) == Look(last=2, urgent=False, due=True)
    assert numbers(claims) == [1, 2]
    assert claims.look(NOON_US) == Look(last=2, urgent=False, due=False)
    workshop.deliver(payment("T3"))
    claims.ask_again(3, NOON_US)
    assert claims.look(NOON_US) == Look(last=3, urgent=True, due=True)


def test_one_who_looked_long_ago_takes_in_nothing_twice(workshop: Workshop, claims: Claims) -> None:
    found = claims.look(NOON_US)
    workshop.deliver(payment())
    before = workshop.row(1)
    workshop.keep(payment("T2"))
    claims.take_in(found.last)
    assert workshop.row(1) == before
    assert claims.look(NOON_US).last == 2


def test_a_body_that_is_gone_holds_up_nobody_else(workshop: Workshop, claims: Claims) -> None:
    workshop.keep(payment(), payment("T2"))
    claims.take_in()
    with workshop.inbox_engine.begin() as connection:
        connection.execute(deliveries.delete().where(deliveries.c.n == 1))
    with capture_logs() as logs:
        assert numbers(claims) == [2]
        assert numbers(claims) == []
    assert logs == [{"event": "delivery_missing", "n": 1, "log_level": "error"}]
    assert numbers(claims, NOON_US + 2 * LEASE_SECONDS * 1_000_000) == [2]


def test_bodies_that_cannot_be_read_just_now_are_given_back_at_once(
    workshop: Workshop, claims: Claims, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop.keep(payment())
    claims.take_in()

    def away(*_: object) -> None:
        raise StoreError("locked", locked=True)

    with monkeypatch.context() as patched:
        patched.setattr(Inbox, "named_bodies", away)
        with pytest.raises(StoreError):
            numbers(claims)
    assert numbers(claims) == [1]


# ---- leases that end ----


def test_leases_are_given_back(workshop: Workshop, claims: Claims) -> None:
    workshop.keep(*[b"n=%d" % n for n in range(1_100)])
    claims.take_in()
    held = numbers(claims, limit=2_000)
    claims.release(held[1:])
    assert numbers(other(workshop, "elsewhere/1"), limit=2_000) == held[1:]
    claims.release([])


def test_what_is_leased_and_in_nobodys_hand_is_given_back_and_nobody_elses(
    workshop: Workshop, claims: Claims
) -> None:
    workshop.keep(*[b"n=%d" % n for n in range(6)])
    claims.take_in()
    theirs = numbers(other(workshop, "elsewhere/1"), limit=2)
    held = numbers(claims, limit=9)
    claims.release_all_but(held[:1])
    assert numbers(claims) == held[1:]
    claims.release_all_but(held)
    assert numbers(claims) == []
    assert theirs == [1, 2]


def test_a_lease_that_ran_out_is_not_given_back_from_under_who_has_it_now(
    workshop: Workshop, claims: Claims
) -> None:
    workshop.keep(b"n=1", b"n=2")
    claims.take_in()
    assert numbers(claims) == [1, 2]
    set_row(workshop, 2, lease_by="elsewhere/1")
    claims.release([1, 2])
    claims.release_all_but([])
    assert numbers(claims) == [1]


def test_what_two_free_at_once_is_freed_once(
    workshop: Workshop, claims: Claims, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop.keep(b"n=1", b"n=2")
    claims.take_in()
    gone = f"{HOST}/{dead_pid()}"
    for n in (1, 2):
        set_row(workshop, n, lease_by=gone, lease_until_us=NOON_US + 10**9)
    free, first = claims_module._free, other(workshop, "elsewhere/1")

    def come_first(connection: Any, worker: str, ns: Any) -> int:
        """Between the look and the freeing the other one freed and claimed them."""
        rows = update(notifications).where(notifications.c.n.in_(ns))
        connection.execute(rows.values(lease_by=first.worker))
        return free(connection, worker, ns)

    monkeypatch.setattr(claims_module, "_free", come_first)
    assert claims.free_the_dead() == 0
    assert numbers(claims) == []


def dead_pid() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait(30)
    return process.pid


def test_leases_of_dead_workers_of_this_host_are_freed_and_no_others(
    workshop: Workshop, claims: Claims
) -> None:
    workshop.keep(*[b"n=%d" % n for n in range(6)])
    claims.take_in()
    holders = [
        f"{HOST}/{dead_pid()}", f"{HOST}/{os.getppid()}", "elsewhere/1", claims.worker, None,
        f"{HOST}-2/{dead_pid()}",
    ]  # fmt: skip
    for n, holder in enumerate(holders, start=1):
        until = NOON_US + 10**9 if holder else None
        set_row(workshop, n, lease_by=holder, lease_until_us=until)
    # A process of our own number held the fourth before us: in a container that is the rule.
    assert claims.free_the_dead() == 2
    assert numbers(claims) == [1, 4, 5]


def test_a_living_process_of_another_user_keeps_its_lease(
    workshop: Workshop, claims: Claims, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_yours(_pid: int, _signal: int) -> None:
        raise PermissionError

    workshop.keep(b"n=1")
    claims.take_in()
    set_row(workshop, 1, lease_by=f"{HOST}/1234", lease_until_us=NOON_US + 10**9)
    monkeypatch.setattr(os, "kill", not_yours)
    assert claims.free_the_dead() == 0


# ---- asking again ----


def test_a_number_that_nobody_knows_cannot_be_asked_again(workshop: Workshop, claims: Claims) -> None:
    workshop.deliver(payment())
    assert not claims.ask_again(2, NOON_US)
    assert not claims.ask_again(-1, NOON_US)


def test_one_that_the_worker_has_not_seen_yet_can_be_asked_for(workshop: Workshop, claims: Claims) -> None:
    (n,) = workshop.keep(payment())
    assert claims.ask_again(n, NOON_US)
    assert numbers(claims, urgent_only=True) == [n]


STORIES: dict[str, tuple[list[bytes], Verdict]] = {
    "recorded": ([payment()], Verdict.VERIFIED),
    "duplicate": ([payment(), payment()], Verdict.VERIFIED),
    "stale": ([payment(), payment(status="Pending", mc_fee="")], Verdict.VERIFIED),
    "parked": ([follower("Refunded", "R1")], Verdict.VERIFIED),
    "refused": ([payment(receiver_email="mallory@example.com")], Verdict.VERIFIED),
    "unreadable": ([payment(mc_gross="NaN")], Verdict.VERIFIED),
    "unmodelled": ([payment(status="Inflight")], Verdict.VERIFIED),
    "invalid": ([payment()], Verdict.INVALID),
    "waiting": ([payment()], Verdict.UNKNOWN),
}


def test_many_are_asked_about_again_at_once_and_those_that_are_gone_are_left(
    workshop: Workshop, claims: Claims
) -> None:
    workshop.keep(*(payment(f"T{n}") for n in range(1, 5)))
    claims.take_in()
    set_row(workshop, 1, due_us=None)
    set_row(workshop, 2, purged_us=1)
    workshop.keep(payment("T5"))  # new, and asked about all the same
    assert claims.ask_all_again([1, 2, 5, 5, 99], NOON_US + 5) == 2
    assert numbers(claims, NOON_US + 5, urgent_only=True) == [1, 5]
    assert claims.ask_all_again([], NOON_US) == 0


@pytest.mark.parametrize("outcome", STORIES)
def test_whatever_became_of_it_a_person_may_ask_again(outcome: str, workshop: Workshop) -> None:
    bodies, verdict = STORIES[outcome]
    settled = workshop.deliver(*bodies, verdict=verdict)[-1]
    assert settled.outcome == outcome
    position, at_us = workshop.book.last_position(), to_us(workshop.at)
    assert workshop.claims.ask_again(settled.n, at_us)
    row = workshop.row(settled.n)
    assert (row["outcome"], row["verdict"], row["urgent"], row["due_us"]) == (outcome, verdict, True, at_us)
    (claimed,) = workshop.claims.claim(5, at_us, urgent_only=True)
    assert (claimed.n, claimed.verdict, claimed.attempts) == (settled.n, verdict, 1)
    # What was verified is not posted back again; see the worker's tests.
    again = workshop.processor().settle(workshop.answer([claimed], verdict))
    assert [one.outcome for one in again] == [outcome]
    row = workshop.row(settled.n)
    assert (row["outcome"], row["urgent"]) == (outcome, False)
    assert workshop.book.last_position() == position


def test_deliveries_that_name_no_transaction_concern_each_other(workshop: Workshop, claims: Claims) -> None:
    # Two batches may tell of one payout: they are settled in the order in which they came.
    workshop.keep(batch(record(1)), signup(), payment())
    claims.take_in()
    first, second, third = claims.claim(10, NOON_US)
    assert first.concerns & second.concerns
    assert not first.concerns & third.concerns


def test_waiting_counts_what_is_not_settled(workshop: Workshop, claims: Claims) -> None:
    workshop.deliver(payment())
    workshop.deliver(payment(), payment(), verdict=Verdict.UNKNOWN)
    assert claims.waiting() == 2


def test_a_store_that_cannot_be_used_is_said(workshop: Workshop) -> None:
    gone = sqlite_engine(workshop.folder / "nowhere" / "house.db")
    claims = Claims(gone, workshop.inbox)
    for ask in (claims.take_in, claims.waiting, claims.free_the_dead, lambda: claims.claim(1, NOON_US)):
        with pytest.raises(StoreError, match=r"nowhere/house\.db"):
            ask()
    gone.dispose()


def test_the_newest_can_be_had_first(workshop: Workshop, claims: Claims) -> None:
    workshop.keep(*[b"n=%d" % n for n in range(4)])
    claims.take_in()
    in_turn = claims.claim(1, NOON_US, newest=True)
    assert [claimed.n for claimed in in_turn] == [4]
