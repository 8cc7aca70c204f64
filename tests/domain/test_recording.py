"""Laws of the walk: order and number of deliveries never matter, and money only counts once."""

import itertools
import random
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.events import PriceAgreed
from domain.invoice import Invoice
from domain.state import Transaction
from domain.subscription import Subscription
from domain.vetting import Shop
from tests.given import (
    SELLER,
    SHOP,
    MemoryBook,
    adjustment,
    authorization,
    capture,
    comparable,
    follower,
    payment,
    pending,
)
from tests.given_streams import (
    agreed,
    batch,
    charged,
    paid,
    profiled,
    record,
    signup,
    subscribed,
    without_hearing,
)
from tests.lives import LIFECYCLES, POOL


def ends(bodies: Iterable[bytes]) -> dict[str, dict[str, Any]]:
    """All that was heard of as it stands in the end, without what tells how it was heard."""
    book = MemoryBook().deliver(*bodies)
    streams = (book.aggregate(name) for name in book.streams)
    told: dict[str, dict[str, Any]] = {}
    for stream in streams:
        match stream:
            case Transaction():
                told[stream.txn_id] = comparable(book.shown(stream.txn_id))
            case Subscription():
                shown = book.shown_subscription(stream.subscription_id)
                told[f"subscription {stream.subscription_id}"] = without_hearing(shown)
            case Invoice():
                told[f"invoice {stream.name}"] = {"parties": stream.parties, "price": stream.price}
    return told


@pytest.mark.parametrize("name", LIFECYCLES)
def test_a_lifecycle_in_paypals_order_ends_where_it_should(name: str) -> None:
    bodies, txn_id, status, fulfillment = LIFECYCLES[name]
    shown = MemoryBook().deliver(*bodies).shown(txn_id)
    assert (shown["status"], shown["fulfillment"]) == (status, fulfillment), shown["doubts"]


@pytest.mark.parametrize("name", LIFECYCLES)
def test_every_order_of_a_lifecycle_ends_in_the_same_transactions(name: str) -> None:
    bodies = LIFECYCLES[name][0]
    expected = ends(bodies)
    for shuffled in itertools.permutations(bodies):
        assert ends(shuffled) == expected


@given(st.data())
def test_shuffled_and_repeated_lifecycles_beside_each_other_end_the_same(data: st.DataObject) -> None:
    names = data.draw(st.lists(st.sampled_from(sorted(LIFECYCLES)), min_size=1, max_size=3))
    bodies = [one for name in names for one in LIFECYCLES[name][0]]
    expected = ends(bodies)
    repeated = bodies + data.draw(st.lists(st.sampled_from(bodies), max_size=6))
    shuffled = data.draw(st.permutations(repeated))
    assert ends(shuffled) == expected


@settings(max_examples=300)
@given(st.lists(st.sampled_from(POOL), max_size=9), st.integers())
def test_any_messages_at_all_end_the_same_in_any_order(bodies: list[bytes], seed: int) -> None:
    shuffled = list(bodies)
    random.Random(seed).shuffle(shuffled)
    assert ends(shuffled) == ends(bodies)


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
    before = {stream: list(told) for stream, told in book.streams.items()}
    book = book.deliver(*bodies)
    for n, one in enumerate(bodies, start=len(bodies) + 1):
        expected = "stale" if first[one] == "stale" else "duplicate"
        # Of a batch one record may have been stale and another not.
        assert book.outcome(n) == expected or (b"masspay" in one and book.outcome(n) == "stale")
    assert book.streams == before


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


# ---- messages of several facts ----

INITIAL = profiled(
    "profile_created", initial_payment_status="Completed", initial_payment_txn_id="T1",
    initial_payment_amount="20.00", next_payment_date="02:00:00 Feb 05, 2026 PST",
)  # fmt: skip
# What a message of its own tells of the same payment: its fee, and no less.
OWN = {
    "its own cycle": payment(txn_type="recurring_payment", recurring_payment_id="I-1"),
    "express checkout": payment(txn_type="express_checkout"),
    "with its invoice": payment(txn_type="express_checkout", invoice="order-7", item_number="MAG-1"),
}


