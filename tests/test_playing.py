"""The model that plays against the program knows its own mind: by hand, where a merchant could check it."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from domain.act_events import GoodsClaimed, GoodsFulfilled, GoodsReleased
from domain.events import Entry, Event
from tests.given import (
    NOON,
    adjustment,
    authorization,
    capture,
    case,
    follower,
    order,
    payment,
    pending,
)
from tests.given_streams import batch, charged, paid, profiled, record, signup
from tests.playing.facts import Agreed, Case, Closed, Fact, Follower, Known, Own
from tests.playing.goods import Act, People, held_by_two, orders
from tests.playing.tally import tallied

HOLD = follower("Reversed", "V1", gross="-19.12", mc_fee="-0.88")
CASH = {
    # what bodies say of T1 (a sale of 20.00, of which PayPal keeps 0.88), and what then lies with PayPal
    "a sale": ([payment()], {"USD": "19.12"}),
    "a sale without a fee": ([payment(mc_fee="")], {"USD": "20.00"}),
    "in yen": ([payment(gross="2000", mc_fee="88", mc_currency="JPY")], {"JPY": "1912"}),
    "what waits": ([pending(), payment(status="Denied")], {}),
    "a promise": ([authorization("T1"), order("T1")], {}),
    "a capture": ([capture("T1")], {"USD": "19.12"}),
    "completed and denied": ([payment(), payment(status="Denied")], {"USD": "19.12"}),
    "two amounts": ([payment(), payment(gross="25.00")], {"USD": "19.12"}),
    "refunded, the fee kept": ([payment(), follower("Refunded", "R1")], {"USD": "-0.88"}),
    "refunded with its fee": ([payment(), follower("Refunded", "R1", mc_fee="-0.88")], {}),
    "a refund as the simulator writes it": (
        [payment(), follower("Refunded", "R1", gross="20.00")],
        {"USD": "-0.88"},
    ),
    "a refund told with two amounts": (
        [payment(), follower("Refunded", "R1", gross="-5.00"), follower("Refunded", "R1", gross="-6.00")],
        {"USD": "13.12"},
    ),
    "pulled back in full": ([payment(), follower("Reversed", "V1", mc_fee="-0.88")], {}),
    "held net of fee": ([payment(), HOLD], {}),
    "held and released": (
        [payment(), HOLD, follower("Canceled_Reversal", "W1", gross="19.12")],
        {"USD": "19.12"},
    ),
    "released with its fee named": (
        [payment(), HOLD, follower("Canceled_Reversal", "W1", gross="19.12", mc_fee="0.88")],
        {"USD": "19.12"},
    ),
    "a case lost": (
        [payment(), HOLD, follower("Canceled_Reversal", "W1", gross="19.12"), follower("Refunded", "R1")],
        {"USD": "-0.88"},
    ),
    "a chargeback lost, with its fee": (
        [
            payment(),
            HOLD,
            follower("Canceled_Reversal", "W1", gross="19.12"),
            adjustment("X1", "V1", gross="-20.00"),
            adjustment("X2", "X1", gross="", payment_fee="-20.00"),
        ],
        {"USD": "-20.88"},
    ),
    "a case": ([payment(), case()], {"USD": "19.12"}),
    "converted": (
        [payment(settle_amount="17.21", settle_currency="EUR", exchange_rate="0.900105")],
        {"EUR": "17.21"},
    ),
    "a cycle": ([signup(), paid("T1", "10:00:00 Nov 20, 2026 PST")], {"USD": "9.12"}),
    "a profile's first payment, told twice": (
        [
            profiled(
                "profile_created",
                initial_payment_status="Completed",
                initial_payment_txn_id="T1",
                initial_payment_amount="10.00",
            ),
            charged("T1", "10:00:00 Nov 20, 2026 PST"),
        ],
        {"USD": "9.12"},
    ),
    "payouts": ([batch(record(1), record(2, "Unclaimed"), record(3, "Failed"))], {"USD": "-10.20"}),
    "a payout that came back": ([batch(record(1)), batch(record(1, "Returned"))], {}),
}


@pytest.mark.parametrize("name", CASH)
def test_what_lies_with_paypal_is_tallied_from_bodies_alone(name: str) -> None:
    bodies, expected = CASH[name]
    for told in (bodies, bodies[::-1]):
        found: dict[str, Decimal] = {}
        for accounts in tallied(told).moved.values():
            assert sum(accounts.values()) == 0 or "converted" in name
            for account, amount in accounts.items():
                root, _, currency = account.rpartition(":")
                if root == "Assets:PayPal":
                    found[currency] = found.get(currency, Decimal()) + amount
        left = {currency: str(amount) for currency, amount in found.items() if amount}
        assert left == expected


def test_a_follower_of_one_that_waits_belongs_to_the_same_payment() -> None:
    waits, fee = adjustment("X1", "V1"), adjustment("X2", "X1", gross="", payment_fee="-5.00")
    heard = [payment(), HOLD, waits, fee]
    assert set(tallied([payment(), fee], heard).moved) == {"T1"}


def test_what_no_rule_decides_is_left_undecided() -> None:
    tally = tallied([payment(), payment(mc_currency="EUR"), payment("T2")])
    assert (tally.undecided, set(tally.moved)) == ({"T1"}, {"T2"})


SALE = Own(txn_id="T1", status="Completed", gross=2000, fee=88, at=NOON, invoice="INV-1")


def follows(kind: str, txn_id: str, gross: int) -> Follower:
    return Follower(txn_id=txn_id, parent="T1", kind=kind, gross=gross, at=NOON)


def told(*doings: Act | Fact | Closed) -> str:
    """Where the goods of T1 are after all this, a second apart; each act must have been allowed."""
    people, facts, at = People(), list[Known](), NOON
    for one in doings:
        at += timedelta(seconds=1)
        if not isinstance(one, Act):
            facts.append(one)
            continue
        now = orders([*facts, *people.closed])
        assert people.may(one, people.state("T1", now, at), now["T1"].cases, at), one
        people.did(one, now, now["T1"].cases, at)
    return people.state("T1", orders([*facts, *people.closed]), at)


def act(what: str, by: str = "ann", seconds: int = 600) -> Act:
    return Act(what=what, by=by, txn_id="T1", seconds=seconds, case_id="PP-1")


PART = follows("refund", "R1", -500)
TAKEN, GIVEN = follows("reversal", "V1", -2000), follows("canceled_reversal", "W1", 2000)
TAKEN_AGAIN, GIVEN_AGAIN = follows("reversal", "V2", -2000), follows("canceled_reversal", "W2", 2000)
DISPUTE = Case(case_id="PP-1", txn_id="T1", stage="dispute", at=NOON)
COMPLAINT = Case(case_id="PP-1", txn_id="T1", stage="complaint", at=NOON)
GOODS: dict[str, tuple[list[Act | Fact | Closed], str]] = {
    "here": ([SALE], "ready"),
    "claimed": ([SALE, act("claim")], "claimed"),
    "a claim that ran out": ([SALE, act("claim", seconds=1), PART, act("approve")], "ready"),
    "given back": ([SALE, act("claim"), act("release")], "ready"),
    "sent": ([SALE, act("claim"), act("fulfill")], "fulfilled"),
    "sent, and a part refunded": ([SALE, act("fulfill"), PART], "fulfilled"),
    "sent, and all taken": ([SALE, act("fulfill"), TAKEN], "recall"),
    "sent, taken and given back": ([SALE, act("fulfill"), TAKEN, GIVEN], "fulfilled"),
    "a part refunded": ([SALE, PART], "held"),
    "a part refunded while claimed": ([SALE, act("claim"), PART], "held"),
    "approved while claimed": ([SALE, act("claim"), PART, act("approve", "bob")], "claimed"),
    "all taken while claimed": ([SALE, act("claim"), TAKEN], "withdrawn"),
    "on trial": ([SALE, TAKEN, GIVEN], "held"),
    "on trial, approved": ([SALE, TAKEN, GIVEN, act("approve")], "ready"),
    "on trial again": (
        [SALE, TAKEN, GIVEN, act("approve"), TAKEN_AGAIN, GIVEN_AGAIN],
        "held",
    ),
    "another part after an approval": ([SALE, PART, act("approve"), follows("refund", "R2", -500)], "held"),
    "an adjustment": ([SALE, follows("adjustment", "X1", -500)], "ready"),
    "a case": ([SALE, DISPUTE], "held"),
    "a case closed": ([SALE, DISPUTE, act("close")], "ready"),
    "a case that climbs after that": ([SALE, DISPUTE, act("close"), COMPLAINT], "held"),
    "a case approved, climbing": ([SALE, DISPUTE, act("approve"), COMPLAINT], "held"),
}


@pytest.mark.parametrize("name", GOODS)
def test_goods_are_where_facts_and_people_put_them(name: str) -> None:
    doings, state = GOODS[name]
    assert told(*doings) == state


REFUSED: dict[str, tuple[list[Act | Fact | Closed], Act]] = {
    "what another has": ([SALE, act("claim")], act("claim", "bob")),
    "sending what another has": ([SALE, act("claim")], act("fulfill", "bob")),
    "giving back what another has": ([SALE, act("claim")], act("release", "bob")),
    "giving back what nobody has": ([SALE], act("release")),
    "what is held": ([SALE, PART], act("claim")),
    "sending what is held": ([SALE, act("claim"), PART], act("fulfill")),
    "sending twice": ([SALE, act("fulfill")], act("fulfill")),
    "approving what nothing holds": ([SALE], act("approve")),
    "approving when the money is gone": ([SALE, TAKEN], act("approve")),
    "closing no case": ([SALE], act("close")),
    "closing twice": ([SALE, DISPUTE, act("close")], act("close")),
}


@pytest.mark.parametrize("name", REFUSED)
def test_the_model_refuses(name: str) -> None:
    doings, refused = REFUSED[name]
    told(*doings)
    with pytest.raises(AssertionError):
        told(*doings, refused)


def test_goods_that_left_with_one_payment_hold_the_other_of_its_invoice() -> None:
    both, people = orders([SALE, replace(SALE, txn_id="T2")]), People()
    assert people.states(both, NOON) == {"T1": "held", "T2": "held"}
    for txn_id in both:
        people.did(Act(what="approve", by="ann", txn_id=txn_id), both, (), NOON)
    people.did(Act(what="fulfill", by="ann", txn_id="T1"), both, (), NOON)
    assert people.states(both, NOON) == {"T1": "fulfilled", "T2": "held"}


def test_parts_of_one_order_are_one_purchase_however_late_that_is_heard() -> None:
    hold = replace(SALE, txn_id="A1", kind="authorization", status="Pending", source="O-1")
    first, second = (replace(SALE, txn_id=txn_id, source="A1") for txn_id in ("C1", "C2"))
    people = People()
    people.did(Act(what="fulfill", by="ann", txn_id="C1"), orders([first]), (), NOON)
    assert people.states(orders([first, second, hold]), NOON) == {"C1": "fulfilled", "C2": "ready"}


def test_another_price_than_agreed_holds() -> None:
    agreed = Agreed(invoice="INV-1", amount=2100, currency="USD")
    assert orders([SALE, agreed])["T1"].doubts == {("amount",)}


def told_of(*events: tuple[Event, str]) -> list[Entry]:
    return [Entry(event=event, at=NOON + timedelta(seconds=n), by=by) for n, (event, by) in enumerate(events)]


def claimed(by: str, seconds: int = 600) -> tuple[Event, str]:
    return GoodsClaimed(NOON + timedelta(seconds=seconds)), by


TWO: dict[str, tuple[list[tuple[Event, str]], bool]] = {
    "one claims": ([claimed("ann"), claimed("ann")], False),
    "another claims too": ([claimed("ann"), claimed("bob")], True),
    "another claims when it ran out": ([claimed("ann", 1), claimed("bob")], False),
    "another claims what was given back": ([claimed("ann"), (GoodsReleased(), "ann"), claimed("bob")], False),
    "another sends it": ([claimed("ann"), (GoodsFulfilled(), "bob")], True),
    "who has it sends it": ([claimed("ann"), (GoodsFulfilled(), "ann")], False),
}


@pytest.mark.parametrize("name", TWO)
def test_two_people_with_one_order_are_seen(name: str) -> None:
    history, expected = TWO[name]
    assert held_by_two(told_of(*history)) is expected
