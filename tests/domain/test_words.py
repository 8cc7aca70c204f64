"""PayPal's spellings through the years, and what each of them means."""

import pytest

from domain.vocabulary import CaseType, FollowerKind, Kind, PaymentStatus
from domain.words import (
    BATCH_STATUSES,
    CASES,
    ENTITIES,
    FOLLOWERS,
    PAYOUT_STATUSES,
    PENDING_REASONS,
    PROFILE_STATUSES,
    STATUSES,
    pending_reason,
    spelled,
)

AS_WRITTEN = [
    ("Completed", PaymentStatus.COMPLETED),
    ("completed", PaymentStatus.COMPLETED),
    ("COMPLETED", PaymentStatus.COMPLETED),
    ("Pending", PaymentStatus.PENDING),
    ("Created", PaymentStatus.CREATED),
    ("Processed", PaymentStatus.PROCESSED),
    ("In-Progress", PaymentStatus.PROCESSED),
    ("In_Progress", PaymentStatus.PROCESSED),
    ("Denied", PaymentStatus.DENIED),
    ("Declined", PaymentStatus.DECLINED),
    ("Failed", PaymentStatus.FAILED),
    ("Expired", PaymentStatus.EXPIRED),
    ("Voided", PaymentStatus.VOIDED),
]


@pytest.mark.parametrize(("written", "meant"), AS_WRITTEN)
def test_a_status_is_known_in_each_of_its_spellings(written: str, meant: PaymentStatus) -> None:
    assert STATUSES[spelled(written)] is meant


def test_every_status_of_ours_is_some_word_of_paypals() -> None:
    assert set(STATUSES.values()) | set(PAYOUT_STATUSES.values()) == set(PaymentStatus)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Refunded", FollowerKind.REFUND),
        ("Reversed", FollowerKind.REVERSAL),
        ("Canceled_Reversal", FollowerKind.CANCELED_REVERSAL),
        ("Canceled-Reversal", FollowerKind.CANCELED_REVERSAL),
        ("Cancelled_Reversal", FollowerKind.CANCELED_REVERSAL),
    ],
)
def test_a_refund_or_reversal_is_known_in_each_of_its_spellings(written: str, meant: FollowerKind) -> None:
    assert FOLLOWERS[spelled(written)] is meant


@pytest.mark.parametrize(
    "word", ["Partially_Refunded", "Inflight", "Cleared", "Paid", "Active", "Unclaimed", ""]
)
def test_a_status_that_nobody_can_rely_on_is_not_guessed_at(word: str) -> None:
    assert spelled(word) not in STATUSES
    assert spelled(word) not in FOLLOWERS


def test_no_word_is_a_status_and_a_follower_at_once() -> None:
    assert not set(STATUSES) & set(FOLLOWERS)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("echeck", "echeck"),
        ("multi-currency", "multi_currency"),
        ("multi_currency", "multi_currency"),
        ("paymentreview", "payment_review"),
        ("PaymentReview", "payment_review"),
        ("payment-review", "payment_review"),
        ("payment_review", "payment_review"),
        ("a reason of tomorrow", "a reason of tomorrow"),
        ("NONE", None),
        ("None", None),
        ("", None),
        (" ", None),
    ],
)
def test_a_pending_reason_has_one_spelling(written: str, reason: str | None) -> None:
    assert pending_reason(written) == reason


@pytest.mark.parametrize(
    "word",
    [
        "address authorization delayed_disbursement echeck intl multi_currency order payment_review",
        "regulatory_review unilateral upgrade verify other fraud",
    ],
)
def test_every_documented_pending_reason_has_its_place(word: str) -> None:
    assert set(word.split(" ")) <= set(PENDING_REASONS)


def test_what_a_person_must_look_at_goes_before_what_passes_by_itself() -> None:
    place = PENDING_REASONS.index
    assert place("order") < place("authorization") < place("echeck") < place("payment_review")
    assert place("payment_review") < place("fraud")
    assert len(set(PENDING_REASONS)) == len(PENDING_REASONS)


def test_entities_tell_money_from_a_promise_of_it() -> None:
    assert ENTITIES == {
        "payment": Kind.PAYMENT,
        "auth": Kind.AUTHORIZATION,
        "reauth": Kind.AUTHORIZATION,
        "order": Kind.ORDER,
    }


def test_a_claim_and_a_complaint_are_one_stage() -> None:
    assert CASES["claim"] is CASES["complaint"] is CaseType.COMPLAINT
    assert set(CASES.values()) == set(CaseType)


def test_a_mass_pay_record_has_words_of_its_own_and_a_batch_says_what_they_leave_out() -> None:
    assert {"unclaimed", "returned", "reversed", "blocked"} <= set(PAYOUT_STATUSES) - set(STATUSES)
    assert set(BATCH_STATUSES.values()) <= set(PAYOUT_STATUSES.values())


def test_a_profile_that_goes_on_says_nothing_of_an_end() -> None:
    assert {word for word, change in PROFILE_STATUSES.items() if change is None} == {"active", "pending"}
