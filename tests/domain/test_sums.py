"""What was undone of a payment, in gross terms, however PayPal wrote it and in whatever order."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.facts import Follower
from domain.money import Money
from domain.sums import part_undone, refunded, reversed_now, weight
from domain.vocabulary import FollowerKind

PAID = Money.of("20.00", "USD")


def heard(
    kind: FollowerKind, gross: str | None, fee: str | None = None, txn_id: str = "F1", currency: str = "USD"
) -> Follower:
    return Follower(
        txn_id=txn_id,
        parent_txn_id="T1",
        kind=kind,
        gross=None if gross is None else Money.of(gross, currency),
        fee=None if fee is None else Money.of(fee, currency),
    )


def refund(gross: str, txn_id: str = "R1", currency: str = "USD") -> Follower:
    return heard(FollowerKind.REFUND, gross, None, txn_id, currency)


def reversal(gross: str, fee: str | None = None, txn_id: str = "V1", currency: str = "USD") -> Follower:
    return heard(FollowerKind.REVERSAL, gross, fee, txn_id, currency)


def canceled(gross: str, fee: str | None = None, txn_id: str = "W1", currency: str = "USD") -> Follower:
    return heard(FollowerKind.CANCELED_REVERSAL, gross, fee, txn_id, currency)


def adjusted(gross: str) -> Follower:
    return heard(FollowerKind.ADJUSTMENT, gross, None, "X1")


REFUNDED = {
    "nothing": ([], "0.00"),
    "a part": ([refund("-5.00")], "5.00"),
    "in parts": ([refund("-5.00"), refund("-15.00", "R2")], "20.00"),
    "one told twice counts once": ([refund("-5.00"), refund("-5.00")], "5.00"),
    "one told with two amounts counts as the larger": ([refund("-7.00"), refund("-5.00")], "7.00"),
    "another currency is no part of it": ([refund("-5.00", currency="EUR")], "0.00"),
    "reversals and adjustments are no refunds": (
        [reversal("-20.00"), adjusted("-20.00"), canceled("5.00")],
        "0.00",
    ),
    "more than was paid": ([refund("-15.00"), refund("-15.00", "R2")], "30.00"),
}


@pytest.mark.parametrize("name", REFUNDED)
def test_refunds_add_up(name: str) -> None:
    told, expected = REFUNDED[name]
    assert str(refunded(told, PAID)) == expected


UNDONE = {
    "a hold, net of fee, is the whole": (reversal("-19.12", "-0.88"), "20.00"),
    "a final reversal in full gross is the whole": (reversal("-20.00", "-0.88"), "20.00"),
    "a reversal without a fee is the whole": (reversal("-20.00"), "20.00"),
    "a part is that part": (reversal("-5.00"), "5.00"),
    "a part with its fee is that part": (reversal("-5.00", "-0.15"), "5.00"),
    "a part that no fee makes whole is that part": (reversal("-19.12"), "19.12"),
    "more than was paid is what it says": (reversal("-35.00", "-15.00"), "35.00"),
}


@pytest.mark.parametrize("name", UNDONE)
def test_a_reversal_undoes_the_whole_or_a_part(name: str) -> None:
    told, expected = UNDONE[name]
    assert str(part_undone(told, PAID)) == expected


NOW = {
    "nothing": ([], "0.00"),
    "held": ([reversal("-19.12", "-0.88")], "20.00"),
    "returned as it was taken": ([reversal("-19.12", "-0.88"), canceled("19.12")], "0.00"),
    "returned with its fee": ([reversal("-19.12", "-0.88"), canceled("19.12", "0.88")], "0.00"),
    "returned in full gross": ([reversal("-19.12", "-0.88"), canceled("20.00")], "0.00"),
    "taken in full, returned in full": ([reversal("-20.00"), canceled("20.00")], "0.00"),
    "returned in part": ([reversal("-20.00"), canceled("8.00")], "12.00"),
    "a part returned": ([reversal("-5.00"), canceled("5.00")], "0.00"),
    "one of two returned": ([reversal("-5.00"), reversal("-6.00", txn_id="V2"), canceled("6.00")], "5.00"),
    "taken again": (
        [reversal("-20.00"), canceled("20.00"), reversal("-20.00", txn_id="V2")],
        "20.00",
    ),
    "a negative return gives nothing back": ([reversal("-20.00"), canceled("-20.00")], "20.00"),
    "more returned than taken is not below nothing": ([reversal("-5.00"), canceled("20.00")], "0.00"),
    "a return alone is nothing": ([canceled("20.00")], "0.00"),
    "under one id, as settlement reports do": (
        [reversal("-20.00", txn_id="V1"), canceled("20.00", txn_id="V1")],
        "0.00",
    ),
    "another currency is no part of it": (
        [reversal("-20.00", currency="EUR"), canceled("3.00", currency="EUR")],
        "0.00",
    ),
    "refunds are no part of it": ([refund("-20.00"), adjusted("-5.00")], "0.00"),
}


@pytest.mark.parametrize("name", NOW)
def test_what_is_pulled_back_at_present(name: str) -> None:
    told, expected = NOW[name]
    assert str(reversed_now(told, PAID)) == expected
    assert str(reversed_now(reversed(told), PAID)) == expected


def test_followers_without_an_amount_are_not_counted() -> None:
    assert refunded([heard(FollowerKind.REFUND, None)], PAID) == Money.zero("USD")
    assert reversed_now([heard(FollowerKind.REVERSAL, None, "-1.00")], PAID) == Money.zero("USD")


def test_of_two_tellings_the_larger_is_believed_and_the_parent_does_not_matter() -> None:
    assert weight(reversal("-5.00")) < weight(reversal("-6.00"))
    assert weight(reversal("-5.00")) < weight(reversal("-5.00", "-0.10"))
    other = Follower(
        txn_id="V1", parent_txn_id="ELSE", kind=FollowerKind.REVERSAL, gross=Money.of("-5.00", "USD")
    )
    assert weight(reversal("-5.00")) == weight(other)


told_followers = st.lists(
    st.builds(
        heard,
        st.sampled_from([FollowerKind.REFUND, FollowerKind.REVERSAL, FollowerKind.CANCELED_REVERSAL]),
        st.sampled_from(["-20.00", "-19.12", "-5.00", "5.00", "20.00", "0.00"]),
        st.sampled_from([None, "-0.88", "0.88"]),
        st.sampled_from(["F1", "F2", "F3"]),
        st.sampled_from(["USD", "USD", "EUR"]),
    ),
    max_size=7,
)


@given(told_followers, st.randoms(use_true_random=False))
def test_no_order_and_no_repetition_changes_a_sum(told: list[Follower], random: object) -> None:
    shuffled = told + told[:2]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert refunded(shuffled, PAID) == refunded(told, PAID)
    assert reversed_now(shuffled, PAID) == reversed_now(told, PAID)


@given(told_followers)
def test_sums_are_never_below_nothing(told: list[Follower]) -> None:
    zero = Money.zero("USD")
    assert zero <= refunded(told, PAID)
    assert zero <= reversed_now(told, PAID)


def test_a_return_that_repeats_no_reversal_may_be_written_net_of_the_fee_too() -> None:
    assert str(reversed_now([reversal("-20.00"), canceled("19.12", "0.88")], PAID)) == "0.00"


def test_of_two_tellings_with_the_same_amounts_one_always_outweighs_the_other() -> None:
    one, other = refund("-5.00"), replace(refund("-5.00"), reason="other")
    assert weight(one) != weight(other)
    assert weight(one) == weight(replace(one, parent_txn_id="V9"))  # whatever it is told to follow


def test_a_reversal_that_is_all_fee_is_given_back_by_its_return() -> None:
    assert str(reversed_now([reversal("0.00", "-20.00"), canceled("0.00")], PAID)) == "0.00"
