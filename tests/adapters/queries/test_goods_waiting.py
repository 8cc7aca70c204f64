"""How many goods wait, by state: counted by an index, and no further than anybody wants to know."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from adapters.acts import Acts
from adapters.queries import goods_waiting as module
from domain.vocabulary import Fulfillment
from tests.adapters.workshop import Workshop
from tests.given import case, follower, payment, pending
from tests.plans import asked, sqlite_plans

HELD, READY, CLAIMED, RECALL = (
    Fulfillment.HELD, Fulfillment.READY, Fulfillment.CLAIMED, Fulfillment.RECALL,
)  # fmt: skip


def acts(workshop: Workshop, act: Any) -> None:
    Acts(workshop.book, workshop.shop, workshop.clock, workshop.follower.follow).act("ann", act)


def stocked(workshop: Workshop) -> None:
    names = ("T1", "T2", "claimed", "held", "fulfilled", "recall", "withdrawn")
    workshop.deliver(*(payment(name) for name in names), pending("T9"))
    acts(workshop, lambda acting: acting.claim("claimed", 60))
    for name in ("fulfilled", "recall"):
        acts(workshop, lambda acting, name=name: acting.fulfill(name))
    workshop.deliver(case(txn_id="held"), follower("Refunded", "R1", "recall"))
    workshop.deliver(follower("Refunded", "R2", "withdrawn"))
    workshop.follower.follow()


def test_in_an_empty_house_nothing_waits(workshop: Workshop) -> None:
    assert workshop.queries.goods_waiting() == {HELD: 0, READY: 0, CLAIMED: 0, RECALL: 0}


def test_what_waits_is_counted_by_state(workshop: Workshop) -> None:
    stocked(workshop)
    assert workshop.queries.goods_waiting() == {HELD: 1, READY: 2, CLAIMED: 1, RECALL: 1}


def test_a_claim_that_ran_out_counts_as_ready(workshop: Workshop) -> None:
    stocked(workshop)
    with workshop.engine.connect() as book:
        until = workshop.at + timedelta(seconds=60)
        counted = module.goods_waiting(book, until)
    assert counted == {HELD: 1, READY: 3, CLAIMED: 0, RECALL: 1}


def test_beyond_a_limit_it_is_only_said_that_there_are_more(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "COUNTED_MAX", 1)
    stocked(workshop)
    assert workshop.queries.goods_waiting()[READY] == 2
    workshop.deliver(payment("T3"), payment("T4"))
    workshop.follower.follow()
    assert workshop.queries.goods_waiting()[READY] == 2


def test_an_index_answers(workshop: Workshop, on_sqlite: str) -> None:
    now: datetime = workshop.clock()
    with workshop.engine.connect() as book:
        with asked(book) as sent:
            module.goods_waiting(book, now)
        plans = sqlite_plans(book, sent)
    searched = [line for line in plans if "fulfillment" in line]
    assert searched
    assert all("USING" in line and "INDEX" in line for line in searched), plans
