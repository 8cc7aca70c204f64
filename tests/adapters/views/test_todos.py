"""To-dos in their tables: opened, closed and opened again in step with the book, in whatever batches."""

import random
from typing import Any

import pytest
from sqlalchemy import delete, select

from adapters import slots
from adapters.acts import Acts
from adapters.tables import positions
from adapters.times import to_us
from adapters.view_tables import todo_closings, todos
from adapters.views.registry import PROJECTIONS
from adapters.views.todos import wants
from projections.todos.kinds import TodoKind
from projections.todos.names import todo_id
from projections.todos.rows import rows_of
from tests.adapters.workshop import Workshop
from tests.given import SHOP, authorization, case, follower, payment, pending
from tests.given_streams import batch, record


def table_of(workshop: Workshop, table: Any) -> list[dict[str, Any]]:
    with workshop.engine.connect() as connection:
        wanted = select(table).order_by(*table.primary_key)
        return [dict(row) for row in connection.execute(wanted).mappings()]


def rows(workshop: Workshop) -> list[dict[str, Any]]:
    return table_of(workshop, todos)


def followed(workshop: Workshop, *bodies: bytes) -> list[dict[str, Any]]:
    workshop.deliver(*bodies)
    workshop.follower.follow()
    return rows(workshop)


def close(workshop: Workshop, stream: str, name: str, note: str | None = "seen") -> None:
    acts = Acts(workshop.book, SHOP, workshop.clock, lambda: None)
    acts.act("Ann", lambda acting: acting.close_todo(stream, name, note))


def by_id(found: list[dict[str, Any]], name: str) -> dict[str, Any]:
    (row,) = (row for row in found if row["id"] == name)
    return row


def test_transactions_and_closed_to_dos_are_wanted() -> None:
    streams = ("T1", "payout:u-1", "todo:refused:1", "invoice:abc-1", "subscription:S-1")
    assert [stream for stream in streams if wants(stream)] == ["T1", "payout:u-1", "todo:refused:1"]


def test_a_row_says_what_when_and_by_which_delivery(workshop: Workshop) -> None:
    found = followed(workshop, payment("T0"), pending(reason="multi_currency"))
    (entry,) = workshop.book.streams(["T1"])["T1"]
    row = by_id(found, "accept_currency:T1")
    assert row.pop("what").startswith("Accept or deny the payment of 20.00 USD in PayPal: ")
    assert row == {
        "id": "accept_currency:T1",
        "kind": "accept_currency",
        "txn_id": "T1",
        "n": 2,
        "since_us": to_us(entry.at),
        "due_us": 1_797_783_179_000_000,
        "open": True,
        "closed_by": None,
        "note": None,
    }


def test_what_settles_itself_stays_as_a_closed_row(workshop: Workshop) -> None:
    (before,) = followed(workshop, pending(reason="multi_currency"))
    after = by_id(followed(workshop, payment()), "accept_currency:T1")
    assert after == before | {"open": False, "note": "settled by itself"}


def test_what_opened_and_closed_within_a_batch_is_told_too(workshop: Workshop) -> None:
    row = by_id(followed(workshop, pending(reason="multi_currency"), payment()), "accept_currency:T1")
    assert (row["open"], row["n"]) == (False, 1)


def test_each_case_has_a_row(workshop: Workshop) -> None:
    found = followed(workshop, payment(), case("PP-1"), case("PP-2"))
    assert [row["id"] for row in found if row["open"]] == ["answer_case:T1:PP-1", "answer_case:T1:PP-2"]
    again = followed(workshop, case("PP-2", case_type="chargeback"))
    assert by_id(again, "answer_case:T1:PP-1") == by_id(found, "answer_case:T1:PP-1")
    assert "chargeback" in by_id(again, "answer_case:T1:PP-2")["what"]


def test_what_is_to_come_is_written_with_its_time(workshop: Workshop) -> None:
    (row,) = followed(workshop, authorization())
    assert row["since_us"] == row["due_us"] - 3 * 86_400_000_000 > to_us(workshop.at)


def test_a_payout_without_an_id_of_paypals_has_an_id_that_stands_in_an_address(workshop: Workshop) -> None:
    nameless = {"masspay_txn_id": "", "unique_id": "a/b c"}
    (row,) = followed(workshop, batch(record(1, **nameless)), batch(record(1, "Failed", **nameless)))
    assert (row["id"], row["txn_id"]) == ("contradiction:payout:a~2Fb~20c", "payout:a/b c")
    close(workshop, "payout:a/b c", row["id"])
    (closed,) = followed(workshop)
    assert (closed["open"], closed["closed_by"]) == (False, "Ann")


