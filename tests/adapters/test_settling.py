"""The rows that settle a delivery, each field of them, in statements that any connection can run."""

import json
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from adapters.settling import Settled, notice, release, remember, settle
from adapters.tables import DRIFT_EXAMPLES_MAX, drift
from adapters.times import to_us
from adapters.verifier import PostBack
from domain.vocabulary import Outcome, Verdict
from tests.adapters.workshop import Workshop
from tests.given import NOON, payment

RECORDED = Settled(
    n=1, verdict=Verdict.VERIFIED, attempts=3, outcome=Outcome.RECORDED, reason="why", settled_us=77,
    drift=(("payment_date", "yesterday"),),
    post_back=PostBack(verdict=Verdict.VERIFIED, asked_at=NOON, status=200, answer="VERIFIED", seconds=0.5),
)  # fmt: skip
LATER = Settled(
    n=1, verdict=Verdict.UNKNOWN, attempts=1, outcome=Outcome.WAITING, reason="500", due_us=99,
    post_back=PostBack(verdict=Verdict.UNKNOWN, asked_at=NOON, status=None, answer="no answer", seconds=9.0),
)  # fmt: skip


def taken(workshop: Workshop, count: int = 1) -> None:
    workshop.claim(*[payment()] * count)


def test_a_settled_delivery_has_its_outcome_and_no_lease(workshop: Workshop) -> None:
    taken(workshop, 2)
    workshop.claims.ask_again(1, 5)
    workshop.book.append([], [settle([RECORDED])])
    row = workshop.row(1)
    expected = {
        "verdict": "verified", "attempts": 3, "outcome": "recorded", "reason": "why", "due_us": None,
        "urgent": False, "lease_until_us": None, "lease_by": None, "settled_us": 77,
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected
    assert json.loads(row["drift"]) == [["payment_date", "yesterday"]]
    other = workshop.row(2)
    assert (other["outcome"], other["lease_by"]) == ("waiting", workshop.claims.worker)


def test_one_that_waits_is_due_again(workshop: Workshop) -> None:
    taken(workshop)
    workshop.book.append([], [settle([LATER])])
    row = workshop.row(1)
    expected = {
        "verdict": "unknown",
        "outcome": "waiting",
        "due_us": 99,
        "settled_us": None,
        "lease_by": None,
    }
    assert {name: row[name] for name in expected} == expected
    assert row["drift"] is None


def test_what_was_verified_stays_verified_whatever_a_late_second_answer_says(workshop: Workshop) -> None:
    taken(workshop)
    workshop.book.append([], [settle([RECORDED])])
    before = workshop.row(1)
    invalid = replace(LATER, verdict=Verdict.INVALID, outcome=Outcome.INVALID, due_us=None)
    workshop.book.append([], [settle([LATER])])
    workshop.book.append([], [settle([invalid])])
    assert workshop.row(1) == before
    workshop.book.append([], [settle([replace(RECORDED, outcome=Outcome.DUPLICATE)])])
    assert workshop.row(1)["outcome"] == "duplicate"


def test_what_was_released_is_not_parked_again_by_who_only_decided_that_it_waits(workshop: Workshop) -> None:
    taken(workshop)
    parked = replace(RECORDED, outcome=Outcome.PARKED, reason="waits for T1")
    workshop.book.append([], [settle([parked])])
    workshop.book.append([], [settle([replace(parked, still=True, reason="waits for T1 yet")])])
    assert (workshop.row(1)["outcome"], workshop.row(1)["reason"]) == ("parked", "waits for T1 yet")
    workshop.book.append([], [release({1: (Outcome.RECORDED, None)}, to_us(NOON))])
    workshop.claims.ask_again(1, 5)
    workshop.book.append([], [settle([replace(parked, still=True, attempts=7)])])
    row = workshop.row(1)
    assert (row["outcome"], row["reason"], row["settled_us"]) == ("recorded", None, to_us(NOON))
    assert (row["attempts"], row["due_us"], row["urgent"]) == (7, None, False)
    # One that is parked by a new event, after a refusal perhaps, is.
    workshop.book.append([], [settle([parked])])
    assert workshop.row(1)["outcome"] == "parked"


def test_a_released_delivery_changes_its_outcome_and_nothing_else(workshop: Workshop) -> None:
    taken(workshop, 2)
    workshop.book.append([], [settle([replace(RECORDED, outcome=Outcome.PARKED, reason="waits for T1")])])
    before = workshop.row(1)
    workshop.book.append([], [release({1: (Outcome.RECORDED, None)}, to_us(NOON))])
    changed = {"outcome": "recorded", "reason": None, "settled_us": to_us(NOON)}
    assert workshop.row(1) == {**before, **changed}
    assert workshop.row(2)["outcome"] == "waiting"


def test_post_backs_are_remembered_and_none_is_made_up(workshop: Workshop) -> None:
    taken(workshop)
    workshop.book.append([], [remember([LATER, RECORDED, replace(RECORDED, n=2, post_back=None)])])
    assert workshop.post_backs(1) == [(1, "unknown", "no answer"), (3, "verified", "VERIFIED")]
    assert workshop.post_backs(2) == []


def test_the_same_attempt_twice_is_one_row(workshop: Workshop) -> None:
    taken(workshop)
    for _ in range(2):
        workshop.book.append([], [remember([LATER])])
    assert len(workshop.post_backs(1)) == 1


def test_nothing_settled_is_nothing_written(workshop: Workshop) -> None:
    taken(workshop)
    before = workshop.row(1)
    workshop.book.append([], [notice([]), settle([]), release({}, 1), remember([])])
    assert workshop.row(1) == before
    assert noticed(workshop) == []


def noticed(workshop: Workshop) -> list[tuple[object, ...]]:
    with workshop.engine.connect() as connection:
        found = connection.execute(select(drift).order_by(drift.c.what, drift.c.example))
        return [tuple(row) for row in found]


def both(workshop: Workshop, *settled: Settled) -> None:
    workshop.book.append([], [notice(settled), settle(settled)])


NEW = replace(RECORDED, drift=(("field", "x"), ("reason_code", "regret")))


def test_what_is_new_is_counted_once_a_delivery(workshop: Workshop) -> None:
    taken(workshop, 3)
    both(workshop, NEW, replace(NEW, n=2, drift=(("field", "x"),)), replace(NEW, n=3, drift=()))
    received_us = to_us(NOON)
    expected = [("field", "x", 1, received_us, 2), ("reason_code", "regret", 1, received_us, 1)]
    assert noticed(workshop) == expected
    both(workshop, NEW, replace(NEW, n=2, drift=(("field", "x"),)))
    assert noticed(workshop) == expected


def test_the_first_delivery_is_the_first_that_came_not_the_first_that_was_settled(workshop: Workshop) -> None:
    for at in (NOON, NOON + timedelta(hours=1), NOON + timedelta(hours=2)):
        workshop.keep(payment(), at=at)
    taken(workshop, 0)
    for n in (2, 1, 3):
        both(workshop, replace(NEW, n=n, drift=(("field", "x"),)))
    assert noticed(workshop) == [("field", "x", 1, to_us(NOON), 3)]


def test_what_was_counted_stays_so_through_a_fault_and_a_retry(workshop: Workshop) -> None:
    taken(workshop)
    both(workshop, NEW)
    before = noticed(workshop)
    # Our own code stumbled over it on the second time, and nothing was found in it.
    workshop.book.append([], [settle([replace(RECORDED, drift=(), outcome=Outcome.WAITING, due_us=1)])])
    assert json.loads(workshop.row(1)["drift"]) == [list(pair) for pair in NEW.drift]
    both(workshop, NEW)
    assert noticed(workshop) == before


def test_a_flood_of_examples_is_not_kept_and_other_kinds_still_are(workshop: Workshop) -> None:
    flood = [(("payment_date", f"day {i}"),) for i in range(DRIFT_EXAMPLES_MAX + 10)]
    taken(workshop, len(flood) + 2)
    both(workshop, *(replace(NEW, n=n, drift=drift) for n, drift in enumerate(flood, start=1)))
    assert len(noticed(workshop)) == DRIFT_EXAMPLES_MAX
    # Those that have a row are counted on, and another kind has room of its own.
    both(workshop, replace(NEW, n=len(flood) + 1, drift=(*flood[0], ("field", "x"))))
    found = noticed(workshop)
    assert len(found) == DRIFT_EXAMPLES_MAX + 1
    assert ("payment_date", "day 0", 1, to_us(NOON), 2) in found
    assert json.loads(workshop.row(len(flood))["drift"]) == [list(pair) for pair in flood[-1]]


def test_what_says_that_it_was_verified_is_not_written_over(workshop: Workshop) -> None:
    taken(workshop)
    workshop.book.append([], [settle([RECORDED]), remember([RECORDED])])
    late = replace(LATER, attempts=RECORDED.attempts)
    workshop.book.append([], [settle([late]), remember([late])])
    assert workshop.post_backs(1) == [(3, "verified", "VERIFIED")]
    assert workshop.row(1)["verdict"] == "verified"


def test_who_knows_of_fewer_attempts_takes_none_back(workshop: Workshop) -> None:
    taken(workshop)
    workshop.book.append([], [settle([replace(LATER, attempts=3)])])
    workshop.book.append([], [settle([replace(LATER, attempts=2)])])
    assert workshop.row(1)["attempts"] == 3
