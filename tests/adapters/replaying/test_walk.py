"""The walk: every turn decided again; what is late waits, what stumbles is said, what is unreadable stays."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.replaying.choosing import Wanted
from adapters.replaying.opening import open_to_look
from adapters.replaying.past import Past
from adapters.replaying.turns import overview
from adapters.replaying.walk import FAULT, Walk
from adapters.tables import notifications
from adapters.times import to_us
from domain.recording import Recording
from domain.vetting import Shop
from tests.adapters.replaying.story import ask_again
from tests.adapters.workshop import Workshop, open_workshop
from tests.given import SHOP, follower, payment, pending

pytestmark = pytest.mark.usefixtures("any_engine")


@pytest.fixture
def workshop(any_engine: str, tmp_path: Path) -> Iterator[Workshop]:
    with open_workshop(tmp_path) as opened:
        yield opened


def walked(workshop: Workshop, shop: Shop = SHOP, wanted: Wanted | None = None) -> Walk:
    with open_to_look(workshop.parts.database) as looking:
        past = Past(looking)
        kept = past.kept()
        walk = Walk(past, kept, overview(past), shop, wanted)
        walk.run(lambda _, __: None)
    return walk


def settled_at(workshop: Workshop, n: int, seconds: int) -> None:
    """Let it have been settled so much later, or earlier, by the clock of whoever settled it."""
    at_us = to_us(workshop.at + timedelta(seconds=seconds))
    with workshop.parts.book.begin() as connection:
        connection.execute(notifications.update().where(notifications.c.n == n).values(settled_us=at_us))


def test_every_message_is_decided_and_heard_of(workshop: Workshop) -> None:
    workshop.deliver(pending(), payment(), payment(), b"x=1")
    heard: list[tuple[int, int]] = []
    with open_to_look(workshop.parts.database) as looking:
        past = Past(looking)
        kept = past.kept()
        walk = Walk(past, kept, overview(past), SHOP)
        walk.run(lambda done, of: heard.append((done, of)))
    assert heard == [(4, 4)]
    assert {n: outcome for n, (outcome, _) in walk.outcomes.items()} == {
        1: "recorded", 2: "recorded", 3: "duplicate", 4: "unmodelled",
    }  # fmt: skip
    assert list(walk.worlds.apart()) == []


@pytest.mark.parametrize("seconds", [-5, -59])
def test_a_copy_that_seems_to_have_come_first_waits_for_the_first(workshop: Workshop, seconds: int) -> None:
    workshop.deliver(payment())
    workshop.deliver(payment())
    settled_at(workshop, 2, seconds)
    walk = walked(workshop)
    assert {n: outcome for n, (outcome, _) in walk.outcomes.items()} == {1: "recorded", 2: "duplicate"}
    assert list(walk.worlds.apart()) == []


def test_a_copy_that_is_none_is_decided_in_the_end(workshop: Workshop) -> None:
    workshop.deliver(payment())
    workshop.deliver(payment())
    workshop.deliver(payment("T2"), payment("T3"))
    stranger = Shop(receivers=frozenset({"new@example.com"}))
    assert {outcome for outcome, _ in walked(workshop, stranger).outcomes.values()} == {"refused"}


def test_where_the_code_of_today_stumbles_is_said(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop.deliver(payment(), payment("T2"))
    record = Recording.record

    def stumbles(self: Recording, said: object) -> object:
        if getattr(said, "n", None) == 1:
            raise ZeroDivisionError("T1 of Mr. Payer")
        return record(self, said)  # type: ignore[arg-type]

    monkeypatch.setattr(Recording, "record", stumbles)
    walk = walked(workshop)
    outcome, reason = walk.outcomes[1]
    assert (outcome, walk.outcomes[2][0]) == (FAULT, "recorded")
    assert reason is not None
    assert reason.startswith("ZeroDivisionError at test_walk.py")
    assert "Payer" not in reason


def test_a_body_that_is_gone_is_taken_as_it_was_recorded(workshop: Workshop) -> None:
    workshop.deliver(payment(), follower("Refunded", "R1", gross="-5.00"))
    with workshop.parts.inbox.begin() as connection:
        connection.exec_driver_sql("DELETE FROM deliveries WHERE n = 1")
    walk = walked(workshop)
    assert list(walk.worlds.apart()) == []
    assert (walk.decided, walk.skipped.unreadable) == (1, 1)


def test_what_messages_concern_is_noted_of_those_that_are_wanted(workshop: Workshop) -> None:
    workshop.deliver(payment(invoice="i"), payment("T2"), follower("Refunded", "R1", "T2"), payment("T3"))
    assert walked(workshop).concerned == set()
    assert walked(workshop, wanted=Wanted(spans=((1, 1),))).concerned == {"T1", "invoice:i"}
    assert walked(workshop, wanted=Wanted(spans=((3, 3),))).concerned == {"T2", "R1"}


def test_what_came_too_late_and_was_asked_for_again_is_told_as_it_was_then(workshop: Workshop) -> None:
    """It told its subscription something, so that it has events; its reason is that of the last time."""
    workshop.deliver(payment(status="Denied", subscr_id="S-1", txn_type="subscr_payment"))
    workshop.deliver(pending(subscr_id="S-1", txn_type="subscr_payment"))
    assert workshop.row(2)["reason"] == "the transaction is denied already"
    workshop.deliver(payment(subscr_id="S-1", txn_type="subscr_payment"))
    ask_again(workshop, [2])
    assert workshop.row(2)["reason"] == "the transaction is completed already"
    assert [entry.n for entry in workshop.book.streams(["subscription:S-1"])["subscription:S-1"]] == [1, 2, 3]
    walk = walked(workshop)
    assert walk.outcomes[2] == ("stale", "the transaction is completed already")
    assert list(walk.worlds.apart()) == []
    assert (walk.decided, walk.skipped.unreadable) == (3, 0)
