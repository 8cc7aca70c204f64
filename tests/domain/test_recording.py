"""Laws of the walk: order and number of deliveries never matter, and money only counts once."""

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.vetting import Shop
from tests.given import (
    SELLER,
    SHOP,
    MemoryBook,
    adjustment,
    authorization,
    capture,
    case,
    end_state,
    follower,
    order,
    payment,
    pending,
)

LIFECYCLES: dict[str, tuple[list[bytes], str, str, str]] = {
    # name: messages in PayPal's order, the transaction asked for, its status and fulfillment in the end
    "instant": ([payment()], "T1", "completed", "ready"),
    "echeck": ([pending(), payment()], "T1", "completed", "ready"),
    "echeck that failed": ([pending(), payment(status="Failed")], "T1", "failed", "none"),
    "echeck denied": ([pending(), payment(status="Denied")], "T1", "denied", "none"),
    "review, then echeck": (
        [pending(reason="paymentreview"), pending(), payment()], "T1", "completed", "ready",
    ),
    "review denied": ([pending(reason="paymentreview"), payment(status="Denied")], "T1", "denied", "none"),
    "processed": (
        [payment(status="Created", mc_fee=""), payment(status="Processed"), payment()],
        "T1", "completed", "ready",
    ),
    "refunded": ([payment(), follower("Refunded", "R1")], "T1", "refunded", "withdrawn"),
    "refunded in parts": (
        [payment(), follower("Refunded", "R1", gross="-5.00"), follower("Refunded", "R2", gross="-15.00")],
        "T1", "refunded", "withdrawn",
    ),
    "a part refunded": (
        [payment(), follower("Refunded", "R1", gross="-5.00")], "T1", "partially_refunded", "held",
    ),
    "refunded while pending": (
        [pending(reason="unilateral"), follower("Refunded", "R1")], "T1", "refunded", "none",
    ),
    "more refunded than paid": (
        [payment(), follower("Refunded", "R1", gross="-5.00"), follower("Refunded", "R2", gross="-20.00")],
        "T1", "refunded", "withdrawn",
    ),
    "reversed net of fee": (
        [payment(), follower("Reversed", "V1", gross="-19.12", mc_fee="-0.88"), case()],
        "T1", "reversed", "withdrawn",
    ),
    "won": (
        [payment(), case(), follower("Reversed", "V1", gross="-19.12", mc_fee="-0.88"),
         follower("Canceled_Reversal", "W1", gross="19.12")],
        "T1", "completed", "held",
    ),
    "lost": (
        [payment(), case(), follower("Reversed", "V1", gross="-19.12", mc_fee="-0.88"),
         follower("Canceled_Reversal", "W1", gross="19.12"), follower("Refunded", "R1")],
        "T1", "refunded", "withdrawn",
    ),
    "reversed in part": ([payment(), follower("Reversed", "V1", gross="-5.00")], "T1", "disputed", "held"),
    "reversed twice": (
        [payment(), follower("Reversed", "V1"), follower("Canceled_Reversal", "W1", gross="20.00"),
         follower("Reversed", "V2")],
        "T1", "reversed", "withdrawn",
    ),
    "chargeback settled": (
        [payment(), follower("Reversed", "V1"), follower("Canceled_Reversal", "W1", gross="20.00"),
         adjustment("X1", "V1"), adjustment("X2", "X1", gross="", payment_fee="-20.00")],
        "T1", "completed", "held",
    ),
    "case escalated": (
        [payment(), case(), case(case_type="complaint"), case(case_type="chargeback")],
        "T1", "disputed", "held",
    ),
    "completed and denied": ([payment(), payment(status="Denied")], "T1", "completed", "held"),
    "failed, and yet completed": (
        [pending(), payment(status="Failed"), payment()], "T1", "completed", "held",
    ),
    "refund of what was denied": (
        [payment(status="Denied"), follower("Refunded", "R1")], "T1", "denied", "none",
    ),
    "two amounts": ([payment(), payment(gross="25.00")], "T1", "completed", "held"),
    "refund in another currency": (
        [payment(), follower("Refunded", "R1", mc_currency="EUR")], "T1", "completed", "held",
    ),
    "reversal after review, own id": (
        [pending(reason="paymentreview"), follower("Reversed", "T1", "")], "T1", "reversed", "none",
    ),
    "authorization captured": (
        [authorization(), capture("C1"), authorization(status="Completed")], "A1", "captured", "none",
    ),
    "its capture": (
        [authorization(), capture("C1"), authorization(status="Completed")], "C1", "completed", "ready",
    ),
    "captured in part, rest voided": (
        [authorization(), capture("C1", gross="5.00"), authorization(status="Voided")],
        "A1", "partially_captured", "none",
    ),
    "authorization voided": ([authorization(), authorization(status="Voided")], "A1", "voided", "none"),
    "authorization expired": ([authorization(), authorization(status="Expired")], "A1", "expired", "none"),
    "authorization reviewed": (
        [authorization(pending_reason="paymentreview"), authorization()], "A1", "authorized", "none",
    ),
    "voided without an entity": (
        [authorization(), payment("A1", "Voided", mc_fee="")], "A1", "voided", "none",
    ),
    "order, authorization, captures": (
        [order(), authorization(parent_txn_id="O-1"), capture("C1", gross="5.00"),
         capture("C2", gross="15.00", auth_status="Completed", remaining_settle="0"),
         authorization(status="Completed", parent_txn_id="O-1")],
        "O-1", "captured", "none",
    ),
    "order captured at once": ([order(), capture("C1", "O-1", auth_id="")], "O-1", "captured", "none"),
    "order voided": ([order(), order(status="Voided")], "O-1", "voided", "none"),
    "capture refunded": (
        [authorization(), capture("C1"), follower("Refunded", "RC", "C1")], "C1", "refunded", "withdrawn",
    ),
}  # fmt: skip
IDS = ("T1", "A1", "O-1", "C1", "C2", "R1", "R2", "RC", "V1", "V2", "W1", "X1", "X2")


