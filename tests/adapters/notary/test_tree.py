"""The tree is that of RFC 9162: every proof of it checks, and nothing that was changed does."""

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.notary.tree import (
    EMPTY_ROOT,
    Frontier,
    Tree,
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
)

SIZES = range(71)
LEAVES = [leaf_hash(bytes([n])) for n in SIZES]


def plain_root(leaves: Sequence[bytes]) -> bytes:
    """The definition of section 2.1.1, word for word."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    k = max(2**n for n in range(10) if 2**n < len(leaves))
    return sha256(b"\x01" + plain_root(leaves[:k]) + plain_root(leaves[k:])).digest()


def plain_path(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH of section 2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = max(2**n for n in range(10) if 2**n < len(leaves))
    if m < k:
        return [*plain_path(m, leaves[:k]), plain_root(leaves[k:])]
    return [*plain_path(m - k, leaves[k:]), plain_root(leaves[:k])]


def plain_subproof(m: int, leaves: Sequence[bytes], *, whole: bool = True) -> list[bytes]:
    """SUBPROOF of section 2.1.4.1."""
    if m == len(leaves):
        return [] if whole else [plain_root(leaves)]
    k = max(2**n for n in range(10) if 2**n < len(leaves))
    if m <= k:
        return [*plain_subproof(m, leaves[:k], whole=whole), plain_root(leaves[k:])]
    return [*plain_subproof(m - k, leaves[k:], whole=False), plain_root(leaves[:k])]


def changed(proof: Sequence[bytes], at: int, bit: int) -> list[bytes]:
    flipped = bytearray(proof[at])
    flipped[bit // 8] ^= 1 << bit % 8
    return [*proof[:at], bytes(flipped), *proof[at + 1 :]]


def test_the_roots_that_certificate_transparency_has_published() -> None:
    # The eight entries and the roots of RFC 6962's reference tests.
    entries = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]
    leaves = [leaf_hash(bytes.fromhex(entry)) for entry in entries]
    assert [root_of(leaves[:size]).hex() for size in range(1, 9)] == roots
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_seven_leaves_of_the_rfc() -> None:
    a, b, c, d, e, f, j = (leaf_hash(bytes([n])) for n in range(7))
    g, h, i = node_hash(a, b), node_hash(c, d), node_hash(e, f)
    k, right = node_hash(g, h), node_hash(i, j)
    leaves = [a, b, c, d, e, f, j]
    assert root_of(leaves) == node_hash(k, right)
    # Its letters: l is what is called the right half here, k the left one.
    assert inclusion_proof(leaves, 0) == [b, h, right]
    assert inclusion_proof(leaves, 3) == [c, g, right]
    assert inclusion_proof(leaves, 4) == [f, j, k]
    assert inclusion_proof(leaves, 6) == [i, k]
    assert consistency_proof(leaves, 3) == [c, d, g, right]
    assert consistency_proof(leaves, 4) == [right]
    assert consistency_proof(leaves, 6) == [i, j, k]


@pytest.mark.parametrize("size", SIZES)
def test_a_frontier_stands_at_every_size_where_the_definition_does(size: int) -> None:
    frontier = Frontier()
    frontier.add_all(LEAVES[: size // 2])
    again = Frontier.from_bytes(frontier.size, frontier.to_bytes())
    for leaf in LEAVES[size // 2 : size]:
        again.add(leaf)
    assert again.size == size
    assert again.root() == plain_root(LEAVES[:size]) == root_of(LEAVES[:size]) == Tree(LEAVES[:size]).root()
    assert Frontier(size, again.hashes).root() == again.root()


@pytest.mark.parametrize(
    ("size", "stored"),
    [
        (0, b"x"),
        (1, b""),
        (1, b"x" * 31),
        (1, b"x" * 33),
        (3, b"x" * 32),
        (3, b"x" * 63),
        (2, b"x" * 64),
        (-1, b""),
    ],
)
def test_a_frontier_of_another_size_is_none(size: int, stored: bytes) -> None:
    with pytest.raises(ValueError, match="has not these"):
        Frontier.from_bytes(size, stored)


@pytest.mark.parametrize("size", SIZES[1:])
def test_every_inclusion_proof_is_the_definitions_and_checks(size: int) -> None:
    leaves = LEAVES[:size]
    tree, root = Tree(leaves), plain_root(leaves)
    for index, leaf in enumerate(leaves):
        proof = tree.inclusion(index)
        assert proof == plain_path(index, leaves)
        assert check_inclusion(leaf, index, size, proof, root)


@pytest.mark.parametrize("size", SIZES)
def test_every_consistency_proof_is_the_definitions_and_checks(size: int) -> None:
    leaves = LEAVES[:size]
    tree, root = Tree(leaves), plain_root(leaves)
    for old_size in range(size + 1):
        proof = tree.consistency(old_size)
        assert proof == (plain_subproof(old_size, leaves) if old_size else [])
        assert tree.root_at(old_size) == plain_root(leaves[:old_size])
        assert check_consistency(old_size, plain_root(leaves[:old_size]), size, root, proof)


def test_no_proof_is_made_of_what_is_not_there() -> None:
    with pytest.raises(ValueError, match="has none at 7"):
        inclusion_proof(LEAVES[:7], 7)
    with pytest.raises(ValueError, match="has none at 0"):
        inclusion_proof([], 0)
    with pytest.raises(ValueError, match="never had 8"):
        consistency_proof(LEAVES[:7], 8)
    with pytest.raises(ValueError, match="never had 8"):
        Tree(LEAVES[:7]).root_at(8)


@given(size=st.integers(1, 70), draw=st.data())
def test_nothing_of_an_inclusion_proof_can_be_changed(size: int, draw: st.DataObject) -> None:
    leaves = LEAVES[:size]
    index = draw.draw(st.integers(0, size - 1))
    proof, root = inclusion_proof(leaves, index), root_of(leaves)
    bit = draw.draw(st.integers(0, 255))
    other = draw.draw(st.integers(-2, 75).filter(lambda one: one != index))
    assert not check_inclusion(changed([leaves[index]], 0, bit)[0], index, size, proof, root)
    assert not check_inclusion(leaves[index], index, size, proof, changed([root], 0, bit)[0])
    assert not check_inclusion(leaves[index], other, size, proof, root)
    assert not check_inclusion(leaves[index], index, size, [*proof, root], root)
    if proof:
        at = draw.draw(st.integers(0, len(proof) - 1))
        assert not check_inclusion(leaves[index], index, size, changed(proof, at, bit), root)
        assert not check_inclusion(leaves[index], index, size, proof[:at] + proof[at + 1 :], root)
        assert not check_inclusion(leaves[index], index, size, [*proof[:at], b"", *proof[at + 1 :]], root)


@given(size=st.integers(1, 70), other=st.integers(-2, 75), draw=st.data())
def test_a_proof_of_one_size_leads_to_no_root_of_another(size: int, other: int, draw: st.DataObject) -> None:
    # The path alone does not always tell sizes apart; with the root that is signed beside the size it does.
    index = draw.draw(st.integers(0, size - 1))
    proof = inclusion_proof(LEAVES[:size], index)
    root = root_of(LEAVES[: max(other, 0)])
    assert check_inclusion(LEAVES[index], index, other, proof, root) == (other == size)


@given(size=st.integers(2, 70), draw=st.data())
def test_nothing_of_a_consistency_proof_can_be_changed(size: int, draw: st.DataObject) -> None:
    old_size = draw.draw(st.integers(1, size))
    old, new = root_of(LEAVES[:old_size]), root_of(LEAVES[:size])
    proof = consistency_proof(LEAVES[:size], old_size)
    bit = draw.draw(st.integers(0, 255))
    other = draw.draw(st.integers(-1, 75).filter(lambda one: one != old_size))
    assert not check_consistency(old_size, changed([old], 0, bit)[0], size, new, proof)
    assert not check_consistency(old_size, old, size, changed([new], 0, bit)[0], proof)
    assert not check_consistency(other, root_of(LEAVES[: max(other, 0)]), size, new, proof) or other == 0
    assert not check_consistency(old_size, old, size, new, [*proof, new])
    if proof:
        at = draw.draw(st.integers(0, len(proof) - 1))
        assert not check_consistency(old_size, old, size, new, changed(proof, at, bit))
        assert not check_consistency(old_size, old, size, new, proof[:at] + proof[at + 1 :])


@given(sizes=st.tuples(st.integers(0, 70), st.integers(0, 70)), cut=st.integers(0, 70))
def test_a_tree_that_lost_or_changed_its_beginning_extends_nothing(sizes: tuple[int, int], cut: int) -> None:
    old_size, size = sorted(sizes)
    kept = [*LEAVES[:size]]
    if cut >= old_size:
        return
    kept[cut] = leaf_hash(b"another")
    proof = consistency_proof(kept, old_size)
    assert not check_consistency(old_size, root_of(LEAVES[:old_size]), size, root_of(kept), proof)


@pytest.mark.parametrize("size", [-1, 0, 2**63, 10**4000])
def test_no_size_is_too_strange_to_be_turned_away(size: int) -> None:
    assert not check_inclusion(LEAVES[0], 0, size, [], LEAVES[0])
    assert not check_consistency(1, LEAVES[0], size, LEAVES[0], [])
