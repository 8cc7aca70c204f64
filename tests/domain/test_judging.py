"""Followers judged by the table: what they tell depends on all that was told before."""

import pytest

from domain.events import (
    CaseOpened,
    CaseParked,
    FollowerParked,
    FollowerRefused,
    PaymentAdjusted,
    PaymentRefunded,
    PaymentReversed,
    ReversalCanceled,
)
from domain.facts import Case, Follower
from domain.judging import follower_event, judge_follower, waits_for
from domain.transitions import Move
from tests.given import (
    MemoryBook,
    adjustment,
    authorization,
    case,
    follower,
    payment,
    pending,
    transaction_fact,
)

JUDGED: dict[str, tuple[list[bytes], bytes, Move, type]] = {
    # name: heard before, heard now, the move, its event
    "a refund": ([payment()], follower("Refunded", "R1"), Move.RECORD, PaymentRefunded),
    "a refund of a part": (
        [payment()],
        follower("Refunded", "R1", gross="-5.00"),
        Move.RECORD,
        PaymentRefunded,
    ),
    "a refund of the rest": (
        [payment(), follower("Refunded", "R1", gross="-5.00")],
        follower("Refunded", "R2", gross="-15.00"),
        Move.RECORD,
        PaymentRefunded,
    ),
    "a refund of more than the rest": (
        [payment(), follower("Refunded", "R1", gross="-5.00")],
        follower("Refunded", "R2", gross="-15.01"),
        Move.REFUSE,
        FollowerRefused,
    ),
    "a refund of more than all": (
        [payment()],
        follower("Refunded", "R1", gross="-20.01"),
        Move.REFUSE,
        FollowerRefused,
    ),
    "a refund of what waits for its eCheck": (
        [pending()],
        follower("Refunded", "R1"),
        Move.RECORD,
        PaymentRefunded,
    ),
    "a refund of a part of what waits": (
        [pending()],
        follower("Refunded", "R1", gross="-5.00"),
        Move.RECORD,
        PaymentRefunded,
    ),
    "a refund of the rest, while a part waits": (
        [pending(), follower("Refunded", "R1", gross="-5.00")],
        follower("Refunded", "R2", gross="-15.00"),
        Move.RECORD,
        PaymentRefunded,
    ),
    "a refund of all, while a part waits": (
        [pending(), follower("Refunded", "R1", gross="-5.00")],
        follower("Refunded", "R2", gross="-20.00"),
        Move.REFUSE,
        FollowerRefused,
    ),
    "a refund of a payment never heard of": ([], follower("Refunded", "R1"), Move.PARK, FollowerParked),
    "a refund of what was denied": (
        [payment(status="Denied")],
        follower("Refunded", "R1"),
        Move.REFUSE,
        FollowerRefused,
    ),
    "a refund of a promise": (
        [authorization("T1")],
        follower("Refunded", "R1"),
        Move.REFUSE,
        FollowerRefused,
    ),
    "a refund in another currency": (
        [payment()],
        follower("Refunded", "R1", mc_currency="EUR"),
        Move.REFUSE,
        FollowerRefused,
    ),
    "a reversal": ([payment()], follower("Reversed", "V1"), Move.RECORD, PaymentReversed),
    "a reversal after a full refund": (
        [payment(), follower("Refunded", "R1")],
        follower("Reversed", "V1"),
        Move.RECORD,
        PaymentReversed,
    ),
    "a canceled reversal": (
        [payment(), follower("Reversed", "V1")],
        follower("Canceled_Reversal", "W1", gross="20.00"),
        Move.RECORD,
        ReversalCanceled,
    ),
    "a canceled reversal before its reversal": (
        [payment()],
        follower("Canceled_Reversal", "W1", gross="20.00"),
        Move.PARK,
        FollowerParked,
    ),
    "an adjustment": ([payment()], adjustment("X1"), Move.RECORD, PaymentAdjusted),
    "an adjustment before the money": ([pending()], adjustment("X1"), Move.PARK, FollowerParked),
    "an adjustment of what failed": (
        [payment(status="Failed")],
        adjustment("X1"),
        Move.RECORD,
        PaymentAdjusted,
    ),
    "an adjustment in another currency": (
        [payment()],
        adjustment("X1", mc_currency="EUR"),
        Move.RECORD,  # in no sum of the payment's; that it is foreign is a doubt
        PaymentAdjusted,
    ),
    "a case": ([payment()], case(), Move.RECORD, CaseOpened),
    "a case against what waits": ([pending()], case(), Move.RECORD, CaseOpened),
    "a case against a payment never heard of": ([], case(), Move.PARK, CaseParked),
}


def heard_follower(one: bytes) -> Follower | Case:
    fact = transaction_fact(one)
    assert isinstance(fact, Follower | Case)
    return fact


@pytest.mark.parametrize("name", JUDGED)
def test_a_follower_is_judged_by_where_its_payment_stands(name: str) -> None:
    before, now, move, event = JUDGED[name]
    transaction = MemoryBook().deliver(*before).transaction("T1")
    fact = heard_follower(now)
    assert judge_follower(transaction, fact) is move
    assert type(follower_event(transaction, fact, move)) is event


WAITS = {
    "a refund, for its payment": ([], follower("Refunded", "R1"), "T1"),
    "a case, for its payment": ([], case(), "T1"),
    "a canceled reversal, for its payment": ([], follower("Canceled_Reversal", "W1", gross="1.00"), "T1"),
    "a canceled reversal, for its reversal": (
        [payment()],
        follower("Canceled_Reversal", "W1", gross="20.00"),
        "reversal of T1",
    ),
    "an adjustment, for the money": ([pending()], adjustment("X1"), "completion of T1"),
}


@pytest.mark.parametrize("name", WAITS)
def test_what_came_too_early_says_what_it_waits_for(name: str) -> None:
    before, now, waited_for = WAITS[name]
    transaction = MemoryBook().deliver(*before).transaction("T1")
    assert waits_for(transaction, heard_follower(now)) == waited_for


def test_a_refused_follower_says_why() -> None:
    transaction = MemoryBook().deliver(payment(status="Denied")).transaction("T1")
    event = follower_event(transaction, heard_follower(follower("Refunded", "R1")), Move.REFUSE)
    assert isinstance(event, FollowerRefused)
    assert event.why == "refund of all or the rest, while denied"


def test_what_was_told_is_named_where_it_is_refused() -> None:
    transaction = MemoryBook().deliver(payment(status="Denied")).transaction("T1")
    part = heard_follower(follower("Refunded", "R1", gross="-5.00"))
    event = follower_event(transaction, part, Move.REFUSE)
    assert isinstance(event, FollowerRefused)
    assert event.why == "partial refund, while denied"


@pytest.mark.parametrize("now", [case(), follower("Refunded", "R1")], ids=["case", "refund"])
def test_what_is_parked_keeps_what_it_waits_for(now: bytes) -> None:
    event = follower_event(MemoryBook().transaction("T1"), heard_follower(now), Move.PARK)
    assert isinstance(event, CaseParked | FollowerParked)
    assert event.waits_for == "T1"
