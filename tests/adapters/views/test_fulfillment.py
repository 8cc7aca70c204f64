"""The queue's table: a row an event, the one before it superseded, the same in whatever batches."""

import json
import random
from typing import Any

import pytest
from sqlalchemy import delete, select

from adapters import slots
from adapters.acts import Acts
from adapters.tables import positions
from adapters.times import to_us
from adapters.view_tables import fulfillment
from adapters.views.fulfillment import stood_of
from domain.acting import Acting
from tests.adapters.workshop import Workshop
from tests.given import SHOP, case, follower, payment, pending


def rows(workshop: Workshop) -> list[dict[str, Any]]:
    with workshop.engine.connect() as connection:
        wanted = select(fulfillment).order_by(fulfillment.c.txn_id, fulfillment.c.version)
        return [dict(row) for row in connection.execute(wanted).mappings()]


def acts(workshop: Workshop, by: str, act: Any) -> None:
    Acts(workshop.book, SHOP, workshop.clock, lambda: None).act(by, act)


def claims(acting: Acting) -> None:
    acting.claim("T1", 60)


def recorded(workshop: Workshop, txn_id: str = "T1") -> list[int]:
    return [to_us(entry.at) for entry in workshop.book.streams([txn_id])[txn_id]]


def test_each_event_of_goods_is_a_row_and_supersedes_the_one_before(workshop: Workshop) -> None:
    workshop.deliver(pending())
    workshop.deliver(payment(invoice="i"))
    acts(workshop, "ann", claims)
    workshop.deliver(case())
    workshop.follower.follow()
    _, ready, claimed, held = recorded(workshop)
    told = [(row["version"], row["state"], row["since_us"], row["by"]) for row in rows(workshop)]
    assert told == [
        (2, "ready", ready, None),
        (3, "claimed", claimed, "ann"),
        (4, "held", held, "ann"),
    ]
    lasted = [(row["recorded_us"], row["superseded_us"]) for row in rows(workshop)]
    assert lasted == [(ready, claimed), (claimed, held), (held, None)]
    until = claimed + 60_000_000
    ends = [(row["until_us"], row["runs_out_us"]) for row in rows(workshop)]
    assert ends == [(None, None), (until, until), (until, None)]
    shown = json.loads(rows(workshop)[2]["told"])
    assert (shown["invoice"], shown["gross"], shown["doubts"][0]["rule"]) == ("i", "20.00", "case")


def test_what_has_no_goods_has_no_row(workshop: Workshop) -> None:
    workshop.deliver(pending(), follower("Refunded", "R1", "T9"))
    workshop.follower.follow()
    assert rows(workshop) == []


def test_a_row_of_the_table_is_read_back_as_it_stood(workshop: Workshop) -> None:
    workshop.deliver(payment())
    acts(workshop, "ann", claims)
    workshop.follower.follow()
    with workshop.engine.connect() as connection:
        found = connection.execute(select(fulfillment).where(fulfillment.c.version == 2)).mappings().one()
    stood = stood_of(found)
    assert (stood.state, stood.by) == ("claimed", "ann")
    assert (to_us(stood.since), stood.until and to_us(stood.until)) == (
        found["since_us"],
        found["until_us"],
    )


STORY = [
    payment(), payment("T2"), case(), pending("T3"), follower("Refunded", "R1", "T2", gross="-5.00"),
    payment("T3"), follower("Refunded", "R2", "T2", gross="-15.00"), payment("T4", gross="0.00"),
]  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_rows_are_the_same_in_whatever_batches_the_book_is_followed(workshop: Workshop, seed: int) -> None:
    for one in STORY:
        workshop.deliver(one)
    acts(workshop, "ann", lambda acting: acting.approve("T1", "fine"))
    acts(workshop, "ann", claims)
    acts(workshop, "ann", lambda acting: acting.fulfill("T1"))
    acts(workshop, "bob", lambda acting: acting.claim("T3", 10))
    workshop.follower.follow()
    at_once = rows(workshop)
    with workshop.engine.begin() as connection:
        connection.execute(delete(slots.table("fulfillment", "a")))
        connection.execute(delete(positions))
    draw, told = random.Random(seed), 1
    while told:
        told = workshop.follower.follow(draw.choice((1, 2, 3)))
    assert rows(workshop) == at_once


def test_nothing_that_people_did_is_lost_with_the_views(workshop: Workshop) -> None:
    workshop.deliver(payment())
    acts(workshop, "ann", claims)
    acts(workshop, "ann", lambda acting: acting.fulfill("T1", "DHL 1"))
    workshop.follower.follow()
    before = rows(workshop)
    with workshop.engine.begin() as connection:
        connection.execute(delete(slots.table("fulfillment", "a")))
        connection.execute(delete(positions))
    workshop.follower.follow()
    assert rows(workshop) == before
    assert json.loads(before[-1]["told"])["note"] == "DHL 1"
