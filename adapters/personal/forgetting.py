"""Forgetting: keys destroyed in one commit, and then whatever still shows what they sealed made anew."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Final, TypeVar

from sqlalchemy import Connection, delete, select, update

from adapters.book import Book
from adapters.engines import StoreEngine, store_errors
from adapters.personal.events import name_in
from adapters.personal.guard import FORGOTTEN, close_forgotten
from adapters.personal.keyring import DESTROYED_LAST, KEY_LIFE_SECONDS, destroyed_last
from adapters.personal.retelling import Retelling
from adapters.tables import deliveries, drift, notifications, payer_keys, post_backs
from adapters.times import to_us
from adapters.view_rows import upsert
from domain.erasure import ERASED
from domain.vocabulary import Outcome, Verdict

T = TypeVar("T")
_ROWS_MAX: Final = 500
_EVENTS_MAX: Final = 2_000
_POSITION_MAX: Final = 2**63 - 1
# Until then every process has noticed that a key is gone.
_PAUSE_SECONDS: Final = 1.5 * KEY_LIFE_SECONDS
# Of these nobody knows what they say: their reasons quote them, and so do type and status.
_QUOTING: Final = tuple(
    one.value for one in (Outcome.UNREADABLE, Outcome.UNMODELLED, Outcome.WAITING, Outcome.INVALID)
)


class Forgetting:
    """Whatever ends it early, what was destroyed is: the next one, of anybody, does what is left to do."""

    def __init__(  # noqa: PLR0913, PLR0917 - three parts of a store, what is made anew, and time
        self,
        book: Book,
        engine: StoreEngine,
        inbox: StoreEngine,
        retelling: Retelling,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`engine`: of the book's tables, durable."""
        self._book = book
        self._engine = engine
        self._inbox = inbox
        self._retelling = retelling
        self._clock = clock
        self._sleep = sleep

    def destroy(self, names: Sequence[str]) -> None:
        """Destroy these keys, all of them or none. Raises StoreError."""
        row, now_us = payer_keys.c, to_us(self._clock())
        with store_errors(self._engine), self._engine.begin() as connection:
            for some in _pages(sorted(names)):
                gone = update(payer_keys).where(row.payer.in_(some), row.key.is_not(None))
                connection.execute(gone.values(key=None, destroyed_us=now_us))
            last_us = max(now_us, (destroyed_last(connection) or 0) + 1)
            mark = {"payer": DESTROYED_LAST, "key": None, "made_us": now_us, "destroyed_us": last_us}
            upsert(connection, payer_keys, [mark | {"cleaned_us": last_us}])

    def clean(self) -> None:
        """Make anew what may show anything that destroyed keys sealed. Raises StoreError, StoreAwayError."""
        names = self._unclean()
        if not names:
            return
        self._sleep(_PAUSE_SECONDS)
        keys = self._book.keys
        if keys is not None:
            keys.look_again()
        ns = self._messages(names)
        with store_errors(self._engine), self._engine.begin() as connection:
            close_forgotten(connection, ns, to_us(self._clock()))
            for page in _pages(ns):
                _scrub(connection, page)
        self._retelling.run(self._streams(names))
        with store_errors(self._engine), self._engine.begin() as connection:
            for some in _pages(sorted(names)):
                done = update(payer_keys).where(payer_keys.c.payer.in_(some))
                connection.execute(done.values(cleaned_us=to_us(self._clock())))

    def _unclean(self) -> set[str]:
        row = payer_keys.c
        wanted = select(row.payer).where(row.destroyed_us.is_not(None), row.cleaned_us.is_(None))
        with store_errors(self._engine), self._engine.connect() as connection:
            return set(connection.execute(wanted).scalars())

    def _messages(self, names: set[str]) -> list[int]:
        row = deliveries.c
        wanted = select(row.n, row.sealed_by).where(row.sealed_by.is_not(None)).order_by(row.n)
        with store_errors(self._inbox), self._inbox.connect() as connection:
            return [n for n, name in connection.execute(wanted) if name in names]

    def _streams(self, names: set[str]) -> list[str]:
        found, position = set(), 0
        while some := self._book.stored_between(position, _POSITION_MAX, _EVENTS_MAX):
            position = some[-1][0]
            found |= {
                str(stored.originator_id) for _, stored in some if name_in(bytes(stored.state)) in names
            }
        return sorted(found)


def _scrub(connection: Connection, ns: Sequence[int]) -> None:
    """Take away what was quoted of these messages, which nobody can read again."""
    row = notifications.c
    told = update(notifications).where(row.n.in_(ns))
    quoting = (row.reason.is_not(None), row.reason != FORGOTTEN, row.outcome.in_(_QUOTING))
    connection.execute(told.where(*quoting).values(reason=ERASED))
    connection.execute(told.where(row.outcome.in_(_QUOTING)).values(txn_type=None, payment_status=None))
    noted = connection.execute(select(row.drift).where(row.n.in_(ns), row.drift.is_not(None)))
    pairs = {(what, example) for text in noted.scalars() for what, example in json.loads(text)}
    # Not null: that would say that its news was not counted yet.
    connection.execute(told.where(row.drift.is_not(None)).values(drift="[]"))
    _count_again(connection, pairs)
    unclear = update(post_backs).where(post_backs.c.n.in_(ns), post_backs.c.verdict == Verdict.UNKNOWN.value)
    connection.execute(unclear.values(answer=ERASED))


def _count_again(connection: Connection, pairs: AbstractSet[tuple[str, str]]) -> None:
    """What such messages had told was new, by those that are left and told it, too."""
    if not pairs:
        return
    row, counts = notifications.c, Counter[tuple[str, str]]()
    first: dict[tuple[str, str], tuple[int, int]] = {}
    query = select(row.n, row.received_us, row.drift).where(row.drift.is_not(None), row.drift != "[]")
    for n, received_us, text in connection.execute(query.order_by(row.n)):
        for pair in pairs & {(what, example) for what, example in json.loads(text)}:
            counts[pair] += 1
            first.setdefault(pair, (n, received_us))
    for what, example in sorted(pairs):
        here = (drift.c.what == what, drift.c.example == example)
        if (what, example) in counts:
            n, first_us = first[what, example]
            told = {"n": n, "first_us": first_us, "count": counts[what, example]}
            connection.execute(update(drift).where(*here).values(told))
        else:
            connection.execute(delete(drift).where(*here))


def _pages(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    return (rows[start : start + _ROWS_MAX] for start in range(0, len(rows), _ROWS_MAX))
