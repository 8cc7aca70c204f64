"""The words are the contract's, to the letter: programs that never read our code compare them."""

from enum import StrEnum

import pytest

from domain.vocabulary import (
    CaseType,
    FollowerKind,
    Fulfillment,
    Kind,
    Outcome,
    PaymentStatus,
    Status,
    SubscriptionKind,
    SubscriptionStatus,
    Verdict,
)

PAYMENT = (
    "awaited created pending processed completed partially_refunded refunded disputed reversed "
    "denied declined failed expired voided"
)
AUTHORIZATION = "authorized partially_captured captured voided expired denied"
ORDER = "ordered captured voided expired"
PAYOUT = "unclaimed pending completed returned reversed failed denied"

PROMISED: list[tuple[type[StrEnum], str]] = [
    (Kind, "payment authorization order payout"),
    (Status, f"{PAYMENT} {AUTHORIZATION} {ORDER} {PAYOUT}"),
    (Outcome, "waiting recorded duplicate stale parked refused unreadable unmodelled invalid"),
    (Verdict, "verified invalid unknown"),
    (Fulfillment, "none held ready claimed fulfilled withdrawn recall"),
    (CaseType, "dispute complaint chargeback bank_return"),
    (FollowerKind, "refund reversal canceled_reversal adjustment case"),
    (
        PaymentStatus,
        f"created processed declined expired voided {PAYOUT}",
    ),
    (SubscriptionKind, "subscription profile agreement"),
    (SubscriptionStatus, "awaited pending active suspended cancelled ended expired"),
]


@pytest.mark.parametrize(("words", "promised"), PROMISED, ids=lambda value: getattr(value, "__name__", ""))
def test_the_words_are_those_that_were_promised(words: type[StrEnum], promised: str) -> None:
    assert {str(word) for word in words} == set(promised.split(" "))


def test_a_case_goes_from_dispute_to_complaint_to_chargeback_to_bank_return() -> None:
    assert list(CaseType) == ["dispute", "complaint", "chargeback", "bank_return"]


def test_of_all_that_a_subscription_was_told_the_gravest_shows() -> None:
    ladder = "awaited pending active suspended cancelled expired ended"
    assert [str(status) for status in SubscriptionStatus] == ladder.split(" ")


def test_a_word_is_its_own_text() -> None:
    assert f"{Status.PARTIALLY_REFUNDED}" == "partially_refunded"
    assert Outcome("recorded") is Outcome.RECORDED
