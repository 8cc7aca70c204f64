"""The notary: what was stored has its place without a gap, each checkpoint is of all that is before it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update

from adapters.chains import digest_of
from adapters.engines import StoreEngine
from adapters.notary.digests import NOTHING, delivery_digest, rules_digest
from adapters.notary.notary import Notary, WrongKeyError
from adapters.notary.notes import Signer, verify
from adapters.notary.seals import DELIVERY, EVENT, RULES, Seals
from adapters.notary.tree import leaf_hash, root_of
from adapters.rules import RulesBook
from adapters.tables import deliveries, rules
from tests.adapters.workshop import Workshop
from tests.given import follower, payment, pending
from tests.sealed import SIGNER


@dataclass
class House:
    """A workshop with its notary."""

    workshop: Workshop
    engine: StoreEngine

    @property
    def notary(self) -> Notary:
        return self.signing(SIGNER)

    def signing(self, signer: Signer, **more: Any) -> Notary:
        parts = self.workshop.parts
        return Notary(self.workshop.book, parts.inbox, self.engine, signer, self.workshop.clock, **more)

    @property
    def seals(self) -> Seals:
        return Seals(self.engine)

    def record(self, *bodies: bytes) -> None:
        processor = self.workshop.processor(rules=RulesBook(self.workshop.parts.book, self.workshop.clock))
        processor.settle(self.workshop.answer(self.workshop.claim(*bodies)))

    def forget_digests(self) -> None:
        """As a store was before there were any."""
        with self.workshop.parts.book.begin() as connection:
            connection.execute(text("UPDATE stored_events SET digest = NULL"))
            connection.execute(delete(rules))

    def all_digests(self) -> dict[tuple[int, int], bytes]:
        """What is to be sealed, made from what is stored."""
        found: dict[tuple[int, int], bytes] = {}
        with self.workshop.parts.inbox.connect() as connection:
            for n, received_us, peer, headers, body, sealed_by in connection.execute(select(deliveries)):
                found[DELIVERY, n] = delivery_digest(n, received_us, peer, headers, body, sealed_by)
        tips: dict[str, bytes] = {}
        for position, stored in self.workshop.book.stored_between(0, 10**6, 10**6):
            stream = str(stored.originator_id)
            tips[stream] = found[EVENT, position] = digest_of(stored, tips.get(stream, NOTHING))
        with self.engine.connect() as connection:
            row = rules.c
            for number, adopted_us, document in connection.execute(
                select(row.number, row.adopted_us, row.document)
            ):
                found[RULES, number] = rules_digest(number, adopted_us, document)
        return found


@pytest.fixture
def house(workshop: Workshop) -> Iterator[House]:
    engine = workshop.parts.database.notary()
    yield House(workshop, engine)
    engine.dispose()


def test_what_was_stored_is_sealed_without_a_gap(house: House) -> None:
    house.record(payment(), follower("Refunded", "R1"), payment("T2"))
    assert house.notary.seal(100) == 8
    sealed = house.seals.after(0, 100)
    assert [seal.seq for seal in sealed] == list(range(1, 9))
    assert {(seal.kind, seal.number): seal.digest for seal in sealed} == house.all_digests()
    assert house.notary.seal(100) == 0


def test_what_an_event_was_made_from_stands_before_it(house: House) -> None:
    for n in range(6):
        house.record(payment(f"T{n}"))
        house.notary.seal(3)
    while house.notary.seal(3):
        pass
    order = [(seal.kind, seal.number) for seal in house.seals.after(0, 100)]
    for position, placed in house.workshop.book.after(0, 100):
        assert order.index((DELIVERY, placed.entry.n or 0)) < order.index((EVENT, position))


def test_only_what_was_taken_in_is_sealed(house: House) -> None:
    house.record(payment())
    house.workshop.keep(payment("T2"))
    while house.notary.seal(100):
        pass
    assert house.seals.seq_of(DELIVERY, 2) is None
    house.workshop.claims.take_in()
    house.notary.seal(100)
    assert house.seals.seq_of(DELIVERY, 2) == 4


def test_a_checkpoint_is_of_all_that_stands_before(house: House) -> None:
    house.record(payment())
    house.notary.seal(100)
    first = house.notary.checkpoint()
    assert first is not None
    house.record(payment("T2"), payment("T3"))
    house.notary.seal(100)
    second = house.notary.checkpoint()
    assert second is not None
    for kept, made in zip(house.seals.checkpoints(), (first, second), strict=True):
        assert verify(kept.note, house.seals.vkeys()) == made
        leaves = [leaf_hash(leaf) for leaf in house.seals.leaves(kept.size)]
        assert (made.size, made.root) == (kept.size, root_of(leaves))
        assert made.line("time") is not None
        assert made.line("taken over") is None
    assert house.notary.checkpoint() is None


def test_nothing_is_signed_where_nothing_is_sealed(house: House) -> None:
    assert house.notary.checkpoint() is None
    assert house.seals.vkeys() == []


def test_a_store_of_before_is_sealed_from_its_first_event(house: House) -> None:
    house.record(payment(), follower("Refunded", "R1"))
    house.record(payment("T2"))
    house.forget_digests()
    house.record(
        pending("T3"), payment("T2", payment_type="echeck"), follower("Refunded", "R2", "T2", "-1.00")
    )
    assert house.notary.seal(5) == 6  # the rules beside them
    assert house.notary.checkpoint() is None  # not before all of before is sealed
    while house.notary.seal(1):
        pass
    made = house.notary.checkpoint()
    assert made is not None
    assert {(s.kind, s.number): s.digest for s in house.seals.after(0, 100)} == house.all_digests()
    last_bare = house.seals.seq_of(EVENT, 4)
    assert made.line("taken over") == str(last_bare)
    house.record(payment("T9"))
    house.notary.seal(100)
    second = house.notary.checkpoint()
    assert second is not None
    assert second.line("taken over") is None


def test_events_after_those_of_before_carry_what_the_notary_seals(house: House) -> None:
    house.record(payment())
    house.forget_digests()
    house.record(follower("Refunded", "R1"))
    while house.notary.seal(2):
        pass
    carried = [digest for *_, digest in house.workshop.book.sealed_between(0, 100, 100)]
    assert carried[0] is None
    assert carried[-1] == house.seals.after(0, 100)[-1].digest


def test_a_body_that_was_purged_before_is_passed_by(house: House) -> None:
    house.record(payment(), payment())
    with house.workshop.parts.inbox.begin() as connection:
        connection.execute(delete(deliveries).where(deliveries.c.n == 2))
    house.notary.seal(100)
    assert [s.number for s in house.seals.after(0, 100) if s.kind == DELIVERY] == [1]


def test_a_clock_that_was_set_back_signs_no_earlier_time(house: House) -> None:
    for n in range(2):
        house.record(payment(f"T{n}"))
        house.notary.seal(100)
        house.notary.checkpoint()
        house.workshop.at -= timedelta(days=1)
    first, second = house.seals.checkpoints()
    assert first.made_us == second.made_us


def test_another_key_does_not_sign(house: House) -> None:
    house.record(payment())
    house.notary.seal(100)
    house.notary.checkpoint()
    other = house.signing(Signer("counterfoil/other", bytes(32)))
    house.record(payment("T2"))
    assert other.seal(100) > 0
    with pytest.raises(WrongKeyError, match=r"notary\.key"):
        other.checkpoint()
    assert len(house.seals.checkpoints()) == 1


def test_many_notaries_leave_no_gap(house: House) -> None:
    house.record(*(payment(f"T{n}") for n in range(30)))
    notaries = [house.notary for _ in range(6)]

    def all_of_it(notary: Notary) -> int:
        count, idle = 0, 0
        while idle < 3:
            some = notary.seal(4)
            idle = 0 if some else idle + 1
            count += some
            notary.checkpoint()
        return count

    with ThreadPoolExecutor(6) as pool:
        counts = list(pool.map(all_of_it, notaries))
    sealed = house.seals.after(0, 1000)
    assert sum(counts) == len(sealed) == len(house.all_digests())
    assert [seal.seq for seal in sealed] == list(range(1, len(sealed) + 1))
    for kept in house.seals.checkpoints():
        leaves = [leaf_hash(leaf) for leaf in house.seals.leaves(kept.size)]
        assert verify(kept.note, house.seals.vkeys()).root == root_of(leaves)


def test_the_row_of_a_delivery_changes_and_its_seal_does_not(house: House, tmp_path: Path) -> None:
    house.record(payment())
    house.notary.seal(100)
    before = house.seals.after(0, 100)
    with house.workshop.parts.inbox.begin() as connection:
        connection.execute(update(deliveries).values(body=b"another"))
    house.notary.seal(100)
    assert house.seals.after(0, 100) == before
    assert before[1].digest != house.all_digests()[DELIVERY, 1]