@pytest.mark.parametrize("name", OWN)
def test_an_initial_payment_is_money_once_in_any_order_with_its_own_message(name: str) -> None:
    for bodies in itertools.permutations((INITIAL, OWN[name], INITIAL, OWN[name])):
        book = MemoryBook().deliver(*bodies)
        shown = book.shown()
        assert (shown["status"], shown["fulfillment"], shown["doubts"]) == ("completed", "ready", [])
        assert (shown["gross"], shown["fee"], shown["net"]) == ("20.00", "0.88", "19.12")
        assert [cycle["txn_id"] for cycle in book.shown_subscription("I-1")["payments"]] == ["T1"]
        assert sorted(book.outcome(n) for n in range(1, 5)) == ["duplicate"] * 2 + ["recorded"] * 2


def test_an_initial_payment_without_a_message_of_its_own_is_money_too() -> None:
    book = MemoryBook().deliver(INITIAL)
    shown = book.shown()
    assert (shown["status"], shown["gross"], shown["fee"]) == ("completed", "20.00", None)
    assert book.shown_subscription("I-1")["paid_until"] == "2026-02-05T10:00:00Z"
    assert {stream: len(told) for stream, told in book.streams.items()} == {"T1": 1, "subscription:I-1": 2}


def test_an_initial_payment_that_waits_is_told_again_when_it_is_here() -> None:
    waits = profiled(
        "profile_created", initial_payment_status="Pending", initial_payment_txn_id="T1",
        initial_payment_amount="20.00", profile_status="Pending",
    )  # fmt: skip
    for bodies in itertools.permutations((waits, OWN["its own cycle"])):
        book = MemoryBook().deliver(*bodies)
        assert (book.shown()["status"], book.shown_subscription("I-1")["status"]) == ("completed", "active")


