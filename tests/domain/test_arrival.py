"""Whether money arrived is told in words that hold for where the payment stands."""

import pytest

from domain.arrival import arrival
from tests.given import MemoryBook, authorization, capture, follower, payment, pending

SAID: dict[str, tuple[list[bytes], bool, str]] = {
    "arrived": ([payment()], True, "20.00 USD arrived, less a fee of 0.88 USD"),
    "pending": ([pending()], False, "20.00 USD is pending: echeck: "),
    "sent back before it came": (
        [pending(reason="unilateral"), follower("Refunded", "R1")], False,
        "20.00 USD was pending and is refunded: it never arrived",
    ),
    "pulled back in review": (
        [pending(reason="paymentreview"), follower("Reversed", "V1")], False,
        "20.00 USD was pending and is reversed: it never arrived",
    ),
    "awaited": ([follower("Refunded", "R1")], False, "nothing was heard of the payment itself; waiting for"),
    "denied": ([payment(status="Denied")], False, "the payment of 20.00 USD is denied: no money came"),
}  # fmt: skip


@pytest.mark.parametrize("name", SAID)
def test_where_the_money_is_is_said(name: str) -> None:
    bodies, here, words = SAID[name]
    found, said = arrival(MemoryBook().deliver(*bodies).transaction("T1"))
    assert found is here
    assert said.startswith(words)


def test_an_authorization_says_what_became_of_each_capture() -> None:
    book = MemoryBook().deliver(authorization(), capture("C1", status="Denied"), capture("C2", gross="5.00"))
    found, said = arrival(book.transaction("A1"))
    assert not found
    assert said.endswith("it is no payment; captured from it: C1 (denied), C2 (completed)")
