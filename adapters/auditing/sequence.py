"""The sequence: seals are numbered without a gap, and each is of a delivery or of rules as they are kept."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, func, select

from adapters.auditing.findings import Findings
from adapters.auditing.scene import PAGE, Scene, Shown
from adapters.engines import store_errors
from adapters.notary.digests import DIGEST_BYTES, delivery_digest, rules_digest
from adapters.notary.seals import DELIVERY, KINDS, RULES
from adapters.tables import deliveries, notifications, rules, seals

TABLE: Final = "seals"
_BODIES: Final = 200


def check_sequence(scene: Scene, said: Findings, shown: Shown) -> None:
    """Count the seals through, then look up what they are of; events have a check of their own."""
    _numbers(scene, said)
    _deliveries(scene, said, shown)
    _rules(scene, said)


def _numbers(scene: Scene, said: Findings) -> None:
    expected = 1
    last = dict.fromkeys(KINDS, 0)
    for page in _pages(scene):
        for seq, kind, number, length in page:
            if seq != expected:
                said.found(TABLE, {"seq": expected}, f"seal {expected} is missing: the next is {seq}")
            expected = seq + 1
            if kind not in KINDS:
                said.found(TABLE, {"seq": seq}, f"it is of no kind that there is: {kind}")
                continue
            if number <= last[kind]:
                what = f"{KINDS[kind]} {number} is sealed after {last[kind]}: their numbers grow"
                said.found(TABLE, {"seq": seq}, what)
            last[kind] = max(number, last[kind])
            if length != DIGEST_BYTES:
                said.found(TABLE, {"seq": seq}, f"its digest is of {length} bytes")
    said.count("seals", expected - 1)


def _pages(scene: Scene) -> Iterator[list[tuple[int, int, int, int]]]:
    row, after = seals.c, 0
    columns = (row.seq, row.kind, row.number, func.length(row.digest))
    while True:
        query = select(*columns).where(row.seq > after, row.seq <= scene.ends.seq).order_by(row.seq)
        with store_errors(scene.book), scene.book.connect() as connection:
            page = [tuple(one) for one in connection.execute(query.limit(PAGE))]
        if not page:
            return
        yield page
        after = page[-1][0]


def _deliveries(scene: Scene, said: Findings, shown: Shown) -> None:
    row, after = deliveries.c, 0
    sealed_until = _last(scene, DELIVERY)
    unsealed = 0
    while True:
        query = select(row.n, row.received_us, row.peer, row.headers, row.body, row.sealed_by)
        query = query.where(row.n > after, row.n <= scene.ends.taken_in).order_by(row.n).limit(_BODIES)
        with store_errors(scene.inbox), scene.inbox.connect() as connection:
            page = list(connection.execute(query))
        until = page[-1].n if len(page) == _BODIES else scene.ends.taken_in
        sealed = _sealed(scene, DELIVERY, after, until)
        for one in page:
            digest = sealed.pop(one.n, None)
            if digest is None:
                unsealed += one.n > sealed_until
                if one.n <= sealed_until:
                    said.found("deliveries", {"n": one.n}, "was never sealed, though later ones were")
            elif digest != _of_delivery(one):
                said.found("deliveries", {"n": one.n}, "its bytes do not have the digest that was sealed")
        for n in sorted(sealed.keys() - _purged(scene, sealed)):
            said.found(
                TABLE, {"kind": DELIVERY, "number": n}, f"delivery {n} is sealed, and is not kept any more"
            )
        said.count("deliveries", len(page))
        shown(len(page))
        after = until
        if len(page) < _BODIES:
            break
    for n in sorted(_sealed(scene, DELIVERY, max(after, scene.ends.taken_in), 2**63 - 1)):
        said.found(TABLE, {"kind": DELIVERY, "number": n}, f"delivery {n} is sealed, and was never taken in")
    if unsealed:
        said.count("deliveries not sealed yet", unsealed)


def _of_delivery(one: Any) -> bytes:  # noqa: ANN401 - a row
    try:
        return delivery_digest(one.n, one.received_us, one.peer, one.headers, bytes(one.body), one.sealed_by)
    except Exception:  # noqa: BLE001 - a number below nothing, say, has no digest
        return b""


def _purged(scene: Scene, ns: dict[int, bytes]) -> set[int]:
    """Which of these the book says to be gone: that they may be is looked at elsewhere."""
    row, some, gone = notifications.c, sorted(ns), set[int]()
    with store_errors(scene.book), scene.book.connect() as connection:
        for start in range(0, len(some), _BODIES):
            these = row.n.in_(some[start : start + _BODIES])
            gone.update(connection.execute(select(row.n).where(row.purged_us.is_not(None), these)).scalars())
    return gone


def _rules(scene: Scene, said: Findings) -> None:
    row = rules.c
    sealed, last = _sealed(scene, RULES, 0, 2**63 - 1), _last(scene, RULES)
    with store_errors(scene.book), scene.book.connect() as connection:
        found: list[Any] = list(
            connection.execute(
                select(row.number, row.adopted_us, row.digest, row.document).order_by(row.number)
            )
        )
    for expected, one in enumerate(found, start=1):
        key = {"number": one.number}
        if one.number != expected:
            said.found("rules", key, f"rules {expected} are missing")
        digest = sealed.pop(one.number, None)
        if bytes(one.digest) != sha256(one.document.encode()).digest():
            said.found("rules", key, "the digest beside them is not that of the document")
        if digest is None:
            if one.number <= last:
                said.found("rules", key, "were never sealed, though later ones were")
        elif digest != rules_digest(one.number, one.adopted_us, one.document):
            said.found("rules", key, "they do not have the digest that was sealed")
    for number in sorted(sealed):
        said.found(
            TABLE, {"kind": RULES, "number": number}, f"rules {number} are sealed, and not kept any more"
        )
    said.count("rules", len(found))


def _sealed(scene: Scene, kind: int, after: int, until: int) -> dict[int, bytes]:
    row = seals.c
    query = select(row.number, row.digest).where(row.kind == kind, row.number > after, row.number <= until)
    with store_errors(scene.book), scene.book.connect() as connection:
        return {n: bytes(d) for n, d in connection.execute(query.where(row.seq <= scene.ends.seq))}


def _last(scene: Scene, kind: int) -> int:
    with store_errors(scene.book), scene.book.connect() as connection:
        return _last_of(connection, kind, scene.ends.seq)


def _last_of(connection: Connection, kind: int, seq: int) -> int:
    row = seals.c
    query = select(row.number).where(row.kind == kind, row.seq <= seq).order_by(row.number.desc())
    return connection.execute(query.limit(1)).scalar() or 0
