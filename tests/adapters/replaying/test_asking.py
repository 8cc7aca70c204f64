"""Asked for again: due at once, what is new first, and what came of each with what was added for it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from adapters.heartbeat import Heartbeat
from adapters.processor import Answered
from adapters.replaying.asking import URGENT_MAX, Asking
from adapters.replaying.choosing import Choosing, Standing, Wanted
from adapters.tables import notifications
from adapters.times import to_us
from domain.vetting import Shop
from domain.vocabulary import Outcome, Verdict
from tests.adapters.workshop import Workshop, open_workshop
from tests.given import SHOP, follower, payment

HOLDING = Shop(receivers=SHOP.receivers)
EVERYTHING = Wanted(outcomes=frozenset(Outcome))


@pytest.fixture
def workshop(any_engine: str, tmp_path: Path) -> Iterator[Workshop]:
    with open_workshop(tmp_path) as opened:
        yield opened


def asking(workshop: Workshop) -> Asking:
    parts = workshop.parts
    choosing = Choosing(parts.book, parts.inbox)
    return Asking(workshop.claims, parts.claims, choosing, workshop.book, workshop.clock)


def asked(workshop: Workshop, *ns: int) -> tuple[Asking, dict[int, Standing]]:
    it = asking(workshop)
    rows = it.choose(Wanted(spans=tuple((n, n) for n in ns))).rows
    it.ask(list(rows))
    return it, rows


def settle(workshop: Workshop, verdict: Verdict = Verdict.VERIFIED) -> None:
    claimed = workshop.claims.claim(1_000, to_us(workshop.clock()))
    workshop.processor().settle(
        [
            Answered(
                claimed=one,
                post_back=None if one.verdict is Verdict.VERIFIED else workshop.post_back(verdict),
            )
            for one in claimed
        ]
    )


def urgent(workshop: Workshop) -> int:
    with workshop.parts.book.connect() as connection:
        return connection.execute(
            select(func.count()).where(notifications.c.urgent, notifications.c.due_us.is_not(None))
        ).scalar_one()


def test_what_came_a_moment_ago_can_be_asked_for(workshop: Workshop) -> None:
    workshop.keep(payment())
    assert list(asking(workshop).choose(EVERYTHING).rows) == [1]


def test_what_was_verified_stays_verified_and_comes_out_as_it_did(workshop: Workshop) -> None:
    workshop.deliver(payment(), payment())
    it, rows = asked(workshop, 1, 2)
    assert it.left(rows) == {1, 2}
    settle(workshop)
    found = it.replayed(rows)
    assert [(one.before.outcome, one.after.outcome, one.settled, one.added) for one in found.values()] == [
        ("recorded", "recorded", True, []),
        ("duplicate", "duplicate", True, []),
    ]
    assert [len(workshop.post_backs(n)) for n in (1, 2)] == [1, 1]


def test_what_was_not_verified_is_posted_back_again(workshop: Workshop) -> None:
    workshop.deliver(payment(), verdict=Verdict.INVALID)
    it, rows = asked(workshop, 1)
    settle(workshop)
    (one,) = it.replayed(rows).values()
    assert (one.before.outcome, one.after.outcome) == ("invalid", "recorded")
    assert [(event.type, event.stream, event.version) for event in one.added] == [
        ("PaymentCompleted", "T1", 1)
    ]
    assert len(workshop.post_backs(1)) == 2


def test_what_was_vetted_again_is_told_of_its_own_message(workshop: Workshop) -> None:
    workshop.deliver(payment(), payment("T2"), payment("T3"))
    workshop.shop = HOLDING
    it, rows = asked(workshop, 1, 3)
    settle(workshop)
    found = it.replayed(rows)
    assert {n: [(event.type, event.stream) for event in one.added] for n, one in found.items()} == {
        1: [("PaymentVetted", "T1")],
        3: [("PaymentVetted", "T3")],
    }


def test_what_waited_is_told_of_whom_it_waited_for(workshop: Workshop) -> None:
    workshop.deliver(payment(receiver_email="new@example.com"), follower("Refunded", "R1", gross="-5.00"))
    workshop.shop = replace(SHOP, receivers=SHOP.receivers | {"new@example.com"})
    it, rows = asked(workshop, 1)
    workshop.keep(payment("T7"))  # of somebody else, settled in the same batch
    workshop.claims.take_in()
    settle(workshop)
    (one,) = it.replayed(rows).values()
    assert (one.before.outcome, one.after.outcome) == ("refused", "recorded")
    assert [(event.type, event.n) for event in one.added] == [("PaymentCompleted", 1), ("PaymentRefunded", 2)]


def test_few_are_urgent_and_many_are_not(workshop: Workshop) -> None:
    workshop.deliver(*[payment(f"T{n}") for n in range(URGENT_MAX + 20)])
    asked(workshop, *range(1, URGENT_MAX + 1))
    assert urgent(workshop) == URGENT_MAX
    settle(workshop)
    it, rows = asked(workshop, *range(1, URGENT_MAX + 21))
    assert urgent(workshop) == 0
    # What comes now goes before all of them.
    workshop.keep(payment("NEW"))
    workshop.claims.take_in()
    assert [one.n for one in workshop.claims.claim(1, to_us(workshop.clock()))] == [URGENT_MAX + 21]
    # While nothing else is begun, some of those that need no PayPal go first.
    it.hasten(rows, it.left(rows))
    assert urgent(workshop) == URGENT_MAX


def test_only_what_is_left_and_needs_no_paypal_is_hastened(workshop: Workshop) -> None:
    workshop.deliver(payment(), payment("T2"))
    workshop.deliver(payment("T3"), verdict=Verdict.UNKNOWN)
    it, rows = asked(workshop, 1, 2, 3)
    settle(workshop, Verdict.UNKNOWN)
    assert it.left(rows) == {3}
    it.hasten(rows, {1, 2, 3})
    assert urgent(workshop) == 0


def test_a_probe_of_paypal_is_one_that_is_to_be_posted_back(workshop: Workshop) -> None:
    workshop.deliver(payment("T1"), verdict=Verdict.INVALID)
    workshop.deliver(payment("T2"), payment("T3"))
    asked(workshop, 1, 2, 3)
    assert [one.n for one in workshop.claims.claim(1, to_us(workshop.clock()), newest=True)] == [1]
    assert [one.n for one in workshop.claims.claim(1, to_us(workshop.clock()), newest=True)] == [3]


def test_a_worker_is_alive_as_long_as_its_heart_beats(workshop: Workshop) -> None:
    it = asking(workshop)
    assert not it.somebody_works()
    heartbeat = Heartbeat(workshop.parts.claims, "w/1", lambda: workshop.at)
    heartbeat.beat({})
    assert it.somebody_works()
    for _ in range(16):
        workshop.clock()
    assert not it.somebody_works()
    heartbeat.beat({})
    heartbeat.end()
    assert not it.somebody_works()


def test_what_was_purged_meanwhile_is_not_asked_for(workshop: Workshop) -> None:
    workshop.deliver(payment())
    it = asking(workshop)
    rows = it.choose(EVERYTHING).rows
    with workshop.parts.book.begin() as connection:
        connection.exec_driver_sql("UPDATE notifications SET purged_us = 1")
    it.ask(list(rows))
    assert it.left(rows) == set()
