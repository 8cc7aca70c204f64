"""The notary: gives what was stored its places in a sequence without gaps, and signs for the tree over it."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import accumulate
from typing import Final

from sqlalchemy import Connection, func, insert, select

from adapters.book import Book
from adapters.chains import digest_of
from adapters.engines import StoreEngine, store_errors
from adapters.layouts import EVENTS_TABLE
from adapters.notary.digests import NOTHING, delivery_digest, rules_digest
from adapters.notary.notes import Checkpoint, Signer
from adapters.notary.seals import (
    DELIVERY,
    EVENT,
    RULES,
    Kept,
    Seal,
    read_last,
    read_last_checkpoint,
    read_leaves,
    read_size,
    write_checkpoint,
    write_seals,
)
from adapters.notary.tree import Frontier, leaf_hash
from adapters.tables import deliveries, notary_keys, notifications, rules
from adapters.times import rfc3339, to_us

_POSITION_MAX: Final = 2**63 - 1
PART: Final = 500  # deliveries at once; where so many entries were sealed, there may be more
_BODIES_BYTES_MAX: Final = 8 * 1024 * 1024  # in memory at once
_LEAVES_MAX: Final = 50_000
_PLACE: Final = {"sqlite": "rowid", "postgresql": "notification_id"}
TAKEN_OVER: Final = "taken over: "
TIME: Final = "time: "

_Found = tuple[int, int, bytes]  # kind, number, digest


class WrongKeyError(Exception):
    """This host signs with a key that is not the book's; str says what to do."""


