"""The golden pairs are a whole set: every type in every status, and every word and form that is known."""

import json
from urllib.parse import parse_qsl

import pytest

from domain.body import CODECS
from domain.dates import _FORMS
from domain.money import PLACES
from domain.txn_types import ADAPTIVE, TXN_TYPES, Reading
from domain.vocabulary import CaseType, Change, FollowerKind, PaymentStatus, SubscriptionKind
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
from tests.make_bodies import BODIES

FIELDS = {
    path.stem: dict(parse_qsl(path.read_bytes().decode("ascii"), keep_blank_values=True, encoding="latin-1"))
    for path in sorted(BODIES.glob("*.ipn"))
}
READINGS = {name: json.loads((BODIES / f"{name}.json").read_text(encoding="utf-8")) for name in FIELDS}
FACTS = [fact for reading in READINGS.values() for fact in reading.get("facts", ())]
WRITTEN = {(f.get("txn_type", "").lower(), spelled(f.get("payment_status", ""))) for f in FIELDS.values()}


def types_read_as(*readings: Reading) -> list[str]:
    return [txn_type for txn_type, told in TXN_TYPES.items() if told.reading in readings]


def words_in(field: str) -> set[str]:
    return {spelled(fields[field]) for fields in FIELDS.values() if field in fields}


@pytest.mark.parametrize("txn_type", types_read_as(Reading.PAYMENT))
def test_every_type_that_is_read_as_a_payment_is_there_in_every_status(txn_type: str) -> None:
    of_type = {status for written, status in WRITTEN if written == txn_type}
    stands = {STATUSES[status] for status in of_type if status in STATUSES}
    assert stands == set(STATUSES.values())
    assert {FOLLOWERS[status] for status in of_type if status in FOLLOWERS} == set(FOLLOWERS.values())
    assert "partially_refunded" in of_type


@pytest.mark.parametrize("txn_type", TXN_TYPES)
def test_every_type_is_there(txn_type: str) -> None:
    assert txn_type in {written for written, _ in WRITTEN}


@pytest.mark.parametrize("txn_type", types_read_as(Reading.ADJUSTMENT))
def test_an_adjustment_is_there_completed_and_as_a_refund(txn_type: str) -> None:
    assert {(txn_type, "completed"), (txn_type, "refunded")} <= WRITTEN


def test_every_spelling_of_a_status_is_there() -> None:
    assert (set(STATUSES) | set(FOLLOWERS)) - {"cleared"} <= words_in("payment_status")


def test_every_case_is_there() -> None:
    assert set(CASES) <= words_in("case_type")
    assert {fact["type"] for fact in FACTS if fact["is"] == "Case"} == set(CaseType)


def test_every_batch_and_every_record_of_mass_pay_is_there() -> None:
    assert {status for written, status in WRITTEN if written == "masspay"} >= set(BATCH_STATUSES)
    assert words_in("status_1") >= set(PAYOUT_STATUSES)
    payouts = [fact for fact in FACTS if fact.get("kind") == "payout"]
    assert {fact["status"] for fact in payouts} == set(PAYOUT_STATUSES.values())


def test_every_change_of_every_kind_of_subscription_is_there() -> None:
    told = {(fact["kind"], fact["change"]) for fact in FACTS if fact["is"] == "SubscriptionReport"}
    assert told == {(it.kind, it.change) for it in TXN_TYPES.values() if it.kind}
    assert {kind for kind, _ in told} == set(SubscriptionKind)
    assert {change for _, change in told} == set(Change)


def test_every_status_of_a_profile_and_of_its_initial_payment_is_there() -> None:
    assert set(PROFILE_STATUSES) - {"canceled"} <= words_in("profile_status")
    assert {"completed", "failed", "pending"} <= words_in("initial_payment_status")


def test_every_reason_to_wait_is_there() -> None:
    assert set(PENDING_REASONS) <= {pending_reason(word) for word in words_in("pending_reason")}


def test_every_entity_is_there_and_none_at_all() -> None:
    assert set(ENTITIES) <= words_in("transaction_entity")
    assert any("transaction_entity" not in fields for fields in FIELDS.values())
    assert any(fact.get("kind", "") is None for fact in FACTS)


CHARSETS = {"windows_1252", "utf_8", "shift_jis", "gb2312", "koi8_r"}


def test_the_charsets_that_have_been_seen_are_there_and_an_unknown_one_and_none() -> None:
    labels = words_in("charset")
    assert labels >= CHARSETS
    assert labels - set(CODECS)
    assert any("charset" not in fields for fields in FIELDS.values())


@pytest.mark.parametrize("form", range(len(_FORMS)))
def test_every_form_of_a_date_is_there(form: int) -> None:
    dates = [fields.get("payment_date", "") for fields in FIELDS.values()]
    assert any(_FORMS[form].fullmatch(date) for date in dates)


@pytest.mark.parametrize("currency", [code for code, places in PLACES.items() if places == 0])
def test_every_currency_without_places_is_there_with_and_without_them(currency: str) -> None:
    of_currency = {name for name, fields in FIELDS.items() if fields.get("mc_currency") == currency}
    assert any("facts" in READINGS[name] for name in of_currency)
    assert any("more places" in READINGS[name].get("unreadable", "") for name in of_currency)


def test_adaptive_payments_are_there_with_brackets_in_both_ways_of_writing() -> None:
    bodies = [path.read_bytes() for path in BODIES.glob("*.ipn")]
    adaptive = [body for body in bodies if body.startswith(ADAPTIVE.encode())]
    assert len(adaptive) >= 3
    assert any(b"%5B0%5D" in body for body in adaptive)
    assert any(b"[0]" in body for body in adaptive)


def test_every_kind_of_follower_and_every_status_is_read_from_some_body() -> None:
    assert {f["kind"] for f in FACTS if f["is"] == "Follower"} == set(FollowerKind) - {FollowerKind.CASE}
    assert {f["status"] for f in FACTS if f["is"] == "Report"} == set(PaymentStatus)
