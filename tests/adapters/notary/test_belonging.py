"""Which streams belong to a transaction: what follows it, its invoice, and nothing of anybody else's."""

import pytest

from adapters.notary.belonging import streams_of
from tests.adapters.workshop import Workshop
from tests.given import adjustment, follower, payment
from tests.given_streams import signup


@pytest.fixture
def told(workshop: Workshop) -> Workshop:
    workshop.deliver(
        payment(invoice="inv-1"),
        follower("Refunded", "R1", gross="-5.00"),
        follower("Reversed", "V1", gross="-2.00"),
        adjustment("X1", "V1"),
        payment("T2", invoice="inv-2"),
        follower("Refunded", "R9", "T9"),
        signup(),
    )
    return workshop


@pytest.mark.parametrize("asked", ["T1", "R1", "V1", "X1"])
def test_every_id_of_a_transaction_leads_to_the_same_streams(told: Workshop, asked: str) -> None:
    names = streams_of(told.book, asked)
    assert names[0] == "T1"
    assert sorted(names) == sorted(["T1", "R1", "V1", "X1", "invoice:inv-1"])


def test_a_transaction_of_which_only_what_follows_it_was_heard(told: Workshop) -> None:
    assert streams_of(told.book, "T9")[0] == "T9"
    assert "T2" not in streams_of(told.book, "T9")


def test_a_subscription_is_its_own_stream(told: Workshop) -> None:
    assert streams_of(told.book, "S-1") == ["subscription:S-1"]


@pytest.mark.parametrize("asked", ["T7", "invoice:inv-1", "", "T" * 10_000])
def test_what_was_never_heard_of_has_none(told: Workshop, asked: str) -> None:
    assert streams_of(told.book, asked) == []
