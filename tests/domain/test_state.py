"""What is kept about a transaction: frozen sets of facts."""

from dataclasses import FrozenInstanceError

import pytest

from domain.facts import Case, Follower
from domain.state import Parked, Transaction
from tests.given import case, fact_of, follower


def test_of_a_new_transaction_nothing_is_known() -> None:
    new = Transaction(txn_id="T1")
    assert (new.reports, new.followers, new.cases, new.captures, new.parked) == ((), (), (), (), ())
    assert (new.follows, new.version, new.first_heard, new.last_changed) == (None, 0, None, None)


def test_what_is_parked_is_a_follower_or_a_case() -> None:
    refund, dispute = fact_of(follower("Refunded", "R1"), Follower), fact_of(case(), Case)
    assert Parked(n=1, waits_for="T1", follower=refund).fact is refund
    assert Parked(n=2, waits_for="T1", case=dispute).fact is dispute
    with pytest.raises(AssertionError, match="parked nothing"):
        _ = Parked(n=3, waits_for="T1").fact


def test_a_transaction_cannot_be_changed_in_place() -> None:
    with pytest.raises(FrozenInstanceError):
        Transaction(txn_id="T1").follows = "T2"  # type: ignore[misc]
