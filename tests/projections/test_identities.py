"""Ids of followers lead to what they follow."""

from projections import identities
from tests.given import MemoryBook, adjustment, follower, payment


def rows(book: MemoryBook) -> dict[str, str]:
    """What each follower's id leads to, by all entries of the book."""
    found = (identities.row(stream, entry) for stream, told in book.streams.items() for entry in told)
    return {row["txn_id"]: row["follows"] for row in found if row is not None}


def test_a_refunds_id_leads_to_its_payment() -> None:
    assert rows(MemoryBook().deliver(payment(), follower("Refunded", "R1"))) == {"R1": "T1"}


def test_an_adjustment_leads_to_the_reversal_that_it_settles() -> None:
    book = MemoryBook().deliver(payment(), follower("Reversed", "V1"), adjustment("X1", "V1"))
    assert rows(book) == {"V1": "T1", "X1": "V1"}


def test_a_refund_that_waits_leads_to_what_it_waits_for() -> None:
    assert rows(MemoryBook().deliver(follower("Refunded", "R1"))) == {"R1": "T1"}


def test_a_payment_leads_nowhere() -> None:
    assert rows(MemoryBook().deliver(payment())) == {}


def test_an_id_leads_to_one_place_however_often_it_is_told() -> None:
    refund = follower("Refunded", "R1")
    assert rows(MemoryBook().deliver(refund, payment(), refund)) == {"R1": "T1"}


def test_the_projection_has_a_name_and_a_version() -> None:
    assert (identities.NAME, identities.VERSION) == ("identities", 1)
