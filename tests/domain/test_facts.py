"""When two messages tell one fact, and when they tell two."""

from dataclasses import FrozenInstanceError, replace
from decimal import Decimal

import pytest

from domain.facts import MOVES_MONEY, Extras, Follower, Report, same
from domain.vocabulary import PaymentStatus
from tests.given import case, fact_of, follower, payment, pending, transaction_fact


def are_one(first: bytes, second: bytes) -> bool:
    return same(transaction_fact(first), transaction_fact(second, 2))


SAME = {
    "in another delivery with another signature": (
        payment(),
        payment(verify_sign="AbC", ipn_track_id="9f8e7d"),
    ),
    "sent again by hand": (payment(), payment(resend="true")),
    "with an encoding of its own": (payment(memo="a b"), payment().replace(b"Nov+20", b"Nov%2020")),
    "of a refund that names another of its kind as parent": (
        follower("Refunded", "R1", "T1"),
        follower("Refunded", "R1", "V1"),
    ),
    "with a status in capitals": (payment(), payment(status="COMPLETED", mc_fee="0.88")),
    "with a reason in its other spelling": (
        pending(reason="multi-currency"),
        pending(reason="multi_currency"),
    ),
}


@pytest.mark.parametrize("name", SAME)
def test_a_message_is_the_same_fact(name: str) -> None:
    assert are_one(*SAME[name])


OTHER = {
    "with another status": (pending(), payment()),
    "with another reason": (pending(reason="echeck"), pending(reason="paymentreview")),
    "with another amount": (payment(), payment(gross="25.00")),
    "with another fee": (payment(), payment(mc_fee="1.00")),
    "with another currency": (payment(), payment(mc_currency="EUR")),
    "with another payer": (payment(), payment(payer_id="PAYER2")),
    "under another id": (payment("T1"), payment("T2")),
    "of a refund of another amount": (
        follower("Refunded", "R1", gross="-5.00"),
        follower("Refunded", "R1", gross="-6.00"),
    ),
    "of a reversal under a refund's id": (follower("Refunded", "R1"), follower("Reversed", "R1")),
    "of a case a stage further": (case(), case(case_type="complaint")),
    "of another case": (case("PP-1"), case("PP-2")),
}


@pytest.mark.parametrize("name", OTHER)
def test_a_message_is_another_fact(name: str) -> None:
    assert not are_one(*OTHER[name])


def test_a_payment_with_another_parent_is_another_fact() -> None:
    assert not are_one(payment(parent_txn_id="P1"), payment(parent_txn_id="P2"))


FULL = payment(
    item_name1="A shirt",
    option_name1_1="Size",
    option_selection1_1="XL",
    mp_id="B-1",
    next_payment_date="03:00:00 Dec 20, 2026 PST",
)


def test_what_the_first_version_did_not_read_makes_no_second_fact_of_a_message_that_it_stored() -> None:
    now = fact_of(FULL, Report)
    stored = fact_of(payment(item_name1="A shirt"), Report)
    assert (now.reading, same(now, stored)) == (3, False)
    assert same(now, replace(stored, reading=1))
    assert same(replace(stored, reading=1), now)
    assert not same(now, replace(stored, reading=1, invoice="i"))


def test_denied_failed_voided_and_expired_move_no_money() -> None:
    assert set(PaymentStatus) - MOVES_MONEY == {
        PaymentStatus.DENIED,
        PaymentStatus.DECLINED,
        PaymentStatus.FAILED,
        PaymentStatus.VOIDED,
        PaymentStatus.EXPIRED,
        PaymentStatus.RETURNED,
        PaymentStatus.REVERSED,
    }


def test_a_fact_cannot_be_changed() -> None:
    for one in (payment(), follower("Refunded", "R1"), case()):
        fact = transaction_fact(one)
        with pytest.raises(FrozenInstanceError):
            fact.txn_id = "T2"  # type: ignore[misc]
        assert hash(fact)


def test_discounts_lower_what_the_extras_add() -> None:
    extras = Extras(tax=Decimal(4), shipping=Decimal(3), handling=Decimal(2), insurance=Decimal(1))
    assert extras.sum == Decimal(10)
    assert Extras(tax=Decimal(4), discount=Decimal(5)).sum == Decimal(-1)


def test_an_invoice_of_paypals_that_the_first_version_stored_is_the_same_fact() -> None:
    of_paypal = {"txn_type": "invoice_payment", "invoice_id": "INV2-AB12"}
    now = fact_of(payment(invoice_number="0042", **of_paypal), Report)
    stored = replace(now, invoice=None, reading=1)
    assert same(now, stored)
    assert not same(now, replace(stored, reading=2))


# ---- what the second version did not read ----

ADDRESSED = payment(address_street="1 Main St", address_city="San Jose", auth_exp="08:12:59 Dec 20, 2026 PST")


def test_what_the_second_version_did_not_read_makes_no_second_fact() -> None:
    now = fact_of(ADDRESSED, Report)
    assert now.address is not None
    assert now.expires_at is not None
    stored = replace(now, address=None, expires_at=None, reading=2)
    assert same(now, stored)
    assert same(stored, now)
    assert not same(now, replace(stored, reading=3))
    assert not same(now, replace(stored, invoice="i"))


def test_two_readings_are_held_against_each_other_by_what_the_older_read() -> None:
    now = fact_of(FULL, Report)
    assert not same(now, replace(now, agreement=None, reading=2))
    bare = replace(now, items=fact_of(payment(item_name1="A shirt"), Report).items, agreement=None)
    assert same(replace(now, reading=2), replace(bare, next_payment_at=None, reading=1))


SETTLED = {"settle_amount": "18.00", "settle_currency": "EUR", "exchange_rate": "0.9"}


def test_what_returned_money_was_converted_to_was_not_always_read() -> None:
    back = follower("Canceled_Reversal", "W1", gross="20.00", **SETTLED)
    now = fact_of(back, Follower)
    assert str(now.settled) == "18.00"
    stored = replace(now, settled=None, exchange_rate=None, reading=1)
    assert same(now, stored)
    assert same(stored, now)
    assert not same(now, replace(stored, reading=3)), "read alike, they say different things"
    other = fact_of(
        follower("Canceled_Reversal", "W1", gross="20.00", **SETTLED | {"settle_amount": "1.00"}), Follower
    )
    assert not same(now, other)
