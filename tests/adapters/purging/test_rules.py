"""The rules of retention, each at its edges."""

from datetime import timedelta

import pytest

from adapters.purging.rules import DAYS_MAX, DAYS_MIN, Rule, rules
from domain.vocabulary import Outcome, Verdict
from tests.adapters.workshop import Workshop
from tests.given import NOON, payment

DISOWNED, DUPLICATE = rules(30, 365)


def found(workshop: Workshop, rule: Rule, days: float, after: int = 0, limit: int = 10) -> list[int]:
    with workshop.engine.connect() as connection:
        wanted = rule.candidates(NOON + timedelta(days=days), after, limit)
        return list(connection.execute(wanted).scalars())


def test_what_paypal_disowned_may_go_when_it_was_settled_so_long_ago(workshop: Workshop) -> None:
    workshop.deliver(b"forged=1", b"forged=2", verdict=Verdict.INVALID)
    workshop.deliver(b"forged=3", verdict=Verdict.UNKNOWN)
    assert found(workshop, DISOWNED, 30) == []  # settled some seconds after noon
    assert found(workshop, DISOWNED, 30.01) == [1, 2]
    assert found(workshop, DISOWNED, 30.01, after=1) == [2]
    assert found(workshop, DISOWNED, 30.01, limit=1) == [1]
    assert found(workshop, DUPLICATE, 5_000) == []


def test_a_duplicate_may_go_later(workshop: Workshop) -> None:
    workshop.deliver(payment(), payment())
    assert found(workshop, DUPLICATE, 365) == []
    assert found(workshop, DUPLICATE, 365.01) == [2]


def test_what_was_asked_for_again_counts_from_when_that_was_settled(workshop: Workshop) -> None:
    workshop.deliver(b"forged=1", verdict=Verdict.INVALID)
    assert workshop.claims.ask_again(1, 0)
    assert found(workshop, DISOWNED, 1_000) == []
    workshop.at = NOON + timedelta(days=20)
    (claimed,) = workshop.claims.claim(1, 2**60)
    workshop.processor().settle(workshop.answer([claimed], Verdict.INVALID))
    assert found(workshop, DISOWNED, 31) == []
    assert found(workshop, DISOWNED, 50.01) == [1]


def test_what_a_view_knows_an_event_of_stays(workshop: Workshop) -> None:
    workshop.deliver(payment(), payment())
    workshop.follower.follow()
    with workshop.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE notification_events_a SET n = 2")
    assert found(workshop, DUPLICATE, 1_000) == []


def test_every_rule_is_of_an_outcome_that_is_final_and_of_paypals_word() -> None:
    assert {rule.name: (rule.outcome, rule.verdict, rule.days) for rule in rules(7, 90)} == {
        "disowned": (Outcome.INVALID, Verdict.INVALID, 7),
        "duplicate": (Outcome.DUPLICATE, Verdict.VERIFIED, 90),
    }


@pytest.mark.parametrize("days", [DAYS_MIN - 1, DAYS_MAX + 1])
def test_days_beyond_their_limits_are_no_rule(days: int) -> None:
    with pytest.raises(AssertionError):
        rules(days, 365)
