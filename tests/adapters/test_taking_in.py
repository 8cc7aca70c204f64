"""Taking in: rows for what is new, once each, leased or not, and never more bodies than fit into memory."""

from pathlib import Path

import pytest

from adapters import taking_in
from adapters.taking_in import Lease, TakenIn, take_in
from adapters.times import to_us
from tests.adapters.sealed_workshop import of_user, open_sealed
from tests.adapters.workshop import Workshop
from tests.given import NOON, follower, payment

NOON_US = to_us(NOON)
LEASE = Lease("w/1", NOON_US + 60)


def numbers(found: TakenIn | None) -> list[int]:
    return [one.n for one, _ in found.leased] if found else []


def test_nothing_new_is_nothing_taken_in(workshop: Workshop) -> None:
    assert take_in(workshop.engine, workshop.inbox, 0) is None
    workshop.deliver(payment())
    assert take_in(workshop.engine, workshop.inbox, 1) is None


def test_it_tells_what_they_call_themselves(workshop: Workshop) -> None:
    workshop.keep(follower("Refunded", "R1", "T1"), b"")
    found = take_in(workshop.engine, workshop.inbox, 0, LEASE, 9)
    assert found is not None
    told = {one.n: (one.body, called.txn_id, called.parent_txn_id) for one, called in found.leased}
    assert told == {1: (follower("Refunded", "R1", "T1"), "R1", "T1"), 2: (b"", None, None)}


@pytest.mark.parametrize("leases", [0, 1, 2, 9])
def test_a_lease_stands_in_the_first_rows(workshop: Workshop, leases: int) -> None:
    workshop.keep(payment(), payment("T2"))
    found = take_in(workshop.engine, workshop.inbox, 0, LEASE, leases)
    assert found is not None
    assert (numbers(found), found.free) == ([1, 2][:leases], max(0, 2 - leases))
    for n in (1, 2):
        row = workshop.row(n)
        leased = ("w/1", NOON_US + 60) if n <= leases else (None, None)
        assert (row["lease_by"], row["lease_until_us"]) == leased
        assert (row["due_us"], row["attempts"], row["outcome"]) == (NOON_US, 0, "waiting")


def test_what_another_took_in_meanwhile_is_not_told_again(workshop: Workshop) -> None:
    workshop.keep(b"n=1", b"n=2")
    take_in(workshop.engine, workshop.inbox, 1, Lease("w/2", NOON_US), 1)
    workshop.keep(b"n=3")
    found = take_in(workshop.engine, workshop.inbox, 0, LEASE, 3)
    assert found is not None
    assert (numbers(found), found.free, found.last) == ([1, 3], 0, 3)
    assert [workshop.row(n)["lease_by"] for n in (1, 2, 3)] == ["w/1", "w/2", "w/1"]
    found = take_in(workshop.engine, workshop.inbox, 0, LEASE, 3)
    assert found is not None
    assert (numbers(found), found.free, found.last) == ([], 0, 3)


def test_large_ones_are_taken_in_a_few_at_a_time(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking_in, "_BYTES_MAX", 100)
    workshop.keep(b"x" * 300, b"", b"x" * 40, b"x" * 60, b"x")
    found, after = [], 0
    while some := take_in(workshop.engine, workshop.inbox, after, LEASE, 9):
        found.append(numbers(some))
        after = some.last
    assert found == [[1], [2, 3, 4], [5]]


def test_one_that_nobody_can_read_is_leased_to_nobody(any_engine: str, tmp_path: Path) -> None:
    """Its payer was forgotten after it was sealed, and before the row that it was sealed for was written."""
    with open_sealed(tmp_path) as house:
        house.deliver(of_user())
        house.keep(of_user("T2"), payment("T3", payer_id="P2"))
        house.inbox.seal(house.inbox.after(1, 9))
        house.forget("PAYER1")
        found = take_in(house.engine, house.inbox, 1, LEASE, 9)
        assert found is not None
        assert (numbers(found), found.free) == ([3], 1)
        assert [house.row(n)["lease_by"] for n in (2, 3)] == [None, "w/1"]
        assert house.row(2)["txn_id"] is None
