"""Seals: what the notary wrote is read as it was written."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.engines import StoreEngine, StoreError
from adapters.notary.seals import (
    DELIVERY,
    EVENT,
    RULES,
    Kept,
    Seal,
    Seals,
    read_last,
    write_checkpoint,
    write_seals,
)
from tests.engines import store_in

WRITTEN = [
    Seal(1, RULES, 1, b"r"),
    Seal(2, DELIVERY, 7, b"d"),
    Seal(3, EVENT, 4, b"e"),
    Seal(4, EVENT, 9, b"f"),
]


@pytest.fixture
def engine(any_engine: str, tmp_path: Path) -> Iterator[StoreEngine]:
    database = store_in(tmp_path)
    database.prepare()
    engine = database.notary()
    yield engine
    engine.dispose()


def test_an_empty_store_has_sealed_nothing(engine: StoreEngine) -> None:
    seals = Seals(engine)
    assert (seals.size(), seals.after(0, 9), seals.leaves(9), seals.seq_of(EVENT, 1)) == (0, [], [], None)
    assert (seals.checkpoints(), seals.last_checkpoint(), seals.vkeys()) == ([], None, [])


def test_what_was_sealed_is_read_in_order(engine: StoreEngine) -> None:
    with engine.begin() as connection:
        write_seals(connection, [])
        write_seals(connection, WRITTEN)
        assert [read_last(connection, kind) for kind in (EVENT, DELIVERY, RULES)] == [9, 7, 1]
    seals = Seals(engine)
    assert seals.size() == 4
    assert seals.after(0, 2) + seals.after(2, 9) == WRITTEN
    assert seals.leaves(3) == [b"r", b"d", b"e"]
    assert (seals.seq_of(EVENT, 4), seals.seq_of(DELIVERY, 4)) == (3, None)


def test_checkpoints_are_read_from_the_smallest_to_the_newest(engine: StoreEngine) -> None:
    kept = [Kept(2, "note 2\n", b"22", 5), Kept(4, "note 4\n", b"44", 6)]
    with engine.begin() as connection:
        for one in kept:
            write_checkpoint(connection, one)
    assert Seals(engine).checkpoints() == kept
    assert Seals(engine).last_checkpoint() == kept[-1]


def test_a_store_that_cannot_be_read_is_said_in_one_line(on_sqlite: str, tmp_path: Path) -> None:
    (tmp_path / "house.db").write_bytes(b"this is no database" * 1000)
    engine = store_in(tmp_path).notary()
    with pytest.raises(StoreError, match=r"house\.db"):
        Seals(engine).size()
    engine.dispose()
