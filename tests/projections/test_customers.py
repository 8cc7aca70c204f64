"""Customers: what a message tells of a payer, and what a payment adds to its payer's sums."""

import itertools

import pytest

from domain.act_events import GoodsReleased
from domain.events import Entry
from domain.facts import Address
from domain.money import Money
from projections.customers import Share, Telling, share, telling
from tests.given import (
    NOON,
    MemoryBook,
    adjustment,
    authorization,
    capture,
    case,
    follower,
    order,
    payment,
    pending,
)
from tests.given_streams import batch, record

PLACE = {
    "address_name": "Jörg",
    "address_street": "Weg 1",
    "address_city": "Ulm",
    "address_status": "confirmed",
}


def usd(amount: str) -> Money:
    return Money.of(amount, "USD")


def tellings(*bodies: bytes, txn_id: str = "T1") -> list[Telling | None]:
    return [telling(entry) for entry in MemoryBook().deliver(*bodies).streams.get(txn_id, ())]


def shared(*bodies: bytes, txn_id: str = "T1") -> Share | None:
    return share(MemoryBook().deliver(*bodies).transaction(txn_id))


def of(paid: str, refunded: str = "0.00", disputed: str = "0.00", payer: str = "PAYER1") -> Share:
    return Share(payer=payer, paid=usd(paid), refunded=usd(refunded), disputed=usd(disputed))


# ---- what is told ----


def test_a_message_tells_who_paid_and_where_goods_are_to_go() -> None:
    told = payment(
        charset="utf-8",
        first_name="Jörg",
        last_name="Maß",
        payer_email="A@B",
        residence_country="DE",
        **PLACE,
    )
    assert tellings(told) == [
        Telling(
            payer="PAYER1",
            name="Jörg Maß",
            email="A@B",
            country="DE",
            address=Address(name="Jörg", street="Weg 1", city="Ulm", confirmed=True),
        )
    ]


def test_what_is_not_told_is_null() -> None:
    assert tellings(payment()) == [Telling(payer="PAYER1", name=None, email=None, country=None, address=None)]


@pytest.mark.parametrize(
    ("body", "txn_id"),
    [
        (pending(), "T1"),
        (payment(status="Denied"), "T1"),
        (authorization(), "A1"),
        (order(), "O-1"),
        (capture("C1"), "C1"),
    ],
)
def test_every_report_tells_of_its_payer(body: bytes, txn_id: str) -> None:
    (told,) = tellings(body, txn_id=txn_id)
    assert told is not None
    assert told.payer == "PAYER1"


def test_a_report_that_contradicts_another_tells_too() -> None:
    first, second = tellings(payment(), payment(status="Denied", payer_id="PAYER2"))
    assert [told and told.payer for told in (first, second)] == ["PAYER1", "PAYER2"]


@pytest.mark.parametrize(
    "beside", [follower("Refunded", "R1", payer_id="X"), case(payer_id="X"), adjustment("X1", payer_id="X")]
)
def test_nothing_else_tells_of_a_payer(beside: bytes) -> None:
    assert tellings(payment(), beside)[1:] == [None]


def test_what_names_no_payer_tells_of_none() -> None:
    assert tellings(payment(payer_id="", payer_email="a@b")) == [None]


def test_whoever_pays_a_payout_is_we() -> None:
    assert tellings(batch(record(1), payer_id="US"), txn_id="M1") == [None]


def test_what_people_do_tells_of_nobody() -> None:
    assert telling(Entry(event=GoodsReleased(), at=NOON, by="Ann")) is None


# ---- what is paid ----


def test_a_completed_payment_is_its_payers() -> None:
    assert shared(payment()) == of("20.00")


@pytest.mark.parametrize(
    ("bodies", "expected"),
    [
        ((follower("Refunded", "R1", gross="-5.00"),), of("20.00", refunded="5.00")),
        ((follower("Refunded", "R1"),), of("20.00", refunded="20.00")),
        ((follower("Reversed", "V1"),), of("20.00", disputed="20.00")),
        ((follower("Reversed", "V1", gross="-19.12", mc_fee="-0.88"),), of("20.00", disputed="20.00")),
        ((follower("Reversed", "V1"), follower("Canceled_Reversal", "W1", gross="20.00")), of("20.00")),
        ((case(),), of("20.00")),
        ((adjustment("X1"),), of("20.00")),
    ],
)
def test_what_went_back_and_what_is_in_dispute_is_counted_in_any_order(
    bodies: tuple[bytes, ...], expected: Share
) -> None:
    for arrival in itertools.permutations((payment(), *bodies)):
        assert shared(*arrival) == expected


@pytest.mark.parametrize(
    ("body", "txn_id"),
    [
        (pending(), "T1"), (payment(status="Denied"), "T1"), (payment(gross="0.00"), "T1"),
        (payment(payer_id=""), "T1"), (authorization(), "A1"), (authorization(status="Completed"), "A1"),
        (order(), "O-1"), (batch(record(1)), "M1"), (follower("Refunded", "R1"), "T1"), (case(), "T1"),
    ],
)  # fmt: skip
def test_without_money_there_is_no_share(body: bytes, txn_id: str) -> None:
    assert shared(body, txn_id=txn_id) is None


def test_a_capture_is_a_payment() -> None:
    assert shared(authorization(), capture("C1", gross="5.00"), txn_id="C1") == of("5.00")


def test_contradictory_payers_are_one_whichever_came_first() -> None:
    bodies = payment(), payment(payer_id="PAYER2", gross="19.00")
    first, second = (shared(*arrival) for arrival in itertools.permutations(bodies))
    assert first == second == of("19.00", payer="PAYER2")