@pytest.mark.parametrize("name", LIFECYCLES)
def test_a_lifecycle_in_paypals_order_ends_where_it_should(name: str) -> None:
    bodies, txn_id, status, fulfillment = LIFECYCLES[name]
    shown = MemoryBook().deliver(*bodies).shown(txn_id)
    assert (shown["status"], shown["fulfillment"]) == (status, fulfillment), shown["doubts"]


@pytest.mark.parametrize("name", LIFECYCLES)
def test_every_order_of_a_lifecycle_ends_in_the_same_transactions(name: str) -> None:
    bodies = LIFECYCLES[name][0]
    expected = end_state(bodies, IDS)
    for shuffled in itertools.permutations(bodies):
        assert end_state(shuffled, IDS) == expected


@given(st.data())
def test_shuffled_and_repeated_lifecycles_beside_each_other_end_the_same(data: st.DataObject) -> None:
    names = data.draw(st.lists(st.sampled_from(sorted(LIFECYCLES)), min_size=1, max_size=3))
    bodies = [one for name in names for one in LIFECYCLES[name][0]]
    expected = end_state(bodies, IDS)
    repeated = bodies + data.draw(st.lists(st.sampled_from(bodies), max_size=6))
    shuffled = data.draw(st.permutations(repeated))
    assert end_state(shuffled, IDS) == expected


POOL = [one for bodies, *_ in LIFECYCLES.values() for one in bodies] + [
    payment(status="Expired"), payment(status="Voided"), payment(status="Declined"),
    follower("Refunded", "R1", gross="-7.00"), follower("Canceled_Reversal", "W2", gross="5.00"),
    follower("Canceled_Reversal", "V1", gross="19.12"), follower("Refunded", "A1-R", "A1"),
    adjustment("X3", "R1"), case("PP-2", case_creation_date=""), capture("C1", status="Denied", mc_fee=""),
    authorization(status="Denied"),
]  # fmt: skip


@settings(max_examples=300)
@given(st.lists(st.sampled_from(POOL), max_size=9), st.integers())
def test_any_messages_at_all_end_the_same_in_any_order(bodies: list[bytes], seed: int) -> None:
    shuffled = list(bodies)
    random.Random(seed).shuffle(shuffled)
    ids = IDS
    assert end_state(shuffled, ids) == end_state(bodies, ids)


@given(st.lists(st.sampled_from(POOL), max_size=9))
def test_deciding_again_decides_nothing(bodies: list[bytes]) -> None:
    book = MemoryBook().deliver(*bodies)
    before = {n: outcome for n, (outcome, _) in book.outcomes.items()}
    for n, one in enumerate(bodies, start=1):
        assert book.process(one, n).appended == []
    after = {n: outcome for n, (outcome, _) in book.outcomes.items()}
    assert after == before


@given(st.lists(st.sampled_from(POOL), max_size=7))
def test_a_second_delivery_is_a_duplicate_and_changes_nothing(bodies: list[bytes]) -> None:
    book = MemoryBook().deliver(*bodies)
    first = {one: book.outcome(n) for n, one in enumerate(bodies, start=1)}
    book = book.deliver(*bodies)
    for n, one in enumerate(bodies, start=len(bodies) + 1):
        expected = "stale" if first[one] == "stale" else "duplicate"
        assert book.outcome(n) == expected
    assert book.n == 2 * len(bodies)


