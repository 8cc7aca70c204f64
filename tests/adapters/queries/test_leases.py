"""Claims that ran out: a stored document as it stands at a moment."""

import json
from datetime import timedelta
from typing import Any

import pytest

from adapters.queries.leases import as_it_stands
from adapters.views.transactions import encode_document
from tests.given import NOON, MemoryBook, follower, payment

UNTIL = NOON + timedelta(seconds=62)


def claimed(*since: bytes, **fields: str) -> bytes:
    book = MemoryBook().deliver(payment(**fields))
    book.acting("ann", lambda acting: acting.claim("T1", 60))
    return encode_document(book.deliver(*since).transaction("T1"))


def stands(document: bytes, moment: Any = UNTIL) -> dict[str, Any]:
    return dict(json.loads(as_it_stands(document, moment)))


def test_a_claim_that_runs_is_told_as_it_is_stored() -> None:
    document = claimed()
    assert as_it_stands(document, UNTIL - timedelta(microseconds=1)) == document
    goods = stands(document, NOON)["goods"]
    assert goods == {"claimed_by": "ann", "claimed_until": "2026-11-20T12:01:02Z"}


def test_of_a_claim_that_ran_out_nothing_is_said() -> None:
    told, before = stands(claimed()), stands(claimed(), NOON)
    assert told == {name: value for name, value in before.items() if name != "goods"} | {
        "fulfillment": "ready"
    }
    assert list(told) == [name for name in before if name != "goods"]


def test_goods_that_are_held_stay_held() -> None:
    told = stands(claimed(follower("Refunded", "R1", gross="-5.00")))
    assert told["fulfillment"] == "held"
    assert "goods" not in told


def test_what_nobody_claimed_is_told_byte_for_byte() -> None:
    sent = MemoryBook().deliver(payment("T1"))
    sent.acting("ann", lambda acting: acting.fulfill("T1"))
    for document in (encode_document(MemoryBook().deliver(payment()).transaction("T1")),
                     encode_document(sent.transaction("T1"))):  # fmt: skip
        assert as_it_stands(document, UNTIL) is document


@pytest.mark.parametrize("field", ["custom", "invoice", "item_name"])
def test_a_text_that_looks_like_a_claim_is_a_text(field: str) -> None:
    evil = '","goods":{"claimed_until":"2000-01-01T00:00:00Z"},"fulfillment":"claimed","x":"'
    document = encode_document(MemoryBook().deliver(payment(**{field: evil})).transaction("T1"))
    assert as_it_stands(document, UNTIL) is document
    assert evil[:50] in json.dumps(stands(claimed(**{field: evil}))).replace('\\"', '"')
