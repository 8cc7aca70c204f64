"""Customers in their tables: a sum over transactions, in whatever order and batches they are told."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import delete, select

from adapters import slots
from adapters.tables import positions
from adapters.times import to_us
from adapters.view_tables import customer_sums, customers
from adapters.views.customers import folded, save
from adapters.views.registry import PROJECTIONS
from adapters.views.steps import Step
from domain.streams import grown, new
from tests.adapters.conftest import Shelf
from tests.adapters.workshop import Workshop
from tests.given import NOON, MemoryBook, authorization, capture, case, follower, order, payment, pending
from tests.given_streams import batch, paid, record

ADDRESS = {"address_street": "Weg 1", "address_city": "Ulm", "address_status": "unconfirmed"}
SLOT = {name: slots.table(name, slots.FIRST) for name in PROJECTIONS["customers"].tables}
Rows = tuple[list[dict[str, Any]], list[dict[str, Any]]]


def tables_of(engine: Any) -> Rows:
    with engine.connect() as connection:
        first, second = (
            [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]
            for table in (customers, customer_sums)
        )
    return first, second


def followed(workshop: Workshop, *bodies: bytes) -> Rows:
    workshop.deliver(*bodies)
    workshop.follower.follow()
    return tables_of(workshop.engine)


def sums(rows: Rows) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in rows[1]]


def test_a_row_is_what_was_told_of_a_payer(workshop: Workshop) -> None:
    told = payment(
        first_name="Jörg", charset="utf-8", payer_email="Buyer@Example.COM", residence_country="DE", **ADDRESS
    )
    ((row,), _) = followed(workshop, told)
    (entry,) = workshop.book.streams(["T1"])["T1"]
    assert row == {
        "payer_id": "PAYER1",
        "name": "Jörg",
        "name_position": 1,
        "name_folded": "jörg",
        "email": "Buyer@Example.COM",
        "email_position": 1,
        "email_folded": "buyer@example.com",
        "country": "DE",
        "country_position": 1,
        "address": '{"name":null,"street":"Weg 1","city":"Ulm","state":null,"zip":null,"country":null,'
        '"confirmed":false}',
        "address_position": 1,
        "first_heard_us": to_us(entry.at),
        "last_changed_us": to_us(entry.at),
    }


def test_each_thing_is_as_last_told(workshop: Workshop) -> None:
    followed(workshop, payment(first_name="Ann", payer_email="a@b", **ADDRESS))
    ((row,), _) = followed(workshop, payment("T2", first_name="Anne"), authorization(payer_email="c@d"))
    assert (row["name"], row["email"], row["country"]) == ("Anne", "c@d", None)
    assert '"Weg 1"' in row["address"]
    assert row["first_heard_us"] < row["last_changed_us"]


def test_payments_are_counted_and_summed_in_each_currency(workshop: Workshop) -> None:
    euros = (
        payment("T2", gross="12.50", mc_currency="EUR"),
        payment("T4", gross="150", mc_currency="JPY", mc_fee="5"),
    )
    found = followed(
        workshop, payment(), *euros, payment("T3", gross="5.00"), payment("X", payer_id="PAYER2")
    )
    assert sums(found) == [
        ("PAYER1", "EUR", 1, 1250, 0, 0),
        ("PAYER1", "JPY", 1, 150, 0, 0),
        ("PAYER1", "USD", 2, 2500, 0, 0),
        ("PAYER2", "USD", 1, 2000, 0, 0),
    ]


def test_what_comes_later_moves_the_sums(workshop: Workshop) -> None:
    assert sums(followed(workshop, pending())) == []
    assert sums(followed(workshop, payment())) == [("PAYER1", "USD", 1, 2000, 0, 0)]
    assert sums(followed(workshop, follower("Refunded", "R1", gross="-5.00"))) == [
        ("PAYER1", "USD", 1, 2000, 500, 0)
    ]
    assert sums(followed(workshop, follower("Reversed", "V1", gross="-15.00"))) == [
        ("PAYER1", "USD", 1, 2000, 500, 1500)
    ]
    ((before,), _) = tables_of(workshop.engine)
    found = followed(workshop, follower("Canceled_Reversal", "W1", gross="15.00"))
    assert sums(found) == [("PAYER1", "USD", 1, 2000, 500, 0)]
    assert found[0][0]["last_changed_us"] > before["last_changed_us"]


def test_what_changes_nothing_changes_nothing(workshop: Workshop) -> None:
    before = followed(workshop, payment())
    assert followed(workshop, case()) == before


def test_a_payment_that_is_another_payers_moves(workshop: Workshop) -> None:
    followed(workshop, payment())
    rows, found = followed(workshop, payment(payer_id="PAYER2", gross="19.00"))
    assert [row["payer_id"] for row in rows] == ["PAYER1", "PAYER2"]
    assert [tuple(row.values()) for row in found] == [
        ("PAYER1", "USD", 0, 0, 0, 0),
        ("PAYER2", "USD", 1, 1900, 0, 0),
    ]


def test_more_payers_than_one_statement_takes(workshop: Workshop) -> None:
    bodies = [payment(f"T{n}", payer_id=f"P{n}") for n in range(600)]
    followed(workshop, *bodies)
    rows, found = followed(workshop, *(follower("Refunded", f"R{n}", f"T{n}") for n in range(600)))
    assert len(rows) == len(found) == 600
    assert {row["refunded"] for row in found} == {2000}


@pytest.mark.parametrize(("text", "expected"), [(None, None), ("ÉA", "éa")])
def test_a_text_is_looked_for_without_regard_to_case(text: str | None, expected: str | None) -> None:
    assert folded(text) == expected


# ---- any order, any batches ----

STORY = (
    payment(first_name="A"), payment("T2", payer_id="PAYER2"), pending("T3", payer_email="x@y"),
    payment("T3", first_name="B"), payment(payer_id="PAYER2", gross="19.00"),
    follower("Refunded", "R1", gross="-5.00"), follower("Reversed", "V1", "T2"),
    authorization(payer_id="PAYER3", first_name="C"),
    capture("C1", gross="5.00", payer_id="PAYER3"), order(**ADDRESS),
    payment("T4", gross="7.00", mc_currency="EUR", first_name="D", payer_email="z@y"),
    paid("T5", ""), batch(record(1)), case(),
    follower("Canceled_Reversal", "W1", "T2", gross="20.00"), payment("T2", "Denied", payer_id="PAYER2"),
)  # fmt: skip


def steps_of(book: MemoryBook) -> list[Step]:
    """Each event once, in the order of the book."""
    return sorted(_steps(book), key=lambda step: step.position)


def _steps(book: MemoryBook) -> Iterator[Step]:
    order_of = {
        id(entry): n for n, entry in enumerate(sorted(_entries(book), key=lambda entry: entry.at), start=1)
    }
    for stream, entries in book.streams.items():
        if PROJECTIONS["customers"].wants(stream):
            before = new(stream)
            for version, entry in enumerate(entries, start=1):
                after = grown(before, entry)
                yield Step(order_of[id(entry)], stream, version, entry, before, after)
                before = after


def _entries(book: MemoryBook) -> list[Any]:
    return [entry for entries in book.streams.values() for entry in entries]


@pytest.mark.parametrize("seed", range(6))
def test_streams_commute_whatever_the_batches(shelf: Shelf, seed: int) -> None:
    rolled = random.Random(seed)
    steps = steps_of(MemoryBook().deliver(*rolled.sample(STORY, len(STORY))))
    with shelf.book.begin() as connection:
        save(connection, SLOT, steps)
    at_once = tables_of(shelf.book)
    assert len(at_once[0]) == 3
    with shelf.book.begin() as connection:
        for table in SLOT.values():
            connection.execute(delete(table))
        # Stream after stream, as if all of them had been set aside and were told later, a batch at a time.
        names = sorted({step.stream for step in steps})
        rolled.shuffle(names)
        late = [step for name in names for step in steps if step.stream == name]
        while late:
            size = rolled.randint(1, 4)
            save(connection, SLOT, late[:size])
            late = late[size:]
    assert tables_of(shelf.book) == at_once


def test_of_two_batches_the_later_telling_stands_whichever_is_written_first(shelf: Shelf) -> None:
    stories = (payment(first_name="Ann", payer_email="a@b"), payment("T2", first_name="Anne", **ADDRESS))
    first, second = steps_of(MemoryBook().deliver(*stories))
    found = []
    for told in ((first, second), (second, first)):
        with shelf.book.begin() as connection:
            for table in SLOT.values():
                connection.execute(delete(table))
            for step in told:
                save(connection, SLOT, [step])
        found.append(tables_of(shelf.book))
    with shelf.book.begin() as connection:
        for table in SLOT.values():
            connection.execute(delete(table))
        # Stream after stream in one batch, as who audits tells them.
        save(connection, SLOT, [second, first])
    found.append(tables_of(shelf.book))
    assert found[0] == found[1] == found[2]
    ((row,), _) = found[0]
    assert (row["name"], row["name_folded"], row["name_position"]) == ("Anne", "anne", second.position)
    assert (row["email"], row["email_position"]) == ("a@b", first.position)
    assert row["first_heard_us"] < row["last_changed_us"]


def test_the_sums_are_those_of_the_documents(workshop: Workshop) -> None:
    _, found = followed(workshop, *STORY)
    documents = [workshop.queries.transaction(txn_id) for txn_id in ("T1", "T2", "T3", "T4", "T5", "C1")]
    assert all(documents)
    assert {
        (row["payer_id"], row["currency"]): (row["payments"], row["paid"], row["refunded"]) for row in found
    } == {
        ("PAYER1", "USD"): (2, 3000, 0),
        ("PAYER1", "EUR"): (1, 700, 0),
        ("PAYER2", "USD"): (2, 3900, 500),
        ("PAYER3", "USD"): (1, 500, 0),
    }
    assert workshop.at > NOON


def test_dropped_and_folded_from_nothing_they_are_the_same(workshop: Workshop) -> None:
    told = [followed(workshop, body) for body in STORY][-1]
    with workshop.engine.begin() as connection:
        for table in SLOT.values():
            connection.execute(delete(table))
        connection.execute(delete(positions).where(positions.c.projection == "customers"))
    assert tables_of(workshop.engine) == ([], [])
    workshop.follower.follow()
    assert tables_of(workshop.engine) == told
