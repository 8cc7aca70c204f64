"""Payers: whose a key is, by what a message or an event says, whatever else it says."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.personal.payers import (
    NOBODY,
    body_name,
    email_name,
    generation,
    message_name,
    of_generation,
    party_name,
    payer_name,
)
from domain.facts import Party
from tests.given import body
from tests.given_streams import batch, record


def digest(text: str) -> str:
    return hashlib.sha256(b"secret" + text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"payer_id": "P1", "payer_email": "b@example.com"}, "payer:P1"),
        ({"payer_id": " P1 "}, "payer:P1"),
        ({"payer_email": "B@Example.com"}, f"email:{digest('b@example.com')}"),
        ({"payer_id": "a#1", "payer_email": "b@example.com"}, f"email:{digest('b@example.com')}"),
        ({"payer_id": "a#1"}, f"odd:{digest('a#1')}"),
        ({"payer_email": "rené@example.com", "charset": "utf-8"}, f"email:{digest('rené@example.com')}"),
        ({"txn_id": "T1"}, "message:7"),
        ({"payer_id": ""}, "message:7"),
    ],
)
def test_a_body_is_its_payers(fields: dict[str, str], name: str) -> None:
    assert body_name(7, body(**fields), digest) == name


def test_a_batch_of_payouts_is_nobodys_alone() -> None:
    assert body_name(7, batch(record(1)), digest) == message_name(7)


@given(st.binary(max_size=300))
def test_any_bytes_at_all_have_a_name(bytes_: bytes) -> None:
    name = generation(body_name(7, bytes_, digest), 3)
    assert name.isascii()
    assert name.isprintable()
    assert len(name) < 60
    assert '"' not in name
    assert of_generation(name) == (name.removesuffix("#3"), 3)


@given(st.text(min_size=1, max_size=60))
def test_whatever_an_id_is_no_two_payers_share_a_name(payer_id: str) -> None:
    name = payer_name(payer_id, None, digest)
    assert name in (f"payer:{payer_id}", f"odd:{digest(payer_id)}")
    assert of_generation(generation(name, 1)) == (name, 1)


def test_an_event_and_its_message_are_the_same_payers() -> None:
    told = Party(id=None, email="B@example.com")
    assert party_name(told, digest) == email_name("b@example.COM ", digest)
    assert party_name(Party(name="Somebody"), digest) == NOBODY
