"""What would be otherwise: nothing where nothing changed, else exactly what the change concerns."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import MetaData, Table, select

from adapters.acts import Acts
from adapters.replaying.choosing import Wanted
from adapters.replaying.differences import Became, Message
from adapters.replaying.opening import open_to_look
from adapters.replaying.past import Past
from adapters.replaying.what_if import Found, WhatIf
from domain.acting import Acting
from domain.folding import fold
from domain.standing import describing
from domain.streams import is_transaction
from domain.vetting import Shop
from domain.vocabulary import Kind, Outcome, PaymentStatus, Verdict
from tests.adapters.replaying.story import OPEN, act, ask_again, letters, play, what_if, with_price
from tests.adapters.replaying.test_opening import STORES, digests
from tests.adapters.workshop import Workshop, open_workshop
from tests.engines import engine_now, store_in
from tests.given import SHOP, case, follower, payment

pytestmark = pytest.mark.usefixtures("any_engine")
SELLER_LEFT = replace(SHOP, receivers=frozenset({"new@example.com"}))
HOLDING = replace(SHOP, ship_unpriced=False)
NOTHING: tuple[list[Any], list[Any], dict[str, Any], list[Any]] = ([], [], {}, [])


@pytest.fixture
def workshop(any_engine: str, tmp_path: Path) -> Iterator[Workshop]:
    with open_workshop(tmp_path) as opened:
        yield opened


def differences(found: Found) -> tuple[list[Any], list[Any], dict[str, Any], list[Any]]:
    return found.messages, found.acts, found.stands, found.balances


def acting(workshop: Workshop) -> Acts:
    return Acts(workshop.book, workshop.shop, workshop.clock, lambda: None)


def confined(workshop: Workshop, shop: Shop, wanted: Wanted) -> Found:
    with open_to_look(workshop.parts.database) as looking:
        return WhatIf(Past(looking), shop, wanted=wanted).run()


def stood_otherwise(found: Found, kind: str = "transactions") -> dict[str, dict[str, tuple[Any, Any]]]:
    return {
        one.name: {change["field"]: (change["before"], change["after"]) for change in one.changed}
        for one in found.stands.get(kind, ())
    }


# ---- nothing changed ----


@pytest.mark.parametrize("seed", range(3))
def test_by_the_same_rules_nothing_would_be_otherwise(workshop: Workshop, seed: int) -> None:
    play(workshop, seed)
    found = what_if(workshop)
    assert found.acts_seen > 20
    assert found.decided == len(workshop.outcomes())
    assert differences(found) == NOTHING
    assert not found.differs


def test_the_batches_of_several_workers_differ_from_nothing(workshop: Workshop) -> None:
    """Each on a clock of its own, some a few seconds behind: what came second may say that it came first."""
    dice = Random(7)
    workshop.shop = OPEN
    bodies = letters(dice, 7)
    workshop.deliver(*bodies[:40])
    while bodies:
        some, bodies = bodies[:9], bodies[9:]
        workshop.at -= timedelta(seconds=dice.choice((0, 0, 4)))
        workshop.deliver(*some, *some[:2])
        act(workshop, dice, some)
    assert differences(what_if(workshop)) == NOTHING


@pytest.mark.parametrize("layout", ["1", "2", "3", "4"])
def test_a_store_of_an_earlier_layout_is_read_and_left_as_it_is(
    on_sqlite: str, layout: str, tmp_path: Path
) -> None:
    folder = shutil.copytree(STORES / layout, tmp_path / "earlier")
    before = digests(folder)
    with open_to_look(store_in(folder)) as looking:
        found = WhatIf(Past(looking), SHOP).run()
    assert differences(found) == NOTHING
    assert found.decided >= 20
    assert [one.number for one in found.rulings] == [None]
    assert digests(folder) == before


# ---- nothing is written ----


def all_rows(workshop: Workshop) -> dict[str, list[str]]:
    found = {}
    for engine in (workshop.parts.book, workshop.parts.inbox):
        there = MetaData()
        with engine.connect() as connection:
            there.reflect(connection)
            for name in there.tables:
                found[name] = sorted(map(repr, connection.execute(select(Table(name, there)))))
    return found


def test_not_a_row_and_not_a_byte_changes(workshop: Workshop) -> None:
    workshop.deliver(payment(), payment("T2"), payment(), follower("Refunded", "R1", "T9"))
    workshop.deliver(payment("T3", receiver_email="new@example.com"))
    workshop.claims.claim(10, 2**60)
    rows = all_rows(workshop)
    workshop.parts.close()
    files = digests(workshop.folder) if engine_now() == "sqlite" else {}
    assert what_if(workshop, SELLER_LEFT).differs
    if files:
        assert digests(workshop.folder) == files
    assert all_rows(workshop) == rows


# ---- something changed ----


def test_another_price_concerns_exactly_the_payments_of_that_item(workshop: Workshop) -> None:
    play(workshop, 5, people=())
    found = what_if(workshop, with_price(OPEN, "MUG-1", "13.00", "EUR"))
    assert (found.messages, found.acts, found.balances) == ([], [], [])
    assert set(found.stands) == {"transactions"}
    streams = {placed.originator_id for _, placed in workshop.book.after(0, 10_000)}
    sold = {stream for stream in streams if is_transaction(stream) and _sold_a_mug(workshop, stream)}
    changed = stood_otherwise(found)
    assert set(changed) == sold
    assert len(sold) > 3
    for change in changed.values():
        assert "at 13.00 EUR each" in json.dumps(change["doubts"][1])


def _sold_a_mug(workshop: Workshop, stream: str) -> bool:
    """Whether it was vetted by the price of a mug: it is a payment that arrived, in the currency of mugs."""
    top = describing(fold(stream, workshop.book.streams([stream])[stream]))
    if top is None or top.report.status is not PaymentStatus.COMPLETED or top.report.gross is None:
        return False
    mugs = [line for line in top.report.items if line.number == "MUG-1"]
    return bool(mugs) and top.report.kind is Kind.PAYMENT and top.report.gross.currency == "EUR"


def test_what_was_refused_would_be_recorded_and_the_other_way_round(workshop: Workshop) -> None:
    workshop.deliver(payment(), payment("T2", receiver_email="new@example.com", invoice="i-2"), payment())
    found = what_if(workshop, SELLER_LEFT)
    refused, recorded = Became("refused", "receiver"), Became("recorded", None)
    assert found.messages == [
        Message(1, recorded, refused),
        Message(2, refused, recorded),
        Message(3, Became("duplicate", None), refused),
    ]
    assert stood_otherwise(found) == {
        "T1": {"status": ("completed", "awaited"), "fulfillment": ("ready", "none")},
        "T2": {"status": ("awaited", "completed"), "fulfillment": ("none", "ready")},
    }
    assert stood_otherwise(found, "invoices") == {"i-2": {"paid_by": ([], ["T2"])}}
    assert found.balances == []


def test_the_sums_of_the_ledger_that_would_be_others_are_told_by_account(workshop: Workshop) -> None:
    workshop.deliver(payment(), payment("T2", receiver_email="new@example.com", gross="5.00", mc_fee="0.50"))
    workshop.deliver(payment("T3", receiver_email="old@example.com"))
    both = replace(SHOP, receivers=SHOP.receivers | {"new@example.com"})
    assert [(one.account, one.before, one.after) for one in what_if(workshop, both).balances] == [
        ("Assets:PayPal:USD", "19.12", "23.62"),
        ("Expenses:Fees:USD", "0.88", "1.38"),
        ("Income:Sales:USD", "-20.00", "-25.00"),
    ]


def test_what_was_released_later_is_compared_as_it_became(workshop: Workshop) -> None:
    workshop.deliver(follower("Refunded", "R1", gross="-5.00"))
    workshop.deliver(payment())
    assert workshop.outcomes() == ["recorded", "recorded"]
    assert differences(what_if(workshop)) == NOTHING
    # Without its payment it would wait for ever.
    stranger = replace(SHOP, receivers=frozenset({"new@example.com"}))
    found = what_if(workshop, stranger)
    assert {one.n: one.after.outcome for one in found.messages} == {1: "refused", 2: "refused"}


def test_an_act_that_could_not_be_done_is_told_in_words(workshop: Workshop) -> None:
    workshop.deliver(payment(item_number="BOOK-1"))
    acting(workshop).act("ann", lambda it: it.claim("T1", 600))
    acting(workshop).act("ann", lambda it: it.fulfill("T1", "sent"))
    found = what_if(workshop, HOLDING)
    assert [(one.what, one.stream, one.by, one.why) for one in found.acts] == [
        ("GoodsClaimed", "T1", "ann", "the goods of T1 are held: only ready goods can be claimed"),
        (
            "GoodsFulfilled",
            "T1",
            "ann",
            "the goods of T1 are held: only goods that are ready or claimed can leave",
        ),
    ]
    assert stood_otherwise(found)["T1"]["fulfillment"] == ("fulfilled", "held")


def test_goods_that_had_left_against_the_rules_have_left(workshop: Workshop) -> None:
    workshop.shop = HOLDING
    workshop.deliver(payment(item_number="BOOK-1"))
    acting(workshop).act("ann", lambda it: it.fulfill("T1", left_already=True))
    assert differences(what_if(workshop)) == NOTHING


def test_whoever_approved_approved_what_he_saw(workshop: Workshop) -> None:
    workshop.shop = HOLDING
    workshop.deliver(payment(item_number="BOOK-1"))
    acting(workshop).act("ann", lambda it: it.approve("T1", "known to me"))
    found = what_if(workshop, with_price(HOLDING, "BOOK-1", "25.00", "USD"))
    assert found.acts == []
    assert stood_otherwise(found)["T1"]["fulfillment"] == ("ready", "held")


def test_claims_are_compared_at_their_own_times(workshop: Workshop) -> None:
    workshop.deliver(payment())

    def claims(by: str, seconds: int) -> None:
        acting(workshop).act(by, lambda it: it.claim("T1", seconds))

    claims("ann", 5)
    workshop.at += timedelta(seconds=10)
    claims("bob", 600)  # ann's had run out by then
    assert differences(what_if(workshop)) == NOTHING


def test_a_todo_that_would_not_have_been_is_told(workshop: Workshop) -> None:
    workshop.deliver(payment(), case())

    def close(it: Acting) -> None:
        it.close_todo("T1", "answer_case:T1:PP-1", "answered")

    acting(workshop).act("ann", close)
    assert differences(what_if(workshop)) == NOTHING
    found = what_if(workshop, replace(SHOP, live=True))
    assert [(one.what, one.why) for one in found.acts] == [
        ("TodoDone", "answer_case:T1:PP-1 is not to be done then"),
    ]


# ---- confined, skipped, and said ----


def test_numbers_confine_what_is_listed_and_not_what_is_walked(workshop: Workshop) -> None:
    workshop.deliver(payment(), payment("T2"), follower("Refunded", "R1", "T2", gross="-5.00"), payment("T3"))
    found = confined(workshop, SELLER_LEFT, Wanted(spans=((3, 3), (9, 9))))
    assert [one.n for one in found.messages] == [3]
    assert set(stood_otherwise(found)) == {"T2"}
    assert found.decided == 4
    assert found.not_there == [(9, 9)]
    refused = confined(workshop, SELLER_LEFT, Wanted(outcomes=frozenset({Outcome.REFUSED})))
    assert not refused.differs


def test_purged_and_waiting_and_unverified_ones_are_counted(workshop: Workshop) -> None:
    workshop.deliver(payment(), payment())
    workshop.deliver(b"forged=1", verdict=Verdict.INVALID)
    with workshop.parts.book.begin() as connection:
        connection.exec_driver_sql("UPDATE notifications SET purged_us = 1 WHERE n = 2")
    with workshop.parts.inbox.begin() as connection:
        connection.exec_driver_sql("DELETE FROM deliveries WHERE n = 2")
    workshop.claim(payment("T4"))
    found = what_if(workshop)
    assert differences(found) == NOTHING
    skipped = found.skipped
    assert (skipped.purged, skipped.unverified, skipped.waiting, skipped.unreadable) == (1, 2, 0, 0)


def test_what_nobody_can_read_any_more_is_taken_as_it_was_recorded(workshop: Workshop) -> None:
    workshop.deliver(payment(), follower("Refunded", "R1", gross="-5.00"))
    with workshop.parts.inbox.begin() as connection:
        connection.exec_driver_sql("DELETE FROM deliveries WHERE n = 1")
    found = what_if(workshop)
    assert differences(found) == NOTHING
    assert (found.decided, found.skipped.unreadable) == (1, 1)


def test_asking_again_by_other_rules_leaves_nothing_that_differs(workshop: Workshop) -> None:
    workshop.deliver(payment(item_number="BOOK-1"), payment("T2", receiver_email="new@example.com"))
    workshop.shop = replace(HOLDING, receivers=SHOP.receivers | {"new@example.com"})
    assert what_if(workshop).differs
    ask_again(workshop, [1, 2])
    assert differences(what_if(workshop)) == NOTHING
