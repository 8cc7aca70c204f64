"""The inbox: what was posted, byte for byte, numbered in the order in which it was kept."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from sqlalchemy import Row, func, select

from adapters.engines import StoreEngine, store_errors
from adapters.numbering import numbering
from adapters.tables import deliveries

# One statement carries four values a row, and SQLite takes 32,766 values a statement.
_INSERT_ROWS_MAX: Final = 2000
_SELECT_ROWS_MAX: Final = 2000

Headers = tuple[tuple[str, str], ...]
_HEADERS: Final = msgspec.json.Decoder(Headers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One body as it came: when (microseconds since the epoch), from whom, under which headers."""

    received_us: int
    peer: str
    headers: Headers
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A delivery that was kept, under its number."""

    n: int
    received_us: int
    peer: str
    headers: Headers
    body: bytes


class Inbox:
    """The deliveries of one store. Every method raises StoreError when it fails."""

    def __init__(self, engine: StoreEngine, *, prepare: Callable[[], None] | None = None) -> None:
        """`engine`: over an inbox that was prepared, or that `prepare` has yet to."""
        self._engine = engine
        self._prepare = prepare

    def keep(self, rows: Sequence[Delivery]) -> list[int]:
        """Keep all of them in one commit and answer their numbers, in the same order."""
        return self.keep_claimed(lambda: rows)

    def keep_claimed(
        self, claim: Callable[[], Sequence[Delivery]], *, busy_seconds: float | None = None
    ) -> list[int]:
        """Wait at most `busy_seconds` for the write lock, ask which deliveries are still wanted, keep those.

        What is not wanted any more by the time the lock is held was never written at all.
        """
        if self._prepare is not None:
            self._prepare()
            self._prepare = None
        with store_errors(self._engine), self._engine.begin(busy_seconds=busy_seconds) as connection:
            self._engine.check_place()
            rows = claim()
            keep = numbering(connection).keep
            stored = [_stored(row) for row in rows]
            return [
                n
                for start in range(0, len(stored), _INSERT_ROWS_MAX)
                for n in keep(connection, stored[start : start + _INSERT_ROWS_MAX])
            ]

    def forget_connections(self) -> None:
        """Begin the next call with a fresh connection, whatever state the last one was left in."""
        self._engine.dispose()

    def bodies(self, ns: Iterable[int]) -> dict[int, bytes]:
        """The bodies under these numbers; a number that is not in the inbox is left out."""
        wanted = list(ns)
        found: dict[int, bytes] = {}
        with store_errors(self._engine), self._engine.connect() as connection:
            for start in range(0, len(wanted), _SELECT_ROWS_MAX):
                some = wanted[start : start + _SELECT_ROWS_MAX]
                query = select(deliveries.c.n, deliveries.c.body).where(deliveries.c.n.in_(some))
                found.update((n, body) for n, body in connection.execute(query))
        return found

    def after(self, n: int, limit: int) -> list[Delivered]:
        """At most `limit` deliveries with a number above `n`, in order."""
        query = select(deliveries).where(deliveries.c.n > n).order_by(deliveries.c.n).limit(limit)
        with store_errors(self._engine), self._engine.connect() as connection:
            return [_delivered(row) for row in connection.execute(query)]

    def one(self, n: int) -> Delivered | None:
        """The delivery under this number, if there is one."""
        query = select(deliveries).where(deliveries.c.n == n)
        with store_errors(self._engine), self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _delivered(row)

    def last(self) -> int:
        """The highest number in the inbox; 0 when it is empty."""
        with store_errors(self._engine), self._engine.connect() as connection:
            return connection.execute(select(func.max(deliveries.c.n))).scalar_one() or 0

    def last_received_us(self) -> int | None:
        """When the latest delivery came, in microseconds since the epoch; None when none ever did."""
        query = select(deliveries.c.received_us).order_by(deliveries.c.n.desc()).limit(1)
        with store_errors(self._engine), self._engine.connect() as connection:
            return connection.execute(query).scalar_one_or_none()

    def continue_after(self, n: int) -> int:
        """Give no number up to `n` again; how many of them this inbox never gave (0: it is the newer one).

        An inbox from an older backup, or a new one beside an old book, would give numbers that the book knows
        as others': what it acknowledged under them would never be looked at.
        """
        with store_errors(self._engine), self._engine.begin() as connection:
            numbers = numbering(connection)
            given = numbers.last_given(connection)
            if n <= given:
                return 0
            numbers.continue_after(connection, n)
            return n - given


def _stored(delivery: Delivery) -> tuple[int, str, str, bytes]:
    # A peer that is no address must not spoil what is kept together with it.
    peer = delivery.peer.encode("ascii", "backslashreplace").decode().replace("\x00", "\\x00")
    return delivery.received_us, peer, msgspec.json.encode(delivery.headers).decode(), delivery.body


def _delivered(row: Row[*tuple[Any, ...]]) -> Delivered:
    n, received_us, peer, headers, body = row
    return Delivered(n=n, received_us=received_us, peer=peer, headers=_HEADERS.decode(headers), body=body)
