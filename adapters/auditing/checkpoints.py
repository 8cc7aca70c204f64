"""Checkpoints: each root is that of the seals before it, each signature good, and time only goes on."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from adapters.auditing.findings import Findings
from adapters.auditing.scene import PAGE, Scene, Shown, Since
from adapters.engines import store_errors
from adapters.notary.notes import Checkpoint, NoteError, verify
from adapters.notary.seals import Kept, Seals
from adapters.notary.tree import Frontier, leaf_hash
from adapters.tables import notary_keys, seals, sendings
from adapters.times import rfc3339

TABLE: Final = "checkpoints"
_TIME, _TAKEN_OVER = "time", "taken over"


def check_tree(scene: Scene, said: Findings, shown: Shown) -> None:
    """Hash the tree once, and hold it beside each checkpoint at its size."""
    there = Seals(scene.book).checkpoints()
    kept = [one for one in there if one.size <= scene.ends.seq]
    size = Seals(scene.book).size()
    tree = _Tree(scene, said, shown)
    signed = _signatures(scene, said, there)
    before: Kept | None = None
    since = scene.order.since
    for one in kept:
        if since is not None and since.size < one.size:
            _compare_since(tree, since)
            since = None
        tree.grow(one.size)
        _compare(said, one, signed.get(one.size), tree.frontier, before)
        before = one
    if since is not None:
        _compare_since(tree, since)
    for one in there:
        if one.size > size:
            what = f"it is of {one.size} entries, and there are {size}: the end of the log is missing"
            said.found(TABLE, {"size": one.size}, what)
    _sent(scene, said)
    said.count("checkpoints", len(kept))


class _Tree:
    """The tree as far as it was hashed."""

    def __init__(self, scene: Scene, said: Findings, shown: Shown) -> None:
        self.frontier = Frontier()
        self.said = said
        self._scene, self._shown = scene, shown

    def grow(self, size: int) -> None:
        """Hash the leaves up to a size, or as many as there are."""
        row = seals.c
        while self.frontier.size < size:
            at = self.frontier.size
            query = select(row.digest).where(row.seq > at, row.seq <= size).order_by(row.seq).limit(PAGE)
            with store_errors(self._scene.book), self._scene.book.connect() as connection:
                leaves = [bytes(one) for one in connection.execute(query).scalars()]
            if not leaves:
                return
            self.frontier.add_all(map(leaf_hash, leaves))
            self._shown(len(leaves))


def _compare_since(tree: _Tree, since: Since) -> None:
    tree.grow(since.size)
    key = {"size": since.size}
    if tree.frontier.size < since.size:
        what = f"the checkpoint that left is of {since.size} entries, the log has {tree.frontier.size}"
        tree.said.found("seals", key, f"{what}: its end was cut")
    elif tree.frontier.root() != since.root:
        tree.said.found("seals", key, "the log does not begin with what the checkpoint that left is of")


def _signatures(scene: Scene, said: Findings, kept: Sequence[Kept]) -> dict[int, Checkpoint]:
    named = _named(scene)
    keys = scene.order.vkeys if scene.order.pinned else (*scene.order.vkeys, *named)
    found: dict[int, Checkpoint] = {}
    unnamed: set[str] = set()
    for one in kept:
        try:
            checkpoint = found[one.size] = verify(one.note, keys)
        except NoteError as error:
            said.found(TABLE, {"size": one.size}, str(error))
            continue
        unnamed |= {checkpoint.origin} - {vkey.partition("+")[0] for vkey in named}
    for name in sorted(unnamed):
        said.found("notary_keys", {"name": name}, "the book names no such key, and it signed")
    _keys(scene, said, named, kept, found)
    return found


def _keys(
    scene: Scene,
    said: Findings,
    named: dict[str, int],
    kept: Sequence[Kept],
    found: dict[int, Checkpoint],
) -> None:
    for vkey, since_us in named.items():
        first = next((o for o in kept if o.size in found and _signed_by(o, vkey)), None)
        if first is None:
            said.found("notary_keys", {"vkey": vkey}, "no checkpoint is signed by it")
        elif first.made_us != since_us:
            what = "its first checkpoint was not made when it is said to be the book's since"
            said.found("notary_keys", {"vkey": vkey}, what)
    for vkey in scene.order.vkeys:
        if named and vkey not in named:
            said.notes.append(f"the key {vkey} is not among those that the book names: {', '.join(named)}")


def _signed_by(kept: Kept, vkey: str) -> bool:
    try:
        verify(kept.note, [vkey])
    except NoteError:
        return False
    return True


def _named(scene: Scene) -> dict[str, int]:
    row = notary_keys.c
    with store_errors(scene.book), scene.book.connect() as connection:
        query = select(row.vkey, row.since_us).order_by(row.since_us, row.vkey)
        return {row.vkey: row.since_us for row in connection.execute(query)}


def _compare(
    said: Findings, kept: Kept, signed: Checkpoint | None, frontier: Frontier, before: Kept | None
) -> None:
    key = {"size": kept.size}
    if frontier.size < kept.size:
        said.found(TABLE, key, f"it is of {kept.size} entries, and only {frontier.size} can be counted")
        return
    if kept.frontier != frontier.to_bytes():
        said.found(TABLE, key, "the subtrees that are kept beside it are not those of the seals")
    if before is not None and kept.made_us < before.made_us:
        said.found(TABLE, key, "it was made before the smaller one that it follows")
    if signed is None:
        return
    if signed.size != kept.size:
        said.found(TABLE, key, f"its note is of {signed.size} entries")
    elif signed.root != frontier.root():
        said.found(TABLE, key, "its root is not that of the seals before it")
    if signed.line(_TIME) != rfc3339(kept.made_us):
        said.found(TABLE, key, "the time beside it is not the one that is signed")
    if before is not None and signed.line(_TAKEN_OVER) is not None:
        said.found(TABLE, key, "only a first checkpoint says what was taken over")


def _sent(scene: Scene, said: Findings) -> None:
    """What was sent away and is not here any more: the tail was cut."""
    row = sendings.c
    with store_errors(scene.book), scene.book.connect() as connection:
        last = Seals(scene.book).last_checkpoint()
        for target, size in connection.execute(select(row.target, row.size)):
            if size > (last.size if last else 0):
                what = f"a checkpoint of {size} entries was sent there, and is not here any more"
                said.found("sendings", {"target": target}, what)
