"""The rows that settle a delivery, each field of them, in statements that any connection can run."""

import json
from dataclasses import replace

from adapters.settling import Settled, release, remember, settle
from adapters.times import to_us
from adapters.verifier import PostBack
from domain.notification import read
from domain.vocabulary import Outcome, Verdict
from tests.adapters.workshop import Workshop
from tests.given import NOON, payment

RECORDED = Settled(
    n=1, verdict=Verdict.VERIFIED, attempts=3, outcome=Outcome.RECORDED, reason="why", settled_us=77,
    read=read(payment(payment_date="yesterday"), 1),
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
    workshop.book.append([], [settle([]), release({}, 1), remember([])])
    assert workshop.row(1) == before