TOGETHER: dict[str, tuple[list[bytes], bytes, tuple[str, str | None]]] = {
    # name: heard before, a message of several facts, what becomes of it
    "all new": ([], batch(record(1), record(2)), ("recorded", None)),
    "all known": ([batch(record(1), record(2))], batch(record(2), record(1)), ("duplicate", None)),
    "one new, one known": ([batch(record(1))], batch(record(1), record(2)), ("recorded", None)),
    "one stale, one known": (
        [batch(record(1), record(2))], batch(record(1), record(2, "Unclaimed")),
        ("stale", "the transaction is completed already"),
    ),
    "one stale, one new": ([batch(record(1))], batch(record(1, "Unclaimed"), record(2)), ("recorded", None)),
    "one refused, one new": (
        [batch(record(1, "Returned"))], batch(record(1), record(2)),
        ("refused", "transition: completed after returned"),
    ),
    "one refused, one known, one stale": (
        [batch(record(1, "Returned"), record(2), record(3))],
        batch(record(3, "Unclaimed"), record(2), record(1)),
        ("refused", "transition: completed after returned"),
    ),
    "a new profile whose initial payment is known": ([payment()], INITIAL, ("recorded", None)),
    "a known profile whose initial payment is new": (
        [profiled("profile_created", next_payment_date="02:00:00 Feb 05, 2026 PST")], INITIAL,
        ("recorded", None),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TOGETHER)
def test_what_became_of_a_message_is_the_gravest_of_what_became_of_its_facts(name: str) -> None:
    before, together, settled = TOGETHER[name]
    book = MemoryBook().deliver(*before, together)
    assert book.outcomes[book.n] == settled
    assert book.process(together, book.n).appended == []
    assert book.outcomes[book.n][0] == settled[0]


def test_a_refused_record_does_not_keep_the_others_of_its_batch_out() -> None:
    book = MemoryBook().deliver(batch(record(1, "Returned")), batch(record(1), record(2)))
    assert book.events("M1") == ["PayoutReturned", "ReportRefused"]
    assert book.events("M2") == ["PayoutCompleted"]


def test_all_streams_of_one_message_are_appended_together() -> None:
    book = MemoryBook()
    recording = book.process(batch(record(1), record(2), record(3)), 1)
    assert [stream for stream, _ in recording.appended] == ["M1", "M2", "M3"]
    recording = book.process(INITIAL, 2)
    assert [stream for stream, _ in recording.appended] == ["subscription:I-1", "T1", "subscription:I-1"]
    assert {entry.n for _, entry in recording.appended} == {2}


# ---- subscriptions, profiles, agreements ----


@pytest.mark.parametrize(
    ("one", "name"),
    [
        (signup(receiver_email="mallory@example.com"), "S-1"),
        (signup(receiver_email=""), "S-1"),
        (subscribed("subscr_eot", receiver_email="mallory@example.com"), "S-1"),
        (profiled("skipped", receiver_email="mallory@example.com"), "I-1"),
        (profiled("skipped", receiver_email=""), "I-1"),
        (agreed(receiver_email="mallory@example.com"), "B-1"),
        (paid("T1", "08:00:00 Jan 05, 2026 PST", receiver_email="mallory@example.com"), "S-1"),
    ],
)
def test_a_strangers_subscription_is_refused_and_nothing_of_it_is_recorded(one: bytes, name: str) -> None:
    book = MemoryBook().deliver(one)
    assert (book.outcomes[1], book.streams) == (("refused", "receiver"), {})
    assert book.shown_subscription(name)["status"] == "awaited"


def test_a_strangers_initial_payment_is_refused_with_its_profile() -> None:
    stranger = INITIAL.replace(b"seller%40", b"mallory%40")
    assert MemoryBook().deliver(stranger).streams == {}


@pytest.mark.parametrize("one", [agreed(), agreed("mp_cancel"), agreed(receiver_email=SELLER)])
def test_an_agreement_that_names_no_receiver_is_recorded_all_the_same(one: bytes) -> None:
    book = MemoryBook().deliver(one)
    assert (book.outcome(), list(book.streams)) == ("recorded", ["subscription:B-1"])


def test_the_other_paypals_subscription_is_refused() -> None:
    assert MemoryBook().deliver(signup(test_ipn="")).outcomes[1] == ("refused", "environment")
    assert MemoryBook().deliver(agreed(test_ipn="")).outcomes[1] == ("refused", "environment")


def test_every_payment_that_names_a_subscription_tells_it_in_the_same_commit() -> None:
    recording = MemoryBook().process(charged("T1", "08:00:00 Jan 05, 2026 PST", invoice="i"), 1)
    assert [stream for stream, _ in recording.appended] == ["T1", "invoice:i", "subscription:I-1"]


def test_a_payment_that_names_its_subscription_in_one_of_its_messages_tells_it_in_any_order() -> None:
    waits = pending(subscr_id="S-1", mp_id="B-1")
    for bodies in itertools.permutations((waits, payment(), payment(mp_id="B-2"))):
        book = MemoryBook().deliver(*bodies)
        assert {f"subscription:{name}" for name in ("S-1", "B-1", "B-2")} <= set(book.streams)


def test_followers_authorizations_and_payouts_tell_no_subscription() -> None:
    book = MemoryBook().deliver(
        authorization(subscr_id="S-1"), batch(record(1), subscr_id="S-1"),
        payment(), follower("Refunded", "R1", subscr_id="S-1"),
    )  # fmt: skip
    assert "subscription:S-1" not in book.streams


def test_a_subscription_that_was_told_before_the_settings_changed_stays_told() -> None:
    book = MemoryBook().deliver(signup(), paid("T1", "08:00:00 Jan 05, 2026 PST"))
    book.shop = Shop(receivers=frozenset({"new@example.com"}), ship_unpriced=True)
    for n, one in enumerate((signup(), paid("T1", "08:00:00 Jan 05, 2026 PST")), start=1):
        assert book.process(one, n).appended == []
        assert book.outcome(n) == "recorded"


def test_what_an_earlier_version_did_not_tell_a_subscription_is_told_when_a_person_asks_again() -> None:
    one = paid("T1", "08:00:00 Jan 05, 2026 PST")
    book = MemoryBook().deliver(one)
    del book.streams["subscription:S-1"]
    assert [stream for stream, _ in book.process(one, 1).appended] == ["subscription:S-1"]
    assert book.process(one, 1).appended == []
    assert book.outcome(1) == "recorded"


def test_an_agreed_price_and_what_it_changes_are_dated_and_signed() -> None:
    book = MemoryBook(SHOP).deliver(payment(invoice="i")).agree("i", PriceAgreed(Decimal("25.00"), "USD"))
    agreed, vetted = book.streams["invoice:i"][-1], book.streams["T1"][-1]
    assert (agreed.by, agreed.at) == ("the shop", book.at)
    assert (vetted.by, vetted.at, vetted.n) == (None, book.at, None)


def test_asked_again_under_other_prices_a_payment_is_vetted_at_that_moment() -> None:
    book = MemoryBook(Shop(ship_unpriced=True)).deliver(payment())
    book.shop = SHOP
    book.process(payment(), 1)
    assert book.streams["T1"][-1].at == book.at
