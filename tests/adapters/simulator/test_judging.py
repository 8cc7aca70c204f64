from typing import Any

import pytest

from adapters.simulator.ends import AgreementEnd, TransactionEnd
from adapters.simulator.judging import judge_end, judge_fact, judge_letter
from adapters.simulator.kept import Row
from adapters.simulator.letters import Letter
from adapters.simulator.lifecycles import LIFECYCLES
from adapters.simulator.mailing import Mark
from tests.adapters.simulator.stage import told

KEY = ("1", "web_accept", "Completed")
END = TransactionEnd(
    txn_id="T1",
    kind="payment",
    status="refunded",
    currency="USD",
    gross="19.95",
    fee="0.88",
    refunded="19.95",
    reversed="0.00",
    followers=("R1",),
    cases=(("complaint", False),),
)
SHOWN: dict[str, Any] = {
    "txn_id": "T1", "kind": "payment", "status": "refunded", "currency": "USD", "gross": "19.95",
    "fee": "0.88", "refunded": "19.95", "reversed": "0.00", "followers": [{"txn_id": "R1"}],
    "cases": [{"type": "complaint", "open": False}], "fulfillment": "withdrawn",
}  # fmt: skip
AGREEMENT = AgreementEnd(subscription_id="I-1", kind="profile", status="active", payments=("A", "B"))
SHOWN_AGREEMENT: dict[str, Any] = {
    "subscription_id": "I-1",
    "kind": "profile",
    "status": "active",
    "payments": [{"txn_id": "B"}, {"txn_id": "A"}],
}


def a_letter(lifecycle: str = "completed", *, genuine: bool = True, posts: int = 2, acked: int = 1) -> Letter:
    message = told(LIFECYCLES[lifecycle])[0]
    return Letter(
        lifecycle=lifecycle,
        life=0,
        nth=0,
        message=message,
        mark=Mark.GENUINE if genuine else Mark.FORGED,
        posts=posts,
        acknowledgements=acked,
    )


def rows(*outcomes: str) -> list[Row]:
    return [
        Row(n=n, key=KEY, verdict="invalid" if one == "invalid" else "verified", outcome=one, reason=None)
        for n, one in enumerate(outcomes, start=1)
    ]


def found(letter: Letter, *outcomes: str, complete: bool = True) -> list[str]:
    lines = [*judge_letter(letter, rows(*outcomes), complete=complete)]
    if letter.genuine:
        lines += judge_fact(letter, rows(*outcomes))
    return [line.split(": ", 1)[1] for line in lines]


@pytest.mark.parametrize(
    "outcomes",
    [
        ("recorded",),
        ("recorded", "duplicate"),
        ("duplicate", "recorded"),
        ("stale", "stale"),
        ("recorded", "stale"),
    ],
)
def test_a_genuine_letter_that_is_there_once_is_right(outcomes: tuple[str, ...]) -> None:
    assert found(a_letter(), *outcomes) == []


@pytest.mark.parametrize(
    ("outcomes", "line"),
    [
        ((), "acknowledged once, kept 0 times"),
        (("recorded", "duplicate", "duplicate"), "posted 2 times, kept 3 times"),
        (("waiting",), "delivery 1 is waiting"),
        (("recorded", "waiting"), "delivery 2 is waiting"),
        (("invalid",), "delivery 1 is invalid"),
        (("unreadable",), "delivery 1 is unreadable"),
        (("refused",), "delivery 1 is refused"),
        (("unmodelled",), "delivery 1 is unmodelled"),
        (("parked",), "delivery 1 is parked"),
        (("recorded", "recorded"), "recorded more than once, by the deliveries 1, 2"),
        (("duplicate",), "never recorded, its deliveries are all duplicates"),
        (("duplicate", "duplicate"), "never recorded, its deliveries are all duplicates"),
    ],
)
def test_what_is_wrong_with_a_genuine_letter_is_found(outcomes: tuple[str, ...], line: str) -> None:
    assert found(a_letter(), *outcomes) == [line]


def test_a_letter_that_nobody_acknowledged_may_be_there_or_not() -> None:
    assert found(a_letter(acked=0)) == found(a_letter(acked=0), "recorded") == []


def test_what_waits_for_a_message_that_never_came_may_be_parked() -> None:
    assert found(a_letter(), "parked", "duplicate", complete=False) == []


def test_some_lifecycles_are_kept_as_evidence_or_for_a_person() -> None:
    assert found(a_letter("adaptive_payment"), "unmodelled", "unmodelled") == []
    assert found(a_letter("adaptive_payment"), "recorded") == ["delivery 1 is recorded"]
    assert found(a_letter("over_refund"), "refused", "duplicate") == []


def test_a_forged_letter_is_invalid_or_never_kept() -> None:
    fake = a_letter(genuine=False)
    assert found(fake) == found(fake, "invalid") == []
    assert found(fake, "invalid", "recorded") == ["delivery 2 is recorded, not invalid"]
    assert found(fake, "waiting") == ["delivery 1 is waiting, not invalid"]


def test_where_everything_stands_right_nothing_is_found() -> None:
    assert list(judge_end("full_refund 1", END, SHOWN)) == []
    assert list(judge_end("profile_cycles 1", AGREEMENT, SHOWN_AGREEMENT)) == []


@pytest.mark.parametrize(
    ("part", "shown", "line"),
    [
        ("status", "completed", "status is completed, not refunded"),
        ("kind", "payout", "kind is payout, not payment"),
        ("currency", "EUR", "currency is EUR, not USD"),
        ("gross", None, "gross is nothing, not 19.95"),
        ("fee", "0.87", "fee is 0.87, not 0.88"),
        ("refunded", "39.90", "refunded is 39.90, not 19.95"),
        ("reversed", "19.95", "reversed is 19.95, not 0.00"),
        ("followers", [], "followers is none, not R1"),
        ("followers", [{"txn_id": "R1"}, {"txn_id": "R1"}], "followers is R1; R1, not R1"),
        ("cases", [{"type": "complaint", "open": True}], "cases is complaint; True, not complaint; False"),
    ],
)
def test_what_stands_wrong_is_found(part: str, shown: object, line: str) -> None:
    assert list(judge_end("full_refund 1", END, SHOWN | {part: shown})) == [f"full_refund 1 T1: {line}"]


def test_a_subscription_that_stands_wrong_is_found() -> None:
    for part, shown, line in (
        ("status", "ended", "status is ended, not active"),
        ("payments", [{"txn_id": "A"}], "payments is A, not A; B"),
    ):
        found_lines = list(judge_end("profile_cycles 1", AGREEMENT, SHOWN_AGREEMENT | {part: shown}))
        assert found_lines == [f"profile_cycles 1 I-1: {line}"]


def test_what_is_not_there_is_found() -> None:
    assert list(judge_end("completed 1", END, None)) == ["completed 1 T1: is not there"]
