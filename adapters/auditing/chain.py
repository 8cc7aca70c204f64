"""The chain: each event has the digest of its own bytes and its predecessor's, carried and sealed alike."""

from typing import Final

from eventsourcing.persistence import StoredEvent
from sqlalchemy import select

from adapters.auditing.findings import Findings, Key
from adapters.auditing.scene import POSITION_MAX, Scene, Shown
from adapters.chains import digest_of
from adapters.engines import store_errors
from adapters.notary.digests import NOTHING
from adapters.notary.notes import checkpoint_of
from adapters.notary.seals import EVENT, Seals
from adapters.tables import seals

TABLE: Final = "stored_events"
_Sealed = dict[int, bytes]


def check_chain(scene: Scene, said: Findings, shown: Shown) -> None:
    """Hash every stored event again, in the order of the book, and hold each beside its seal."""
    walk = _Walk(scene, said)
    after = 0
    for page in scene.pages():
        sealed = _seals_between(scene, after, page[-1][0])
        for one in page:
            walk.take(*one, sealed.pop(one[0], None))
        walk.leave(sealed)
        after = page[-1][0]
        shown(len(page))
    walk.leave(_seals_between(scene, after, POSITION_MAX))
    said.count("events", walk.events)
    if walk.unsealed:
        said.count("events not sealed yet", walk.unsealed)


class _Walk:
    """How far each stream is: its version and the digest of its last event."""

    def __init__(self, scene: Scene, said: Findings) -> None:
        self.events = self.unsealed = 0
        self._said = said
        self._sealed_until = _last_sealed(scene)
        self._bare_until = _bare_until(scene)
        self._tips: dict[str, tuple[int, bytes]] = {}
        self._carried = False

    def take(self, position: int, stored: StoredEvent, carried: bytes | None, sealed: bytes | None) -> None:
        """One more event, with its seal."""
        self.events += 1
        stream = str(stored.originator_id)
        version, tip = self._tips.get(stream, (0, NOTHING))
        if stored.originator_version != version + 1:
            self._found(
                position, stored, f"version {stored.originator_version} comes after version {version}"
            )
        digest = _digest(stored, tip)
        if digest != carried or digest != sealed:
            self._compare(position, stored, digest, carried, sealed)
        self._carried = self._carried or carried is not None
        # Said once, where it is: the next one is held against what its predecessor was when it was appended.
        self._tips[stream] = stored.originator_version, sealed or carried or digest

    def leave(self, left: _Sealed) -> None:
        """Seals of which no event was left."""
        for position in sorted(left):
            self._said.found(
                "seals",
                {"kind": EVENT, "number": position},
                f"no event stands at position {position} any more",
            )

    def _compare(
        self, position: int, stored: StoredEvent, digest: bytes, carried: bytes | None, sealed: bytes | None
    ) -> None:
        if carried is None:
            if self._carried or position > self._bare_until:
                self._found(position, stored, "carries no digest, though those of its time do")
        elif carried != digest:
            what = "the digest it carries is not that of its bytes and its predecessor"
            also = "" if sealed in (None, digest) else ", nor is its seal"
            self._found(position, stored, what + also)
        if sealed is None:
            if position <= self._sealed_until:
                self._found(position, stored, "was never sealed, though later ones were")
            self.unsealed += 1
        elif sealed != digest and (carried is None or carried == digest):
            self._found(position, stored, "its seal is not the digest of its bytes and its predecessor")

    def _found(self, position: int, stored: StoredEvent, what: str) -> None:
        place: Key = {
            "position": position,
            "stream": str(stored.originator_id),
            "version": stored.originator_version,
        }
        self._said.found(TABLE, place, what)


def _digest(stored: StoredEvent, tip: bytes) -> bytes:
    try:
        return digest_of(stored, tip)
    except Exception:  # noqa: BLE001 - a column that holds no value of its kind has none
        return b""


def _seals_between(scene: Scene, after: int, until: int) -> _Sealed:
    row = seals.c
    query = select(row.number, row.digest).where(
        row.kind == EVENT, row.number > after, row.number <= until, row.seq <= scene.ends.seq
    )
    with store_errors(scene.book), scene.book.connect() as connection:
        return {number: bytes(digest) for number, digest in connection.execute(query)}


def _last_sealed(scene: Scene) -> int:
    row = seals.c
    query = select(row.number).where(row.kind == EVENT, row.seq <= scene.ends.seq)
    with store_errors(scene.book), scene.book.connect() as connection:
        return connection.execute(query.order_by(row.number.desc()).limit(1)).scalar() or 0


def _bare_until(scene: Scene) -> int:
    """Up to which position events may carry no digest: those that were there before there were any.

    The first checkpoint says so, signed. Before it, they are the first of the book.
    """
    kept = Seals(scene.book).checkpoints()
    if not kept:
        return POSITION_MAX
    try:
        text, _, _ = kept[0].note.rpartition("\n\n")
        until = int(checkpoint_of(f"{text}\n").line("taken over") or "0")
    except ValueError:
        return POSITION_MAX  # said where checkpoints are looked at
    row = seals.c
    query = select(row.number).where(row.kind == EVENT, row.seq <= until)
    with store_errors(scene.book), scene.book.connect() as connection:
        return connection.execute(query.order_by(row.number.desc()).limit(1)).scalar() or 0
