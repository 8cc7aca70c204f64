"""To-dos of transactions in their table: opened, closed and opened again in step with the transactions."""

from typing import Any

from sqlalchemy import select

from adapters.tables import todos
from adapters.times import to_us
from adapters.todo_rows import TodoRows
from adapters.views import save_transactions
from tests.adapters.workshop import Workshop
from tests.given import follower, payment, pending
from tests.given_streams import batch, record


def rows(workshop: Workshop) -> list[dict[str, Any]]:
    with workshop.engine.connect() as connection:
        return [dict(row) for row in connection.execute(select(todos).order_by(todos.c.id)).mappings()]


def followed(workshop: Workshop, *bodies: bytes) -> list[dict[str, Any]]:
    workshop.deliver(*bodies)
    workshop.follower.follow()
    return rows(workshop)


def test_a_row_says_what_when_and_by_which_delivery(workshop: Workshop) -> None:
    (row,) = followed(workshop, payment("T0"), pending(reason="multi_currency"))
    (entry,) = workshop.book.streams(["T1"])["T1"]
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
    (after,) = followed(workshop, payment())
    assert after == before | {"open": False, "note": "settled by itself"}


def test_what_opened_and_closed_within_a_batch_is_told_too(workshop: Workshop) -> None:
    (row,) = followed(workshop, pending(reason="multi_currency"), payment())
    assert (row["id"], row["open"], row["n"]) == ("accept_currency:T1", False, 1)


def test_what_holds_again_is_open_again(workshop: Workshop) -> None:
    story = [
        payment(),
        follower("Refunded", "R1", gross="-5.00"),
        follower("Reversed", "V1"),
        follower("Canceled_Reversal", "W1", gross="20.00"),
    ]
    (closed,) = followed(workshop, *story)
    again = follower("Reversed", "V2", payment_date="10:00:00 Nov 24, 2026 PST")
    (opened,) = followed(workshop, again)
    assert (closed["open"], closed["n"], closed["note"]) == (False, 3, "settled by itself")
    assert (opened["open"], opened["n"], opened["note"]) == (True, 5, None)
    assert opened["since_us"] > closed["since_us"]


def test_a_payout_without_an_id_of_paypals_has_an_id_that_stands_in_an_address(workshop: Workshop) -> None:
    nameless = {"masspay_txn_id": "", "unique_id": "a/b c"}
    (row,) = followed(workshop, batch(record(1, **nameless)), batch(record(1, "Failed", **nameless)))
    assert (row["id"], row["txn_id"]) == ("contradiction:payout:a~2Fb~20c", "payout:a/b c")


def test_more_transactions_than_one_statement_takes(workshop: Workshop) -> None:
    assert len(followed(workshop, *[pending(f"T{i}", reason="unilateral") for i in range(600)])) == 600
    after = followed(workshop, *[payment(f"T{i}") for i in range(600)])
    assert [row["open"] for row in after] == [False] * 600


def test_a_row_of_another_transaction_is_left_alone(workshop: Workshop) -> None:
    (first,) = followed(workshop, pending("T1", reason="unilateral"))
    found = followed(workshop, pending("T2", reason="unilateral"), payment("T3"))
    assert found[0] == first
    assert len(found) == 2


def test_nothing_is_written_where_nothing_changed(workshop: Workshop) -> None:
    workshop.deliver(pending(reason="unilateral"))
    batch_ = workshop.book.after(0, 5)
    with workshop.engine.begin() as connection:
        save_transactions(connection, batch_)
        before = connection.connection.driver_connection.total_changes  # type: ignore[union-attr]
        TodoRows(connection, ["T1"]).save()
        TodoRows(connection, []).save()
        assert connection.connection.driver_connection.total_changes == before  # type: ignore[union-attr]
