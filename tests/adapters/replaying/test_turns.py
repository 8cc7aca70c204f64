"""Turns: messages where they were decided, acts where they were done, and what followed with each."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.acts import Acts
from adapters.mapper import type_name
from adapters.replaying.opening import open_to_look
from adapters.replaying.past import Past
from adapters.replaying.turns import Turn, overview, turns
from domain.events import PriceAgreed
from tests.adapters.replaying.story import ask_again
from tests.adapters.workshop import Workshop, open_workshop
from tests.given import follower, payment, pending

pytestmark = pytest.mark.usefixtures("any_engine")


@pytest.fixture
def workshop(any_engine: str, tmp_path: Path) -> Iterator[Workshop]:
    with open_workshop(tmp_path) as opened:
        yield opened


def told(workshop: Workshop) -> list[Turn]:
    with open_to_look(workshop.parts.database) as looking:
        past = Past(looking)
        kept = past.kept()
        return list(turns(past, kept.values(), overview(past).makers))


def in_short(turn: Turn) -> tuple[int | str | None, list[str]]:
    what = turn.n if turn.act is None else f"act of {turn.act[0]}"
    return what, [type_name(entry.event) for _, entry in turn.recorded]


def acts(workshop: Workshop) -> Acts:
    return Acts(workshop.book, workshop.shop, workshop.clock, lambda: None)


def test_messages_without_events_stand_among_those_of_their_batch(workshop: Workshop) -> None:
    workshop.deliver(b"x=1", payment(), payment(), pending("T2"), pending("T2"))
    workshop.deliver(payment("T2"), payment("T2"))
    assert list(map(in_short, told(workshop))) == [
        (1, []), (2, ["PaymentCompleted"]), (3, []), (4, ["PaymentPended"]), (5, []),
        (6, ["PaymentCompleted"]), (7, []),
    ]  # fmt: skip


def test_what_was_released_goes_with_what_released_it(workshop: Workshop) -> None:
    workshop.deliver(follower("Refunded", "R1", gross="-5.00"))
    workshop.deliver(payment())
    assert list(map(in_short, told(workshop))) == [
        (1, ["FollowerParked", "FollowerIdentified"]),
        (2, ["PaymentCompleted", "PaymentRefunded"]),
    ]


def test_an_act_is_a_turn_with_all_that_it_added(workshop: Workshop) -> None:
    workshop.deliver(payment(invoice="i"), payment("T2", invoice="i"))
    acts(workshop).act("ann", lambda it: it.approve("T1", "known"))
    acts(workshop).act("ann", lambda it: it.fulfill("T1"))
    acts(workshop).act("bob", lambda it: it.agree("i", PriceAgreed(Decimal(20), "USD")))
    workshop.deliver(payment(invoice="i"))
    found = list(map(in_short, told(workshop)))
    assert [what for what, _ in found] == [1, 2, "act of T1", "act of T1", "act of invoice:i", 3]
    assert found[3][1][:2] == ["GoodsFulfilled", "InvoiceServed"]
    assert found[4][1][0] == "PriceAgreed"
    assert overview_of(workshop) == (3, {1, 2})


def overview_of(workshop: Workshop) -> tuple[int, set[int]]:
    with open_to_look(workshop.parts.database) as looking:
        past = Past(looking)
        past.kept()
        found = overview(past)
    assert sum(found.by_rules.values()) == past.events
    return found.acts, found.makers


def test_what_was_only_vetted_again_begins_no_turn(workshop: Workshop) -> None:
    workshop.deliver(payment(item_number="BOOK-1"))
    workshop.shop = workshop.shop.__class__(receivers=workshop.shop.receivers)
    ask_again(workshop, [1])
    assert list(map(in_short, told(workshop))) == [(1, ["PaymentCompleted", "PaymentVetted"])]


def test_the_time_of_a_turn_is_when_it_was_recorded(workshop: Workshop) -> None:
    workshop.deliver(payment())
    at = workshop.at
    workshop.at += timedelta(hours=1)
    workshop.deliver(payment())
    first, second = told(workshop)
    assert first.at == at
    assert second.at == at + timedelta(hours=1, seconds=2)
    assert (first.position is None, second.position is None) == (False, True)
