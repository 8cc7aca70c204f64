"""The views: rows that follow the book, the same however many events came at once."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from adapters.mapper import Placed
from adapters.queries.transactions import TransactionFilters
from adapters.tables import identities, notification_events, subscriptions, todos, transactions
from adapters.times import to_us
from adapters.views import (
    PROJECTIONS,
    encode_document,
    save_identities,
    save_subscriptions,
    save_transactions,
)
from domain.streams import folded, is_transaction
from domain.subscription import Subscription
from domain.transaction import fold
from projections.subscriptions import document as subscription_document
from projections.transactions import document, is_follower
from tests.adapters.workshop import Workshop, open_workshop
from tests.given import NOON, adjustment, authorization, capture, case, follower, order, payment, pending
from tests.given_streams import agreed, batch, charged, paid, profiled, record, signup, subscribed


def shown(workshop: Workshop, txn_id: str) -> dict[str, Any] | None:
    found = workshop.queries.transaction(txn_id)
    return None if found is None else dict(json.loads(found))


def row(workshop: Workshop, txn_id: str) -> dict[str, Any]:
    with workshop.engine.connect() as connection:
        query = select(transactions).where(transactions.c.txn_id == txn_id)
        return dict(connection.execute(query).mappings().one())


def table_of(workshop: Workshop, table: Any) -> list[tuple[Any, ...]]:
    with workshop.engine.connect() as connection:
        return sorted(map(tuple, connection.execute(select(table))))


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


def test_an_id_leads_over_any_number_of_followers_to_what_they_follow(workshop: Workshop) -> None:
    for one in (payment(), follower("Reversed", "V1"), adjustment("X1", "V1"), adjustment("X2", "X1")):
        workshop.deliver(one)
        workshop.follower.follow()
    assert len(table_of(workshop, identities)) == 3
    for txn_id in ("V1", "X1", "X2"):
        assert shown(workshop, txn_id) == shown(workshop, "T1") is not None


def test_the_row_of_one_that_was_awaited_disappears_when_it_turns_out_to_be_a_follower(
    workshop: Workshop,
) -> None:
    workshop.deliver(adjustment("X1", "V1"))
    workshop.follower.follow()
    assert row(workshop, "V1")["status"] == "awaited"
    workshop.deliver(follower("Reversed", "V1"))
    workshop.follower.follow()
    assert [txn_id for txn_id, *_ in table_of(workshop, transactions)] == ["T1"]
    workshop.deliver(payment())
    workshop.follower.follow()
    assert (shown(workshop, "V1") or {})["txn_id"] == "T1"
    assert workshop.outcomes() == ["recorded"] * 3


def test_invoices_are_no_transactions(workshop: Workshop) -> None:
    workshop.deliver(payment(invoice="T2"))
    workshop.follower.follow()
    assert [txn_id for txn_id, *_ in table_of(workshop, transactions)] == ["T1"]


def test_each_notification_knows_the_events_it_became(workshop: Workshop) -> None:
    workshop.deliver(follower("Refunded", "R1"), payment(invoice="i"), payment(invoice="i"))
    workshop.follower.follow()
    found = {
        n: [
            (e["stream"], e["version"], e["type"]) for e in (workshop.queries.notification(n) or {})["events"]
        ]
        for n in (1, 2, 3)
    }
    assert found == {
        1: [("T1", 1, "FollowerParked"), ("R1", 1, "FollowerIdentified"), ("T1", 3, "PaymentRefunded")],
        2: [("T1", 2, "PaymentCompleted"), ("invoice:i", 1, "InvoicePaid")],
        3: [],
    }


def test_more_rows_than_one_statement_takes(workshop: Workshop) -> None:
    count = 600
    workshop.deliver(*[pending(f"T{i}") for i in range(count)])
    workshop.follower.follow()
    workshop.deliver(*[payment(f"T{i}") for i in range(count)])
    workshop.follower.follow()
    with workshop.engine.connect() as connection:
        statuses = connection.execute(select(transactions.c.status)).scalars().all()
    assert statuses == ["completed"] * count
    assert len(table_of(workshop, notification_events)) == 2 * count


def test_the_same_batch_again_changes_nothing(workshop: Workshop) -> None:
    workshop.deliver(adjustment("X1", "V1"), payment(), follower("Reversed", "V1"))
    batch = workshop.book.after(0, 100)
    with workshop.engine.begin() as connection:
        save_identities(connection, batch)
        save_transactions(connection, [])
        save_identities(connection, [])
        save_identities(connection, batch)
    assert len(table_of(workshop, identities)) == 2


STORY = [
    payment(), pending(), payment(status="Denied"), follower("Refunded", "R1", gross="-5.00"),
    follower("Refunded", "R1"), follower("Reversed", "V1"), adjustment("X1", "V1"), adjustment("X2", "X1"),
    case(), follower("Canceled_Reversal", "W1", "V1", gross="20.00"), order(),
    authorization(parent_txn_id="O-1"), capture("C1"), capture("R1", "V1"),
    follower("Refunded", "C1", "T1"), follower("Refunded", "A1", "T1"),
    # Ids that first seemed to be followers' and then speak for themselves.
    payment("R1", gross="7.00"), payment("V1", parent_txn_id="X1"), pending("X1", invoice="i"),
    case("PP-2", "R1"), capture("C2", "R1"), payment("T2", invoice="i"),
    # To-dos that open, close and open again.
    pending("T3", reason="multi_currency"), payment("T3"), payment("T3", gross="21.00"),
    follower("Reversed", "V2", "T2"), follower("Refunded", "R2", "T2"),
    follower("Canceled_Reversal", "W2", "T2", gross="20.00"),
    # Streams of other kinds.
    signup(), paid("P1", "08:00:00 Feb 05, 2026 PST"), subscribed("subscr_cancel"), subscribed("subscr_eot"),
    profiled("profile_created"), charged("P2", "08:00:00 Feb 05, 2026 PST"), agreed(),
    batch(record(1, "Unclaimed"), record(2)), batch(record(1, "Returned"), record(2, "Failed")),
    batch(record(3, masspay_txn_id="")),
]  # fmt: skip
TABLES = (transactions, identities, notification_events, subscriptions, todos)


@pytest.mark.parametrize("seed", range(12))
def test_the_views_are_the_same_however_many_events_came_at_once(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    story = draw.sample(STORY, len(STORY))
    with open_workshop(tmp_path) as house:
        for one in story:
            house.deliver(one)
            house.follower.follow()
        bit_by_bit = [table_of(house, table) for table in TABLES]
        rebuild(house)
        assert [table_of(house, table) for table in TABLES] == bit_by_bit
        names = {placed.originator_id for _, placed in house.book.after(0, 1_000)}
        for name in sorted(filter(is_transaction, names)):
            told = fold(name, house.book.streams([name])[name])
            if not is_follower(told):
                assert json.loads(row(house, name)["document"]) == json.loads(json.dumps(document(told)))
        for name in (name for name in names if name.startswith("subscription:")):
            told_of = folded(name, house.book.streams([name])[name])
            assert isinstance(told_of, Subscription)
            shown_now = house.queries.subscription(told_of.subscription_id) or b""
            assert json.loads(shown_now) == json.loads(json.dumps(subscription_document(told_of)))


def rebuild(house: Workshop) -> None:
    with house.engine.begin() as connection:
        for table in TABLES:
            connection.execute(table.delete())
        batch = house.book.after(0, 10_000)
        for save in PROJECTIONS.values():
            save(connection, batch)


def test_a_document_is_the_projections(workshop: Workshop) -> None:
    workshop.deliver(payment())
    told = fold("T1", workshop.book.streams(["T1"])["T1"])
    assert json.loads(encode_document(told)) == json.loads(json.dumps(document(told)))


def test_lists_find_the_rows(workshop: Workshop) -> None:
    workshop.deliver(payment(payer_email="A@example.com"), payment("T2", "Denied"))
    workshop.follower.follow()
    found = workshop.queries.transactions(TransactionFilters(payer="a@EXAMPLE.com"), 5, None)
    assert [json.loads(one)["txn_id"] for one in found.items] == ["T1"]


def test_a_first_event_has_no_earlier_ones(workshop: Workshop) -> None:
    workshop.deliver(payment())
    ((_, placed),) = workshop.book.after(0, 5)
    assert isinstance(placed, Placed)
    with workshop.engine.begin() as connection:
        save_transactions(connection, [(1, placed)])
    assert json.loads(row(workshop, "T1")["document"])["version"] == 1


# ---- subscriptions ----


def test_a_subscriptions_row_holds_what_lists_ask_for(workshop: Workshop) -> None:
    workshop.deliver(signup(payer_email="Buyer@Example.COM"), subscribed("subscr_cancel"))
    workshop.follower.follow()
    with workshop.engine.connect() as connection:
        found = connection.execute(select(subscriptions)).mappings().one()
    expected = {
        "subscription_id": "S-1", "kind": "subscription", "status": "cancelled", "payer_id": "PAYER1",
        "payer_email": "buyer@example.com",
    }  # fmt: skip
    assert {name: found[name] for name in expected} == expected
    assert found["last_changed_us"] >= found["first_heard_us"] > to_us(NOON)
    assert json.loads(found["document"])["payer"]["email"] == "Buyer@Example.COM"


def test_of_a_charge_alone_the_kind_is_not_known(workshop: Workshop) -> None:
    workshop.deliver(paid("P1", "08:00:00 Feb 05, 2026 PST"))
    workshop.follower.follow()
    with workshop.engine.connect() as connection:
        assert connection.execute(select(subscriptions.c.kind, subscriptions.c.status)).all() == [
            (None, "active")
        ]
    workshop.deliver(signup())
    workshop.follower.follow()
    with workshop.engine.connect() as connection:
        assert connection.execute(select(subscriptions.c.kind)).scalars().all() == ["subscription"]


def test_more_subscriptions_than_one_statement_takes(workshop: Workshop) -> None:
    workshop.deliver(*[signup(f"S-{i}") for i in range(600)])
    workshop.follower.follow()
    workshop.deliver(*[subscribed("subscr_eot", f"S-{i}") for i in range(600)])
    workshop.follower.follow()
    with workshop.engine.connect() as connection:
        statuses = connection.execute(select(subscriptions.c.status)).scalars().all()
    assert statuses == ["ended"] * 600


def test_the_state_of_a_subscription_comes_back_as_it_was(workshop: Workshop) -> None:
    rich = signup(
        mc_amount1="0.00", period1="7 D", recur_times="3", subscr_effective="08:00:00 Feb 05, 2026 PST"
    )
    workshop.deliver(rich, paid("P1", "08:00:00 Feb 05, 2026 PST"))
    batch_ = workshop.book.after(0, 100)
    for cut in range(len(batch_) + 1):
        with workshop.engine.begin() as connection:
            connection.execute(subscriptions.delete())
            save_subscriptions(connection, batch_[:cut])
            save_subscriptions(connection, batch_[cut:])
        told = folded("subscription:S-1", workshop.book.streams(["subscription:S-1"])["subscription:S-1"])
        assert isinstance(told, Subscription)
        found = json.loads(workshop.queries.subscription("S-1") or b"")
        assert found == json.loads(json.dumps(subscription_document(told)))


def test_a_payout_is_found_among_the_transactions(workshop: Workshop) -> None:
    workshop.deliver(batch(record(1, "Unclaimed"), record(2), record(3, masspay_txn_id="")))
    workshop.follower.follow()
    found = workshop.queries.transactions(TransactionFilters(kind="payout"), 5, None)
    assert [json.loads(one)["txn_id"] for one in found.items] == ["payout:u-3", "M2", "M1"]
    (unclaimed,) = workshop.queries.transactions(TransactionFilters(status="unclaimed"), 5, None).items
    assert json.loads(unclaimed) == shown(workshop, "M1")
