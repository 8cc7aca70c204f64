"""Proofs: a transaction's events, what they were made of, and how each leads to a signed root, as plain data.

`docs/audit.md` says what is in it byte for byte, and `scripts/verify.py` checks it without any of this.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import msgspec
from eventsourcing.persistence import StoredEvent
from sqlalchemy import RowMapping, select

from adapters.book import Book
from adapters.chains import digest_of
from adapters.engines import StoreEngine, store_errors
from adapters.mapper import as_data, decode, type_name
from adapters.notary.belonging import streams_of
from adapters.notary.digests import NOTHING, delivery_digest, rules_digest
from adapters.notary.seals import DELIVERY, EVENT, RULES, Seals
from adapters.notary.signed_tree import Finder, Piece, ProofError, SignedTree, in_base64, parts, unsealed
from adapters.tables import deliveries, rules
from adapters.times import rfc3339, to_us

FORMAT, VERSION = "counterfoil proof", 1
_POSITION_MAX: Final = 2**63 - 1
_NOTICE: Final = "for people to read, made from the rest of the file; nothing of it is proved"

# The key of one message's body, by its number and by whose it is; None where it was destroyed.
BodyKey = Callable[[int, str], bytes | None]
_Placed = Sequence[tuple[int, StoredEvent]]


class _Names(msgspec.Struct):
    """What a stored event names: the message that it was made of, and the rules."""

    n: int | None = None
    rules: int | None = None


_decoder = msgspec.json.Decoder(_Names)


class Proofs:
    """Makes proofs from a store; it changes nothing in it."""

    def __init__(
        self, book: Book, inbox: StoreEngine, engine: StoreEngine, body_key: BodyKey | None = None
    ) -> None:
        """`engine`: over the book's part. `body_key`: gives keys that are handed on with sealed messages.

        Without it, nothing that is sealed is opened.
        """
        self._book, self._inbox, self._engine, self._body_key = book, inbox, engine, body_key
        self._seals = Seals(engine)

    def of(self, txn_id: str, since: str | None = None) -> Piece | None:
        """The proof of a transaction, by any id that leads to it; None where nothing is recorded of it.

        `since`: an older checkpoint that the newest one is shown to extend. Raises ProofError when what is
        stored is not what was sealed, NoteError when `since` is no checkpoint of this book, StoreError or
        StoreAwayError when the store cannot be read.
        """
        names = streams_of(self._book, txn_id)
        if not names:
            return None
        tree = SignedTree.of(self._seals)
        stored = self._book.stored_streams(names, _POSITION_MAX)
        placed = [(position, one) for name in names for position, one in stored[name]]
        made_by = [_names(one) for _, one in placed]
        pieces = {
            "events": self._events(placed, tree),
            "messages": self._messages({by.n for by in made_by if by.n is not None}, tree),
            "rules": self._rules({by.rules for by in made_by if by.rules is not None}, tree),
        }
        counted = Counter(piece["stream"] for piece in pieces["events"])
        return {
            **self._signed(tree, since),
            "covered": all(piece["proof"] is not None for several in pieces.values() for piece in several),
            "streams": [{"stream": name, "events": count} for name, count in counted.items()],
            **pieces,
            "derived": {"notice": _NOTICE, "asked": txn_id, "events": self._told(names, placed)},
        }

    def extended(self, since: str) -> Piece:
        """That the newest checkpoint extends an older one, alone; raises as above."""
        return self._signed(SignedTree.of(self._seals), since)

    def _signed(self, tree: SignedTree | None, since: str | None) -> Piece:
        said: Piece = {
            "format": FORMAT,
            "version": VERSION,
            "checkpoint": tree.note if tree else None,
            "verifier_key": tree.vkey if tree else None,
        }
        if since is None:
            return said
        if tree is None:
            raise ProofError("no checkpoint was made here yet, so none of before is extended by it")
        return said | {"consistency": tree.extends(since, self._seals)}

    def _finder(self, tree: SignedTree | None, kind: int, numbers: Iterable[int]) -> Finder:
        return unsealed if tree is None else tree.finder(self._engine, kind, numbers)

    def _events(self, placed: _Placed, tree: SignedTree | None) -> list[Piece]:
        find = self._finder(tree, EVENT, (position for position, _ in placed))
        events, tips = list[Piece](), dict[str, bytes]()
        for position, one in placed:
            stream = str(one.originator_id)
            previous = tips.get(stream, NOTHING)
            tips[stream] = digest_of(one, previous)
            said = {"stream": stream, "version": one.originator_version, "topic": one.topic}
            said |= {"state": in_base64(one.state), "previous": in_base64(previous)}
            events.append(said | find(position, tips[stream]))
        return events

    def _messages(self, numbers: Iterable[int], tree: SignedTree | None) -> list[Piece]:
        wanted = sorted(numbers)
        find = self._finder(tree, DELIVERY, wanted)
        rows: dict[int, RowMapping] = {}
        with store_errors(self._inbox), self._inbox.connect() as connection:
            for some in parts(wanted):
                found = connection.execute(select(deliveries).where(deliveries.c.n.in_(some)))
                rows |= {row["n"]: row for row in found.mappings()}
        return [
            self._message(rows[n], find) if n in rows else {"n": n, "gone": True} | find(n, None)
            for n in wanted
        ]

    def _message(self, row: RowMapping, find: Finder) -> Piece:
        said: Piece = {name: row[name] for name in ("n", "received_us", "peer", "headers", "sealed_by")}
        body, by = bytes(row["body"]), row["sealed_by"]
        key = self._body_key(row["n"], by) if by is not None and self._body_key else None
        return (
            {**said, "body": in_base64(body)}
            | ({} if key is None else {"key": in_base64(key)})
            | find(row["n"], delivery_digest(**said, body=body))
        )

    def _rules(self, numbers: Iterable[int], tree: SignedTree | None) -> list[Piece]:
        wanted = sorted(numbers)
        find = self._finder(tree, RULES, wanted)
        row, found = rules.c, list[Piece]()
        with store_errors(self._engine), self._engine.connect() as connection:
            for some in parts(wanted):
                query = select(row.number, row.adopted_us, row.document).where(row.number.in_(some))
                found += [{**one} for one in connection.execute(query.order_by(row.number)).mappings()]
        return [one | find(one["number"], rules_digest(**one)) for one in found]

    def _told(self, names: Sequence[str], placed: _Placed) -> list[Piece]:
        if self._body_key:
            return [{"stream": name} | one for name in names for one in self._book.history(name)]
        return [{"stream": str(one.originator_id)} | _as_stored(position, one) for position, one in placed]


def _names(one: StoredEvent) -> _Names:
    try:
        return _decoder.decode(one.state)
    except (msgspec.DecodeError, UnicodeDecodeError):
        what = f"event {one.originator_version} of {str(one.originator_id)[:100]!r} is damaged"
        raise ProofError(f"{what}: see what `counterfoil audit` says") from None


def _as_stored(position: int, one: StoredEvent) -> Piece:
    """An event as plain data, nothing opened of what is sealed in it."""
    entry = decode(one.topic, one.state)
    data: Any = as_data(entry.event)
    return {
        "position": position,
        "version": one.originator_version,
        "type": type_name(entry.event),
        "recorded_at": rfc3339(to_us(entry.at)),
        "notification": entry.n,
        "by": entry.by,
        "data": data,
    }
