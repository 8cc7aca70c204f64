"""The Merkle tree of RFC 9162, 2.1: roots, and proofs that something is in it and that it only grew."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final, Self

HASH_BYTES: Final = 32
SIZE_MAX: Final = 2**63 - 1
EMPTY_ROOT: Final = sha256().digest()


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """A tree of which only the roots of its perfect subtrees are kept, left to right: enough to grow."""

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        """Raise ValueError unless there are as many hashes of 32 bytes as the size has ones in binary."""
        self._size, self._hashes = size, list(hashes)
        if not 0 <= size <= SIZE_MAX or [*map(len, self._hashes)] != [HASH_BYTES] * size.bit_count():
            raise ValueError(f"a tree of {size} leaves has not these {len(self._hashes)} subtrees")

    @classmethod
    def from_bytes(cls, size: int, stored: bytes) -> Self:
        """Read what `to_bytes` gave; raises ValueError when it is of another size."""
        return cls(size, [stored[at : at + HASH_BYTES] for at in range(0, len(stored), HASH_BYTES)])

    def to_bytes(self) -> bytes:
        return b"".join(self._hashes)

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return self._size

    @property
    def hashes(self) -> tuple[bytes, ...]:
        """The roots of the perfect subtrees, the largest first."""
        return tuple(self._hashes)

    def add(self, leaf: bytes) -> None:
        """Append one leaf, by its hash."""
        self.add_all((leaf,))

    def add_all(self, leaves: Iterable[bytes]) -> None:
        """Append leaves, by their hashes."""
        # An audit comes by here for all that was ever stored: one loop, and nothing looked up in it.
        hashes, size, hashed = self._hashes, self._size, sha256
        push, pop = hashes.append, hashes.pop
        for leaf in leaves:
            whole, left = leaf, size
            while left & 1:  # a subtree as large as this one stands to the left: both become one
                whole = hashed(b"\x01" + pop() + whole).digest()
                left >>= 1
            push(whole)
            size += 1
        self._size = size

    def root(self) -> bytes:
        if not self._hashes:
            return EMPTY_ROOT
        *others, root = self._hashes
        for one in reversed(others):
            root = node_hash(one, root)
        return root


class Tree:
    """All perfect subtrees of a tree, hashed once: for more than one proof of the same leaves."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.size = len(leaves)
        self._levels = [list(leaves)]
        while len(below := self._levels[-1]) > 1:
            self._levels.append([node_hash(*two) for two in zip(below[::2], below[1::2], strict=False)])

    def root(self) -> bytes:
        return self.root_at(self.size)

    def root_at(self, size: int) -> bytes:
        """The root when there were so many leaves; raises ValueError when there never were."""
        if not 0 <= size <= self.size:
            raise ValueError(f"a tree of {self.size} leaves never had {size}")
        return self._between(0, size) if size else EMPTY_ROOT

    def inclusion(self, index: int) -> list[bytes]:
        """What is hashed with a leaf on its way to the root, from below; raises ValueError where none is."""
        if not 0 <= index < self.size:
            raise ValueError(f"a tree of {self.size} leaves has none at {index}")
        start, end, path = 0, self.size, []
        while end - start > 1:
            middle = start + _left(end - start)
            if index < middle:
                path.append(self._between(middle, end))
                end = middle
            else:
                path.append(self._between(start, middle))
                start = middle
        return path[::-1]

    def consistency(self, old_size: int) -> list[bytes]:
        """What shows that the first leaves are a smaller tree's; raises ValueError when it is larger."""
        if not 0 <= old_size <= self.size:
            raise ValueError(f"a tree of {self.size} leaves never had {old_size}")
        if old_size in {0, self.size}:
            return []
        start, end, path = 0, self.size, []
        while end != old_size:
            middle = start + _left(end - start)
            if old_size <= middle:
                path.append(self._between(middle, end))
                end = middle
            else:
                path.append(self._between(start, middle))
                start = middle
        # The smaller tree's own root is known to who checks; a subtree within it is not.
        return [*([self._between(start, end)] if start else []), *path[::-1]]

    def _between(self, start: int, end: int) -> bytes:
        size = end - start
        if size & (size - 1) == 0:
            level = size.bit_length() - 1
            return self._levels[level][start >> level]
        middle = start + _left(size)
        return node_hash(self._between(start, middle), self._between(middle, end))


def _left(size: int) -> int:
    """The largest power of two smaller than the size: so many leaves are in the left subtree."""
    return 1 << ((size - 1).bit_length() - 1)


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root of the tree with these leaves, given by their hashes."""
    frontier = Frontier()
    frontier.add_all(leaves)
    return frontier.root()


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """As `Tree.inclusion`, once."""
    return Tree(leaves).inclusion(index)


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """As `Tree.consistency`, once."""
    return Tree(leaves).consistency(old_size)


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof leads from the leaf's hash at this index to this root (RFC 9162, 2.1.3.2).

    It does not by itself prove the size: that is bound to the root by who signed both.
    """
    if not 0 <= index < size <= SIZE_MAX or not _are_hashes((leaf, root, *proof)):
        return False
    at, last, hashed = index, size - 1, leaf
    for one in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            hashed = node_hash(one, hashed)
            at, last = _to_right_child(at, last)
        else:
            hashed = node_hash(hashed, one)
        at, last = at >> 1, last >> 1
    return last == 0 and hashed == root


def check_consistency(old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree of this root begins with all leaves of the old one (RFC 9162, 2.1.4.2)."""
    if not 0 <= old_size <= size <= SIZE_MAX or not _are_hashes((old_root, root, *proof)):
        return False
    if old_size == size:
        return not proof and old_root == root
    if old_size == 0:
        return not proof and old_root == EMPTY_ROOT
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else [*proof]
    return bool(proof) and _grown(old_size - 1, size - 1, path) == (old_root, root)


def _grown(at: int, last: int, path: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """Both roots that a path leads to; None when it is too long or too short."""
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = path[0]
    for one in path[1:]:
        if last == 0:
            return None
        if at & 1 or at == last:
            old, new = node_hash(one, old), node_hash(one, new)
            at, last = _to_right_child(at, last)
        else:
            new = node_hash(new, one)
        at, last = at >> 1, last >> 1
    return (old, new) if last == 0 else None


def _to_right_child(at: int, last: int) -> tuple[int, int]:
    """Climb past the levels where this node has no sibling."""
    while at and not at & 1:
        at, last = at >> 1, last >> 1
    return at, last


def _are_hashes(these: Iterable[bytes]) -> bool:
    return all(len(one) == HASH_BYTES for one in these)
