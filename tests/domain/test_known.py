"""What is known of PayPal's fields and words: all that its messages have been seen to hold."""

import json
from pathlib import Path
from urllib.parse import urlencode

import pytest

from domain.body import open_body
from domain.known import CYCLES, DATES, FIELDS, KNOWN, folded
from domain.money import PLACES
from domain.txn_types import TXN_TYPES
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


def test_every_field_of_which_something_is_known_is_a_known_field() -> None:
    assert set(KNOWN) <= FIELDS
    assert DATES <= FIELDS
    assert CYCLES <= FIELDS


def test_no_field_holds_both_words_and_dates() -> None:
    assert not set(KNOWN) & (DATES | CYCLES)
    assert not DATES & CYCLES


def test_every_word_is_in_the_spelling_that_words_are_compared_in() -> None:
    assert [word for words in KNOWN.values() for word in words if word != spelled(word)] == []


def test_every_name_is_one_that_can_be_met() -> None:
    assert [name for name in FIELDS if folded(name) != name] == []


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("txn_type", set(TXN_TYPES)),
        ("payment_status", {*STATUSES, *FOLLOWERS, *BATCH_STATUSES}),
        ("pending_reason", {*PENDING_REASONS, "paymentreview"}),
        ("transaction_entity", set(ENTITIES)),
        ("case_type", set(CASES)),
        ("status_#", set(PAYOUT_STATUSES)),
        ("profile_status", set(PROFILE_STATUSES)),
        ("mc_currency", {currency.lower() for currency in PLACES}),
    ],
)
def test_every_word_that_is_read_is_known(field: str, words: set[str]) -> None:
    assert words <= KNOWN[field]


def test_every_known_reason_to_wait_has_its_place_among_the_others() -> None:
    found = {pending_reason(word) for word in KNOWN["pending_reason"]}
    assert found == {*PENDING_REASONS, None}


@pytest.mark.parametrize(
    "label",
    [
        "windows-1252",
        "UTF-8",
        "utf-8",
        "Shift_JIS",
        "gb2312",
        "KOI8_R",
        "koi8-r",
        "big5",
        "EUC-JP",
        "iso-8859-1",
    ],
)
def test_every_charset_that_can_be_read_is_known(label: str) -> None:
    assert open_body(f"charset={label}".encode()).charset_known
    assert spelled(label) in KNOWN["charset"]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("mc_gross", "mc_gross"),
        ("mc_gross_1", "mc_gross_#"),
        ("mc_gross12", "mc_gross#"),
        ("item_name250", "item_name#"),
        ("option_name1_2", "option_name#_#"),
        ("option_selection2_10", "option_selection#_#"),
        ("masspay_txn_id_3", "masspay_txn_id_#"),
        ("fraud_management_pending_filters_1", "fraud_management_pending_filters_#"),
        ("fraud_managment_pending_filters_1", "fraud_managment_pending_filters_#"),
        ("transaction[0].id", "transaction[#].id"),
    ],
)
def test_a_numbered_field_is_known_whatever_its_number(written: str, name: str) -> None:
    assert folded(written) == name
    assert name in FIELDS


# Written by those who stored, converted or made up the samples; PayPal has no such field.
NOT_PAYPALS = {
    "controller", "action", "gateway", "date", "format", "paidCycles", "paidFailed", "reimbursements", "xxx",
    "ify_version", "received_id", "payment_rate", "address_country_core", " payment_gross",
    "SUCCESS\nmc_gross",
}  # fmt: skip


def test_every_field_of_real_messages_is_known(samples: Path) -> None:
    unknown = {}
    for path in sorted(samples.iterdir()):
        if path.name in ("INDEX.md", "index.json"):
            continue
        body = path.read_bytes()
        if path.suffix == ".json":
            body = urlencode([(name, str(value)) for name, value in json.loads(body).items()]).encode()
        names = {name for name, _ in open_body(body).pairs}
        unknown[path.name] = {name for name in names - NOT_PAYPALS if folded(name) not in FIELDS}
    assert len(unknown) > 100
    assert {name: fields for name, fields in unknown.items() if fields} == {}
