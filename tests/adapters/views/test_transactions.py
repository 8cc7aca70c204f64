"""Transactions: rows that follow the book, the same however many events came at once."""

import json
from typing import Any

from sqlalchemy import select

from adapters.queries.transactions import TransactionFilters
from adapters.times import to_us
from adapters.view_tables import transactions
from adapters.views.transactions import encode_document
from domain.folding import fold
from projections.transactions import document
from tests.adapters.workshop import Workshop
from tests.given import NOON, adjustment, follower, payment, pending
from tests.given_streams import batch, record


def shown(workshop: Workshop, txn_id: str) -> dict[str, Any] | None:
    found = workshop.queries.transaction(txn_id)
    return None if found is None else dict(json.loads(found))


def row(workshop: Workshop, txn_id: str) -> dict[str, Any]:
    with workshop.engine.connect() as connection:
        query = select(transactions).where(transactions.c.txn_id == txn_id)
        return dict(connection.execute(query).mappings().one())


def txn_ids(workshop: Workshop) -> list[str]:
    with workshop.engine.connect() as connection:
        return sorted(connection.execute(select(transactions.c.txn_id)).scalars())


def test_a_row_holds_what_lists_ask_for(workshop: Workshop) -> None:
    workshop.deliver(payment(invoice="abc-1", payer_email="Buyer@Example.COM", first_name="Jörg"))
    workshop.follower.follow()
    found = row(workshop, "T1")
    expected = {
        "kind": "payment", "status": "completed", "fulfillment": "ready", "payer_id": "PAYER1",
        "payer_email": "buyer@example.com", "invoice": "abc-1",
    }  # fmt: skip
    assert {name: found[name] for name in expected} == expected
    assert found["first_heard_us"] == found["last_changed_us"] > to_us(NOON)
    told = json.loads(found["document"])
    assert (told["gross"], told["payer"]["email"]) == ("20.00", "Buyer@Example.COM")


def test_a_row_is_changed_and_not_doubled(workshop: Workshop) -> None:
    workshop.deliver(pending())
    workshop.follower.follow()
    before = row(workshop, "T1")
    workshop.deliver(payment())
    workshop.deliver(follower("Refunded", "R1", gross="-5.00"))
    workshop.follower.follow()
    after = row(workshop, "T1")
    assert (before["status"], after["status"]) == ("pending", "partially_refunded")
    assert before["first_heard_us"] == after["first_heard_us"] < after["last_changed_us"]


def test_amounts_stay_texts(workshop: Workshop) -> None:
    workshop.deliver(payment(gross="1234567.10", mc_fee="0.00"))
    workshop.follower.follow()
    assert b'"gross":"1234567.10"' in (workshop.queries.transaction("T1") or b"")


def test_the_row_of_one_that_was_awaited_disappears_when_it_turns_out_to_be_a_follower(
    workshop: Workshop,
) -> None:
    workshop.deliver(adjustment("X1", "V1"))
    workshop.follower.follow()
    assert row(workshop, "V1")["status"] == "awaited"
    workshop.deliver(follower("Reversed", "V1"))
    workshop.follower.follow()
    assert txn_ids(workshop) == ["T1"]
    workshop.deliver(payment())
    workshop.follower.follow()
    assert (shown(workshop, "V1") or {})["txn_id"] == "T1"
    assert workshop.outcomes() == ["recorded"] * 3


def test_invoices_are_no_transactions(workshop: Workshop) -> None:
    workshop.deliver(payment(invoice="T2"))
    workshop.follower.follow()
    assert txn_ids(workshop) == ["T1"]


def test_lists_find_the_rows(workshop: Workshop) -> None:
    workshop.deliver(payment(payer_email="A@example.com"), payment("T2", "Denied"))
    workshop.follower.follow()
    found = workshop.queries.transactions(TransactionFilters(payer="a@EXAMPLE.com"), 5, None)
    assert [json.loads(one)["txn_id"] for one in found.items] == ["T1"]


def test_a_payout_is_found_among_the_transactions(workshop: Workshop) -> None:
    workshop.deliver(batch(record(1, "Unclaimed"), record(2), record(3, masspay_txn_id="")))
    workshop.follower.follow()
    found = workshop.queries.transactions(TransactionFilters(kind="payout"), 5, None)
    assert [json.loads(one)["txn_id"] for one in found.items] == ["payout:u-3", "M2", "M1"]
    (unclaimed,) = workshop.queries.transactions(TransactionFilters(status="unclaimed"), 5, None).items
    assert json.loads(unclaimed) == shown(workshop, "M1")


def test_more_rows_than_one_statement_takes(workshop: Workshop) -> None:
    count = 600
    workshop.deliver(*[adjustment(f"X{i}", f"V{i}") for i in range(count)])
    workshop.follower.follow()
    assert len(txn_ids(workshop)) == count
    workshop.deliver(*[follower("Reversed", f"V{i}", f"T{i}") for i in range(count)])
    workshop.follower.follow()
    assert txn_ids(workshop) == sorted(f"T{i}" for i in range(count))


def test_a_document_is_the_projections(workshop: Workshop) -> None:
    workshop.deliver(payment())
    workshop.follower.follow()
    told = fold("T1", workshop.book.streams(["T1"])["T1"])
    assert json.loads(encode_document(told)) == json.loads(json.dumps(document(told)))
    assert row(workshop, "T1")["document"] == encode_document(told)