class Notary:
    """Seals what is new, a part at a time; any number of them may, and none of them lets a gap arise.

    Every call raises StoreError or StoreAwayError when the store cannot be used just now.
    """

    def __init__(  # noqa: PLR0913 - three parts of a store, a key and a clock
        self,
        book: Book,
        inbox: StoreEngine,
        engine: StoreEngine,
        signer: Signer,
        clock: Callable[[], datetime],
        *,
        busy_seconds: float | None = None,
    ) -> None:
        """`engine` must be durable: what was signed for must not be sealed in another order later.

        After `busy_seconds`, if given, another is at it already, which comes out as a StoreError.
        """
        self._book = book
        self._inbox = inbox
        self._engine = engine
        self._signer = signer
        self._clock = clock
        self._busy_seconds = busy_seconds

    def seal(self, entries_max: int) -> int:
        """Seal up to about so many of the entries that are not sealed yet; how many it were."""
        # Looked at before the deliveries: what an event was made from came before it, and is sealed before.
        end = self._book.last_position()
        with store_errors(self._engine), self._engine.connect() as connection:
            size = read_size(connection)
            last = {kind: read_last(connection, kind) for kind in (RULES, DELIVERY, EVENT)}
            found = [*_new_rules(connection, last[RULES])]
            taken_in = connection.execute(select(func.max(notifications.c.n))).scalar() or 0
        came = self._new_deliveries(last[DELIVERY], taken_in, min(entries_max, PART))
        found += came
        if len(came) < min(entries_max, PART):
            found += self._new_events(last[EVENT], end, entries_max - len(came))
        if not found:
            return 0
        new = [Seal(seq, *one) for seq, one in enumerate(found, start=size + 1)]
        with store_errors(self._engine), self._engine.begin(busy_seconds=self._busy_seconds) as connection:
            if read_size(connection) != size:
                return 0  # another has sealed them meanwhile
            write_seals(connection, new)
        return len(new)

    def checkpoint(self) -> Checkpoint | None:
        """Sign for the tree as it is now; None where that was done already, or cannot be said yet.

        Raises WrongKeyError where the book is signed by another key.
        """
        with store_errors(self._engine), self._engine.connect() as connection:
            last, size = read_last_checkpoint(connection), read_size(connection)
            self._check_key(connection)
            taken_over = None if last else _taken_over(connection)
        if size <= (last.size if last else 0) or taken_over == _POSITION_MAX:
            return None
        made, kept = self._signed(last, size, taken_over)
        with store_errors(self._engine), self._engine.begin(busy_seconds=self._busy_seconds) as connection:
            if read_last_checkpoint(connection) != last:
                return None  # another was quicker
            self._add_key(connection, kept.made_us)
            write_checkpoint(connection, kept)
        return made

    def _signed(self, last: Kept | None, size: int, taken_over: int | None) -> tuple[Checkpoint, Kept]:
        """The checkpoint of so many entries, which never change: hashed while nobody waits for us."""
        frontier = Frontier.from_bytes(last.size, last.frontier) if last else Frontier()
        while frontier.size < size:
            until = min(size, frontier.size + _LEAVES_MAX)
            with store_errors(self._engine), self._engine.connect() as connection:
                leaves = read_leaves(connection, frontier.size, until)
            assert len(leaves) == until - frontier.size, "seals stand without a gap"
            frontier.add_all(leaf_hash(leaf) for leaf in leaves)
        # Another host's clock, or ours before it was set back, may be ahead: later ones are never earlier.
        now_us = max(to_us(self._clock()), last.made_us if last else 0)
        lines = [f"{TIME}{rfc3339(now_us)}"]
        if taken_over is not None:
            lines.append(f"{TAKEN_OVER}{taken_over}")
        made = Checkpoint(self._signer.name, size, frontier.root(), tuple(lines))
        return made, Kept(size, self._signer.sign(made.text()), frontier.to_bytes(), now_us)

    def _check_key(self, connection: Connection) -> None:
        keys = list(connection.execute(select(notary_keys.c.vkey)).scalars())
        if keys and self._signer.vkey not in keys:
            raise WrongKeyError(
                f"the checkpoints of this book are signed by {keys[-1]}, and this host has another key:"
                " give it the notary.key of the first host, or set NOTARY_KEY to what is in it"
            )

    def _add_key(self, connection: Connection, now_us: int) -> None:
        """The first that signs says by which key; another key is refused before."""
        if not connection.execute(select(notary_keys.c.vkey)).first():
            connection.execute(insert(notary_keys), {"vkey": self._signer.vkey, "since_us": now_us})
        self._check_key(connection)

    def _new_deliveries(self, after: int, until: int, limit: int) -> list[_Found]:
        """Those that were taken in: by then their bytes are as they stay."""
        found: list[_Found] = []
        while len(found) < limit and (some := self._some_deliveries(after, until, limit - len(found))):
            found += some
            after = some[-1][1]
        return found

    def _some_deliveries(self, after: int, until: int, limit: int) -> list[_Found]:
        """As many of them as may be in memory at once, but one at least."""
        row = deliveries.c
        columns = (row.n, row.received_us, row.peer, row.headers, row.body, row.sealed_by)
        wanted = (row.n > after, row.n <= until)
        sizes = select(func.length(row.body)).where(*wanted).order_by(row.n).limit(limit)
        with store_errors(self._inbox), self._inbox.connect() as connection:
            sums = accumulate(connection.execute(sizes).scalars())
            some = [n for n, size in enumerate(sums) if not n or size <= _BODIES_BYTES_MAX]
            query = select(*columns).where(*wanted).order_by(row.n).limit(len(some))
            return [
                (DELIVERY, n, delivery_digest(n, received_us, peer, headers, bytes(body), sealed_by))
                for n, received_us, peer, headers, body, sealed_by in connection.execute(query)
            ]

    def _new_events(self, after: int, until: int, limit: int) -> list[_Found]:
        carried = self._book.digests_between(after, until, limit)
        if all(digest is not None for _, digest in carried):
            return [(EVENT, position, digest) for position, digest in carried if digest is not None]
        return self._digested(after, until, limit)

    def _digested(self, after: int, until: int, limit: int) -> list[_Found]:
        """The same where some were stored before they carried any."""
        found = self._book.sealed_between(after, until, limit)
        tips = self._tips_before(after, [str(s.originator_id) for _, s, digest in found if digest is None])
        new: list[_Found] = []
        for position, stored, carried in found:
            stream = str(stored.originator_id)
            digest = carried or digest_of(stored, tips.get(stream, NOTHING))
            tips[stream] = digest
            new.append((EVENT, position, digest))
        return new

    def _tips_before(self, position: int, names: Sequence[str]) -> dict[str, bytes]:
        """The digests of the last events of streams that were stored without any, as far as a position."""
        tips: dict[str, bytes] = {}
        for name, earlier in self._book.stored_streams(sorted(set(names)), position).items():
            tip = NOTHING
            for _, stored in earlier:
                tip = digest_of(stored, tip)
            tips[name] = tip
        return tips


def _new_rules(connection: Connection, after: int) -> Iterator[_Found]:
    row = rules.c
    columns = (row.number, row.adopted_us, row.document)
    query = select(*columns).where(row.number > after).order_by(row.number)
    for number, adopted_us, document in connection.execute(query):
        yield RULES, number, rules_digest(number, adopted_us, document)


def _taken_over(connection: Connection) -> int | None:
    """How many entries there were when the last event without a digest was sealed; None without such events.

    The largest of all numbers while such an event is not sealed yet: nothing can be signed for before.
    """
    place = _PLACE[connection.dialect.name]
    bare = f"SELECT max({place}) FROM {EVENTS_TABLE} WHERE digest IS NULL"  # noqa: S608 - names of ours
    position = connection.exec_driver_sql(bare).scalar()
    if position is None:
        return None
    sealed = f"SELECT seq FROM seals WHERE kind = {EVENT:d} AND number = {position:d}"  # noqa: S608 - numbers
    return connection.exec_driver_sql(sealed).scalar() or _POSITION_MAX
