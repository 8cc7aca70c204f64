"""Checkpoints are held against the seals, the keys and each other."""

import pytest

from adapters.notary.notes import Checkpoint, Signer
from adapters.tables import checkpoints, notary_keys, seals, sendings
from tests.adapters.auditing.conftest import Store, where


def size(store: Store) -> int:
    return store.history.left[-1].size


def test_a_store_that_nobody_touched_is_whole(store: Store) -> None:
    assert store.check("tree") == []


def test_a_changed_seal_is_found_by_the_root(store: Store) -> None:
    store.change(seals, {"digest": bytes(33)}, seq=1)
    found = store.check("tree")
    assert ("checkpoints", {"size": size(store)}) in where(found)
    assert "its root is not that of the seals before it" in [one.what for one in found]


@pytest.mark.parametrize("change", [{"frontier": b"x" * 32}, {"made_us": 5}, {"note": "none"}])
def test_a_changed_checkpoint_is_named(store: Store, change: dict[str, object]) -> None:
    store.change(checkpoints, change, size=size(store))
    assert ("checkpoints", {"size": size(store)}) in where(store.check("tree"))


def test_a_checkpoint_by_another_key_is_none(store: Store) -> None:
    left = store.history.left[-1]
    other = Signer.generate("counterfoil/ffffffffffffffff")
    note = other.sign(Checkpoint(other.name, left.size, left.root, left.lines).text())
    store.change(checkpoints, {"note": note}, size=left.size)
    assert ("checkpoints", {"size": left.size}) in where(store.check("tree"))


def test_a_log_that_ends_before_its_checkpoint_was_cut(store: Store) -> None:
    store.execute("DELETE FROM seals WHERE seq = :seq", seq=size(store))
    assert where(store.check("tree")) == [("checkpoints", {"size": size(store)})]


def test_a_key_that_the_book_does_not_name_did_not_sign(store: Store) -> None:
    with store.workshop.engine.begin() as book:
        book.execute(notary_keys.delete())
    assert where(store.check("tree")) == [("notary_keys", {"name": store.history.signer.name})]


def test_a_key_that_signed_nothing_is_named(store: Store) -> None:
    other = Signer.generate("counterfoil/ffffffffffffffff").vkey
    with store.workshop.engine.begin() as book:
        book.execute(notary_keys.insert(), {"vkey": other, "since_us": 1})
    assert where(store.check("tree")) == [("notary_keys", {"vkey": other})]


def test_this_house_says_when_its_key_is_not_the_books(store: Store) -> None:
    store.history.signer = Signer.generate("counterfoil/ffffffffffffffff")
    (said,) = store.said("tree")
    assert said.first == []
    assert "is not among those that the book names" in said.notes[0]


def test_a_log_that_does_not_extend_what_left_is_found(store: Store) -> None:
    left = store.history.left[-1]
    store.history.left.append(Checkpoint(left.origin, left.size, bytes(32)))
    assert where(store.check("tree", since=True)) == [("seals", {"size": left.size})]
    store.history.left.append(Checkpoint(left.origin, left.size + 1, bytes(32)))
    (found,) = store.check("tree", since=True)
    assert "its end was cut" in found.what


def test_what_was_sent_away_is_still_here(store: Store) -> None:
    with store.workshop.engine.begin() as book:
        book.execute(sendings.insert(), {"target": "file:///elsewhere", "size": size(store)})
    assert store.check("tree") == []
    store.change(sendings, {"size": size(store) + 1}, target="file:///elsewhere")
    assert where(store.check("tree")) == [("sendings", {"target": "file:///elsewhere"})]
