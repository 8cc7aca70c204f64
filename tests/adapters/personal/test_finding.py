"""Finding: everything of a payer, by id or e-mail address, sealed or not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.vocabulary import Verdict
from tests.adapters.sealed_workshop import SealedWorkshop, of_user, open_sealed
from tests.given import body, follower, payment
from tests.given_streams import batch, record, signup


@pytest.fixture
def house(any_engine: str, tmp_path: Path) -> Iterator[SealedWorkshop]:
    with open_sealed(tmp_path) as opened:
        yield opened


def test_all_that_a_payer_told_is_found(house: SealedWorkshop) -> None:
    house.deliver(of_user(), payment("T2", payer_id="P2"), of_user())
    house.deliver(signup(payer_id="PAYER1"), of_user("T3", txn_type="odd"))
    house.deliver(of_user("T4"), verdict=Verdict.INVALID)
    found = house.find("PAYER1")
    assert found.keys == {"payer:PAYER1#1"}
    assert found.messages == {1, 3, 4, 5, 6}
    assert "T1" in found.streams
    assert "T2" not in found.streams
    assert (found.plain_events, found.plain_messages, found.destroyed) == (0, 0, set())


def test_an_address_leads_to_the_payer_and_back(house: SealedWorkshop) -> None:
    house.deliver(of_user(), of_user("T2", payer_id="", payer_email="Buyer@Example.com"))
    for asked in ("PAYER1", "BUYER@example.com"):
        found = house.find(asked)
        assert (found.ids, found.emails) == ({"PAYER1"}, {"buyer@example.com"})
        assert found.messages == {1, 2}
        assert found.streams == {"T1", "T2"}
        assert len(found.keys) == 2


def test_messages_about_a_payment_that_name_nobody_are_its_payers(house: SealedWorkshop) -> None:
    house.deliver(of_user(), follower("Refunded", "R1"), follower("Refunded", "R2", "T9"))
    found = house.find("PAYER1")
    assert found.messages == {1, 2}
    assert found.keys == {"payer:PAYER1#1", "message:2#1"}


def test_one_of_many_who_were_paid_takes_the_batch_with_him(house: SealedWorkshop) -> None:
    records = record(1, receiver_email="one@example.com") | record(2, receiver_email="two@example.com")
    house.deliver(batch(records))
    found = house.find("one@example.com")
    assert len(found.streams) == 1
    assert found.messages == {1}
    assert len(found.keys) == 2
    assert "message:1#1" in found.keys


def test_what_is_not_sealed_is_counted(any_engine: str, tmp_path: Path) -> None:
    with open_sealed(tmp_path, seals=False) as house:
        house.deliver(of_user(), payment("T2", payer_id="P2"), follower("Refunded", "R1"))
    with open_sealed(tmp_path) as house:
        house.deliver(of_user("T3"))
        found = house.find("PAYER1")
        assert (found.plain_events, found.plain_messages) == (1, 2)
        assert found.messages == {4}


def test_who_was_never_heard_of_is_nobody(house: SealedWorkshop) -> None:
    house.deliver(of_user())
    assert not house.find("P9").anything
    assert not house.find("PAYER").anything
    assert not house.find("nobody@example.com").anything


def test_a_payer_who_was_forgotten_is_known_as_that(house: SealedWorkshop) -> None:
    house.deliver(of_user(), of_user("T2", payer_id=""))
    house.forget("buyer@example.com")
    assert (house.find("PAYER1").keys, house.find("PAYER1").destroyed) == (set(), {"payer:PAYER1#1"})
    assert house.find("buyer@example.com").anything


def test_any_bytes_at_all_may_lie_beside(house: SealedWorkshop) -> None:
    house.deliver(b"", b"\xff\x00=%zz&payer_id", body(payer_id="x" * 600), of_user())
    assert house.find("PAYER1").messages == {4}
