"""The tree that the newest checkpoint is of, whole, and where in it each thing stands."""

import base64
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from sqlalchemy import select

from adapters.engines import StoreEngine, store_errors
from adapters.notary.notes import Checkpoint, NoteError, verify
from adapters.notary.seals import KINDS, Seals
from adapters.notary.tree import Tree, leaf_hash
from adapters.tables import seals

_NUMBERS_MAX: Final = 500  # bound by what one SQLite statement takes

Piece = dict[str, Any]
Finder = Callable[[int, bytes | None], Piece]


class ProofError(Exception):
    """What is stored is not what was sealed or signed for; str() says what and what to do."""


@dataclass(frozen=True)
class SignedTree:
    """All leaves that the newest checkpoint signs for."""

    note: str
    vkey: str
    checkpoint: Checkpoint
    tree: Tree

    @classmethod
    def of(cls, seals_of: Seals) -> Self | None:
        """Read it; None before the first checkpoint. Raises ProofError when it is not what was signed for."""
        kept = seals_of.last_checkpoint()
        if kept is None:
            return None
        for vkey in seals_of.vkeys():
            try:
                checkpoint = verify(kept.note, [vkey])
            except NoteError:
                continue
            tree = Tree([leaf_hash(leaf) for leaf in seals_of.leaves(checkpoint.size)])
            if (tree.size, tree.root()) == (checkpoint.size, checkpoint.root):
                return cls(kept.note, vkey, checkpoint, tree)
        raise ProofError("the newest checkpoint is not of what is stored: see what `counterfoil audit` says")

    def extends(self, since: str, seals_of: Seals) -> Piece:
        """What shows that it extends an older checkpoint.

        Raises NoteError when that is no checkpoint of this book, ProofError when it is not extended.
        """
        old = verify(since, seals_of.vkeys())
        if old.size > self.tree.size:
            raise ProofError(
                f"that checkpoint is of {old.size} entries, and here only {self.tree.size} are signed for"
            )
        if self.tree.root_at(old.size) != old.root:
            raise ProofError(f"what was sealed up to entry {old.size} is not what that checkpoint says")
        path = [in_base64(one) for one in self.tree.consistency(old.size)]
        return {"checkpoint": since, "proof": path}

    def finder(self, engine: StoreEngine, kind: int, numbers: Iterable[int]) -> Finder:
        """Gives the place of each of these, which are looked up together; StoreError when they cannot be."""
        row, places = seals.c, dict[int, tuple[int, bytes]]()
        with store_errors(engine), engine.connect() as connection:
            for some in parts(sorted(numbers)):
                query = select(row.number, row.seq, row.digest).where(row.kind == kind, row.number.in_(some))
                for number, seq, digest in connection.execute(query):
                    places[number] = (seq, bytes(digest))
        return lambda number, digest: self._piece(f"{KINDS[kind]} {number}", places.get(number), digest)

    def _piece(self, what: str, place: tuple[int, bytes] | None, digest: bytes | None) -> Piece:
        if place is None or place[0] > self.tree.size:
            return unsealed(0, digest)
        seq, sealed = place
        if digest not in {None, sealed}:
            raise ProofError(
                f"{what} is not as it was sealed (entry {seq}): see what `counterfoil audit` says"
            )
        path = [in_base64(one) for one in self.tree.inclusion(seq - 1)]
        return {"digest": in_base64(sealed), "seq": seq, "proof": path}


def unsealed(_: int, digest: bytes | None) -> Piece:
    """What is said in the place of a place, of what no checkpoint covers."""
    return {"digest": None if digest is None else in_base64(digest), "seq": None, "proof": None}


def parts(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    """The numbers, as many at a time as one statement takes."""
    return (numbers[start : start + _NUMBERS_MAX] for start in range(0, len(numbers), _NUMBERS_MAX))


def in_base64(these: bytes) -> str:
    return base64.b64encode(these).decode("ascii")
