"""What PayPal's words mean: every word that is known has a meaning, and an unknown one says that it is."""

import pytest

from domain.known import KNOWN
from domain.meanings import (
    BANK,
    BUYER,
    CASES,
    MERCHANT,
    PAYPAL,
    PENDING,
    PENDING_SPELLINGS,
    REASONS,
    Meaning,
    pending_meaning,
    reason_meaning,
)
from domain.vocabulary import CaseType
from domain.words import PENDING_REASONS

MEANINGS = [*PENDING.values(), *CASES.values(), *REASONS.values()]


def test_every_pending_reason_that_is_known_has_a_meaning() -> None:
    known = KNOWN["pending_reason"] | KNOWN["transaction[#].pending_reason"]
    assert known - {"none"} == {*PENDING, *PENDING_SPELLINGS}
    assert set(PENDING_REASONS) <= set(PENDING)


def test_every_reason_code_that_is_known_has_a_meaning() -> None:
    # Why a record of a Mass Pay failed is a number, and no part of what is recorded of it.
    assert {word for word in KNOWN["reason_code"] if not word.isdecimal()} == set(REASONS)


def test_every_stage_of_a_case_has_a_meaning_and_somebody_who_ends_it() -> None:
    assert set(CASES) == set(CaseType)
    assert all(meaning.steps for meaning in CASES.values())


def test_whoever_must_do_something_is_one_of_four() -> None:
    assert {step.who for meaning in MEANINGS for step in meaning.steps} == {MERCHANT, BUYER, PAYPAL, BANK}


def test_whatever_a_payment_waits_for_is_ended_by_somebody() -> None:
    assert [reason for reason, meaning in PENDING.items() if not meaning.steps] == []


@pytest.mark.parametrize("meaning", MEANINGS, ids=lambda meaning: meaning.text[:30])
def test_a_meaning_is_a_part_of_a_sentence(meaning: Meaning) -> None:
    for text in (meaning.text, *(step.what for step in meaning.steps)):
        assert text.strip() == text != ""
        assert not text.endswith(".")


@pytest.mark.parametrize(
    ("told", "word"),
    [
        ("echeck", "echeck"),
        ("multi-currency", "multi_currency"),
        ("PaymentReview", "payment_review"),
        ("payment-review", "payment_review"),
    ],
)
def test_a_pending_reason_is_found_in_any_spelling(told: str, word: str) -> None:
    assert pending_meaning(told) == PENDING[word]


@pytest.mark.parametrize(("told", "word"), [("Buyer-Complaint", "buyer_complaint"), ("other", "other")])
def test_a_reason_code_is_found_in_any_spelling(told: str, word: str) -> None:
    assert reason_meaning(told) == REASONS[word]


def test_an_unknown_word_says_plainly_that_it_is_unknown() -> None:
    for meaning in (pending_meaning("moon_phase"), reason_meaning("moon_phase")):
        assert meaning.text == "a reason that this version does not know"
        assert [step.who for step in meaning.steps] == [MERCHANT]


@pytest.mark.parametrize("nothing", [None, "", " "])
def test_no_reason_is_no_reason(nothing: str | None) -> None:
    assert pending_meaning(nothing).text == reason_meaning(nothing).text == "PayPal gives no reason"
    assert pending_meaning("none").text == "PayPal gives no reason"