def test_more_transactions_than_one_statement_takes(workshop: Workshop) -> None:
    assert len(followed(workshop, *[pending(f"T{i}", reason="unilateral") for i in range(600)])) == 600
    after = followed(workshop, *[payment(f"T{i}") for i in range(600)])
    assert [row["open"] for row in after if row["kind"] == "unilateral"] == [False] * 600


def test_a_row_of_another_transaction_is_left_alone(workshop: Workshop) -> None:
    (first,) = followed(workshop, pending("T1", reason="unilateral"))
    found = followed(workshop, pending("T2", reason="unilateral"), payment("T3"))
    assert by_id(found, "unilateral:T1") == first
    assert len(found) == 3


def test_a_person_closes_a_row_and_the_facts_open_it_again(workshop: Workshop) -> None:
    (opened, _) = followed(workshop, payment(), case())
    close(workshop, "T1", "answer_case:T1:PP-1")
    closed = by_id(followed(workshop), "answer_case:T1:PP-1")
    assert closed == opened | {"open": False, "closed_by": "Ann", "note": "seen"}
    assert by_id(followed(workshop, follower("Refunded", "R1", gross="-5.00")), opened["id"]) == closed
    again = by_id(followed(workshop, case(case_type="chargeback")), opened["id"])
    assert (again["open"], again["closed_by"], again["note"], again["n"]) == (True, None, None, 4)


def test_what_no_transaction_tells_of_is_remembered_as_closed(workshop: Workshop) -> None:
    close(workshop, "todo:refused:1", "refused:1")
    news = todo_id(TodoKind.DRIFT, "field", "a b/c")
    close(workshop, f"todo:{news}", news, None)
    assert followed(workshop) == []
    first, second = table_of(workshop, todo_closings)
    assert (first["place"], first["note"]) == ("drift:field:a b/c", None)
    (entry,) = workshop.book.streams(["todo:refused:1"])["todo:refused:1"]
    assert second == {"place": "refused:1", "closed_by": "Ann", "note": "seen", "closed_us": to_us(entry.at)}


def test_nothing_is_written_where_nothing_changed(workshop: Workshop) -> None:
    followed(workshop, payment())
    workshop.deliver(follower("Refunded", "R1", gross="-5.00"), follower("Refunded", "R2", gross="-5.00"))
    before = rows(workshop)
    workshop.follower.follow()
    assert [row["kind"] for row in rows(workshop)] == ["look", "ship"]
    assert by_id(rows(workshop), "ship:T1") == by_id(before, "ship:T1") | {
        "open": False,
        "note": "settled by itself",
    }


STORY = (
    payment(), payment("T2", invoice="abc-1"), payment("T3", invoice="abc-1"), pending("T4"), case(),
    case("PP-2"), case(case_type="chargeback"), follower("Reversed", "V1"), authorization(), payment("T4"),
    follower("Refunded", "R2", "T2"), follower("Canceled_Reversal", "W1", gross="20.00"),
    payment("T3", "Denied", invoice="abc-1"),
)  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_nothing_a_person_did_is_lost_by_dropping_every_view(workshop: Workshop, seed: int) -> None:
    rolled = random.Random(seed)
    for body in rolled.sample(STORY, len(STORY)):
        workshop.deliver(body)
        if rolled.random() < 0.5:
            workshop.follower.follow()
        if rolled.random() < 0.5 and (asked := [row for row in rows(workshop) if row["open"]]):
            one = rolled.choice(asked)
            close(workshop, one["txn_id"], one["id"])
    close(workshop, "todo:refused:1", "refused:1")
    workshop.follower.follow()
    told = rows(workshop), table_of(workshop, todo_closings)
    assert any(row["closed_by"] for row in told[0])
    with workshop.engine.begin() as connection:
        for name in PROJECTIONS["todos"].tables:
            connection.execute(delete(slots.table(name, slots.FIRST)))
        connection.execute(delete(positions).where(positions.c.projection == "todos"))
    assert rows(workshop) == []
    workshop.follower.follow()
    assert (rows(workshop), table_of(workshop, todo_closings)) == told
    folded = [
        row
        for txn_id in ("T1", "T2", "T3", "T4", "A1")
        for row in rows_of(txn_id, workshop.book.streams([txn_id])[txn_id]).values()
    ]
    assert {(row.id, row.open, row.closed_by, to_us(row.since)) for row in folded} == {
        (row["id"], row["open"], row["closed_by"], row["since_us"]) for row in told[0]
    }
