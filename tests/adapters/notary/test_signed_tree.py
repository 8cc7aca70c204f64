"""The tree of the newest checkpoint: whole, or nothing is said of it."""

import pytest
from sqlalchemy import delete, update

from adapters.notary.notes import NoteError, Signer, checkpoint_of
from adapters.notary.seals import EVENT, Seals
from adapters.notary.signed_tree import ProofError, SignedTree
from adapters.notary.tree import check_consistency, check_inclusion, leaf_hash
from adapters.tables import checkpoints, seals
from tests.adapters.workshop import Workshop
from tests.given import payment
from tests.sealed import SIGNER, sealed


def tree_of(workshop: Workshop) -> SignedTree:
    found = SignedTree.of(Seals(workshop.engine))
    assert found is not None
    return found


def test_there_is_none_before_the_first_checkpoint(workshop: Workshop) -> None:
    workshop.deliver(payment())
    assert SignedTree.of(Seals(workshop.engine)) is None


def test_every_entry_leads_to_the_root_that_was_signed(workshop: Workshop) -> None:
    workshop.deliver(payment(), payment("T2"), payment("T3"))
    sealed(workshop)
    found = tree_of(workshop)
    assert found.vkey == SIGNER.vkey
    for one in Seals(workshop.engine).after(0, 100):
        leaf, path = leaf_hash(one.digest), found.tree.inclusion(one.seq - 1)
        assert check_inclusion(leaf, one.seq - 1, found.checkpoint.size, path, found.checkpoint.root)


def test_what_is_not_covered_has_no_place(workshop: Workshop) -> None:
    workshop.deliver(payment())
    sealed(workshop)
    find = tree_of(workshop).finder(workshop.engine, EVENT, [1, 99])
    assert find(99, b"x" * 33)["seq"] is None
    assert find(99, None) == {"digest": None, "seq": None, "proof": None}
    with pytest.raises(ProofError, match=r"event 1 is not as it was sealed \(entry 2\)"):
        find(1, b"x" * 33)


def test_a_tree_that_was_changed_is_none(workshop: Workshop) -> None:
    workshop.deliver(payment(), payment("T2"))
    sealed(workshop)
    with workshop.engine.begin() as connection:
        connection.execute(update(seals).where(seals.c.seq == 1).values(digest=b"x" * 33))
    with pytest.raises(ProofError, match="the newest checkpoint is not of what is stored"):
        tree_of(workshop)


def test_a_checkpoint_by_another_key_is_none(workshop: Workshop) -> None:
    workshop.deliver(payment())
    note = sealed(workshop)
    forged = Signer(SIGNER.name, bytes(32)).sign(note.rpartition("\n\n")[0] + "\n")
    with workshop.engine.begin() as connection:
        connection.execute(update(checkpoints).values(note=forged))
    with pytest.raises(ProofError, match="the newest checkpoint is not of what is stored"):
        tree_of(workshop)


def test_an_older_checkpoint_is_extended(workshop: Workshop) -> None:
    workshop.deliver(payment())
    old = sealed(workshop)
    workshop.deliver(payment("T2"))
    new = sealed(workshop)
    said = tree_of(workshop).extends(old, Seals(workshop.engine))
    assert said["checkpoint"] == old
    assert said["proof"]
    older, newer = (checkpoint_of(note.rpartition("\n\n")[0] + "\n") for note in (old, new))
    path = tree_of(workshop).tree.consistency(older.size)
    assert check_consistency(older.size, older.root, newer.size, newer.root, path)


def test_a_store_that_lost_its_tail_extends_nothing(workshop: Workshop) -> None:
    workshop.deliver(payment())
    old = sealed(workshop)
    workshop.deliver(payment("T2"))
    lost = sealed(workshop)
    size = checkpoint_of(old.rpartition("\n\n")[0] + "\n").size
    with workshop.engine.begin() as connection:
        connection.execute(delete(seals).where(seals.c.seq > size))
        connection.execute(delete(checkpoints).where(checkpoints.c.size > size))
    with pytest.raises(ProofError, match=f"here only {size} are signed for"):
        tree_of(workshop).extends(lost, Seals(workshop.engine))


def test_what_is_no_checkpoint_of_this_book_is_not_extended(workshop: Workshop) -> None:
    workshop.deliver(payment())
    note = sealed(workshop)
    other = Signer("counterfoil/another", bytes(32))
    with pytest.raises(NoteError, match="none of the keys"):
        tree_of(workshop).extends(other.sign(note.rpartition("\n\n")[0] + "\n"), Seals(workshop.engine))