def test_a_strangers_payment_is_refused_and_nothing_of_it_is_recorded() -> None:
    book = MemoryBook().deliver(payment(receiver_email="mallory@example.com"))
    assert book.outcomes[1] == ("refused", "receiver")
    assert book.streams == {}


def test_the_other_paypal_is_refused() -> None:
    live = Shop(receivers=frozenset({SELLER}), live=True)
    assert MemoryBook(live).deliver(payment()).outcomes[1] == ("refused", "environment")
    assert MemoryBook().deliver(payment(test_ipn="")).outcomes[1] == ("refused", "environment")


def test_a_follower_without_a_receiver_goes_by_its_parent() -> None:
    book = MemoryBook().deliver(adjustment("X1"), payment())
    assert book.outcome(1) == "recorded"
    assert book.shown("X1")["txn_id"] == "T1"


def test_parked_followers_show_what_they_wait_for() -> None:
    shown = MemoryBook().deliver(follower("Refunded", "R1")).shown()
    assert (shown["status"], shown["gross"], shown["refunded"]) == ("awaited", None, None)
    assert shown["parked"] == [{"notification": 1, "kind": "refund", "waits_for": "T1"}]


def test_a_canceled_reversal_waits_for_its_reversal() -> None:
    book = MemoryBook().deliver(payment(), follower("Canceled_Reversal", "W1", gross="20.00"))
    assert book.outcomes[2] == ("parked", "waits for reversal of T1")
    book.deliver(follower("Reversed", "V1"))
    assert book.outcome(2) == "recorded"
    assert book.shown()["status"] == "completed"


def test_two_payments_of_one_invoice_hold_the_goods_of_both() -> None:
    book = MemoryBook().deliver(payment("T1", invoice="abc-1"), payment("T2", invoice="abc-1"))
    for txn_id in ("T1", "T2"):
        shown = book.shown(txn_id)
        assert shown["fulfillment"] == "held"
        assert [doubt["rule"] for doubt in shown["doubts"]] == ["invoice"]


def test_captures_and_cycles_may_share_an_invoice() -> None:
    captures = MemoryBook().deliver(
        capture("C1", gross="5.00", invoice="i"), capture("C2", gross="5.00", invoice="i")
    )
    assert captures.shown("C1")["fulfillment"] == captures.shown("C2")["fulfillment"] == "ready"
    cycles = MemoryBook().deliver(*(payment(t, subscr_id="S-1", invoice="i") for t in ("T1", "T2")))
    assert cycles.shown("T1")["fulfillment"] == "ready"


def test_loops_of_followers_end() -> None:
    book = MemoryBook().deliver(
        follower("Refunded", "A", "B"), follower("Refunded", "B", "A"), follower("Refunded", "A", "A")
    )
    assert [book.outcome(n) for n in (1, 2)] == ["parked", "parked"]


def test_a_payment_of_nothing_is_no_cleared_money() -> None:
    assert MemoryBook().deliver(payment(gross="0.00")).shown()["fulfillment"] == "none"


def test_a_canceled_reversal_whose_reversal_was_lost_holds_the_goods() -> None:
    shown = MemoryBook().deliver(payment(), follower("Canceled_Reversal", "W1", gross="20.00")).shown()
    assert shown["fulfillment"] == "held"
    assert [doubt["rule"] for doubt in shown["doubts"]] == ["parked"]


def test_many_payments_of_one_invoice_add_a_few_events_each() -> None:
    book = MemoryBook().deliver(*(payment(f"T{n}", invoice="DONATION") for n in range(40)))
    assert sum(len(entries) for entries in book.streams.values()) == 40 + 40 + 2
    assert {book.shown(f"T{n}")["fulfillment"] for n in range(40)} == {"held"}


def test_asked_again_after_the_settings_changed_a_payment_is_vetted_anew() -> None:
    book = MemoryBook(Shop(ship_unpriced=True)).deliver(payment())
    assert [doubt["rule"] for doubt in book.shown()["doubts"]] == ["receiver"]
    book.shop = SHOP
    book.process(payment(), 1)
    assert (book.outcome(1), book.shown()["fulfillment"]) == ("recorded", "ready")


def test_asked_again_after_the_settings_changed_a_strangers_payment_stays_held() -> None:
    stranger = payment(receiver_email="mallory@example.com")
    book = MemoryBook(Shop(ship_unpriced=True)).deliver(stranger)
    book.shop = SHOP
    book.process(stranger, 1)
    assert (book.outcome(1), book.shown()["fulfillment"]) == ("recorded", "held")
