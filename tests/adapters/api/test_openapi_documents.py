"""The documents' shapes: what the projections make fits them, and what breaks the contract does not."""

import json
from typing import Any

import jsonschema_rs
import pytest

from adapters.api.openapi_documents import DOCUMENTS
from adapters.api.openapi_schemas import SCHEMAS
from tests.adapters.conftest import document, subscription_document
from tests.given import MemoryBook, authorization, case, follower, order, payment, pending
from tests.given_streams import agreed, batch, paid, profiled, record, signup, subscribed


def fits(name: str, value: Any) -> None:
    schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": SCHEMAS}}
    jsonschema_rs.Draft202012Validator(schema).validate(json.loads(json.dumps(value)))


def test_a_transaction_with_everything_fits() -> None:
    fits(
        "Transaction",
        document(
            "61E",
            items=[
                {
                    "number": None,
                    "name": "A shirt",
                    "quantity": None,
                    "gross": "19.95",
                    "options": [{"name": "Size", "selection": "L"}],
                }
            ],
            conversion={"amount": "17.50", "currency": "EUR", "rate": "0.92"},
            followers=[
                {
                    "txn_id": "1AB",
                    "kind": "refund",
                    "gross": "-5.00",
                    "fee": "-0.22",
                    "reason": "refund",
                    "occurred_at": "2026-11-20T12:00:00Z",
                }
            ],
            cases=[{"case_id": "PP-001", "type": "dispute", "reason": "non_receipt", "open": True}],
            parked=[{"notification": 12, "kind": "refund", "waits_for": "61E"}],
            doubts=[{"rule": "refund", "detail": "5.00 of 19.95 USD refunded before the goods left"}],
        ),
    )


@pytest.mark.parametrize(
    "change",
    [
        {"status": "paid"},
        {"gross": 19.95},
        {"kind": None},
        {"version": "1"},
        {"extras": None},
        {"extras": {"tax": "1.00"}},
        {"conversion": {}},
        {"conversion": "1.00 EUR"},
        {"items": [{"number": None, "name": None, "quantity": None, "gross": None, "options": ["L"]}]},
    ],
)
def test_a_transaction_that_breaks_the_contract_does_not(change: dict[str, Any]) -> None:
    with pytest.raises(jsonschema_rs.ValidationError):
        fits("Transaction", document("61E", **change))


@pytest.mark.parametrize(
    "change",
    [
        {"status": "completed"},
        {"kind": "payment"},
        {"terms": None},
        {"failed_cycles": None},
        {"payments": [{"txn_id": "61E"}]},
        {"signed_up_at": 5},
    ],
)
def test_a_subscription_that_breaks_the_contract_does_not(change: dict[str, Any]) -> None:
    fits("Subscription", subscription_document("S-1"))
    with pytest.raises(jsonschema_rs.ValidationError):
        fits("Subscription", subscription_document("S-1", **change))


STORY = [
    payment(tax="1.00", option_name1="Size", option_selection1="L", item_name="A shirt"),
    payment("T2", settle_amount="17.21", settle_currency="EUR", exchange_rate="0.900105"),
    pending("T3"), authorization("A1"), order("O-1"), case(), follower("Refunded", "R1", "T9"),
    batch(record(1), record(2, "Unclaimed"), record(3, masspay_txn_id="")),
    signup(mc_amount1="0.00", period1="7 D"), paid("P1", "08:00:00 Feb 05, 2026 PST"),
    paid("P2", "", "S-2", status="Pending", pending_reason="echeck"), subscribed("subscr_eot", "S-3"),
    profiled("suspended"), agreed(),
]  # fmt: skip


def test_whatever_is_folded_fits_and_has_no_key_that_is_not_described() -> None:
    book = MemoryBook().deliver(*STORY)
    book.acting("ann", lambda acting: acting.claim("P1", 60))
    book.acting("ann", lambda acting: acting.fulfill("T2", "DHL 1"))
    told = 0
    for stream in book.streams:
        if stream.startswith("subscription:"):
            name, shown = "Subscription", book.shown_subscription(stream.removeprefix("subscription:"))
        else:
            name, shown = "Transaction", book.shown(stream)
        fits(name, shown)
        # Where nobody did anything about goods, nothing is told of that.
        assert set(shown) - {"goods"} == set(DOCUMENTS[name]["properties"]) - {"goods"}
        assert set(DOCUMENTS[name]["properties"]) - {"goods"} == set(DOCUMENTS[name]["required"])
        told += 1
    assert told > 12
