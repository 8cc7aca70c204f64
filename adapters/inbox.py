"""The inbox: what was posted, byte for byte, numbered in the order in which it was kept.

Where personal data are sealed, bodies are once a worker has taken them in, and opened for whoever asks here.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import msgspec
import structlog
from sqlalchemy import BigInteger, Column, Integer, Row, bindparam, func, select, update

from adapters.delivered import BodyDamagedError, Delivered, Delivery, Headers
from adapters.engines import StoreEngine, store_errors
from adapters.numbering import numbering
from adapters.statements import Asked, Given, Statement
from adapters.tables import deliveries

if TYPE_CHECKING:
    from adapters.personal.keyring import Keyring

# One statement carries four values a row, and SQLite takes 32,766 values a statement.
_INSERT_ROWS_MAX: Final = 2000


def _of(*columns: Column[Any]) -> Statement:
    """These columns of the deliveries of given numbers."""
    return Statement(
        Given.like(deliveries.c.n),
        lambda _, given: select(*columns).where(deliveries.c.n.in_(select(given.c.n))),
    )


_SIZES: Final = Asked(
    select(func.length(deliveries.c.body))
    .where(deliveries.c.n > bindparam("after", type_=BigInteger))
    .order_by(deliveries.c.n)
    .limit(bindparam("limit", type_=Integer))
)
_BODIES: Final = _of(deliveries.c.n, deliveries.c.sealed_by, deliveries.c.body)
_SEALED_BY: Final = _of(deliveries.c.n, deliveries.c.sealed_by)
_SEAL: Final = Statement(
    Given.like(deliveries.c.n, deliveries.c.sealed_by, deliveries.c.body),
    lambda _, given: (
        update(deliveries)
        .where(deliveries.c.n == given.c.n, deliveries.c.sealed_by.is_(None))
        .values(sealed_by=given.c.sealed_by, body=given.c.body)
    ),
)

log = structlog.get_logger()
_HEADERS: Final = msgspec.json.Decoder(Headers)


class Inbox:
    """The deliveries of one store. Every method raises StoreError when it fails, or a body was changed."""

    def __init__(
        self,
        engine: StoreEngine,
        keys: "Keyring | None" = None,
        *,
        prepare: Callable[[], None] | None = None,
    ) -> None:
        """`engine`: over an inbox that was prepared, or that `prepare` has yet to.

        `keys`: those of payers; whoever reads bodies wants them.
        """
        self._engine = engine
        self._keys = keys
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
            stored = [_row(row) for row in rows]
            return [
                n
                for start in range(0, len(stored), _INSERT_ROWS_MAX)
                for n in keep(connection, stored[start : start + _INSERT_ROWS_MAX])
            ]

    def forget_connections(self) -> None:
        """Begin the next call with a fresh connection, whatever state the last one was left in."""
        self._engine.dispose()

    def bodies(self, ns: Iterable[int]) -> dict[int, bytes]:
        """The bodies under these numbers; what is not in the inbox, or nobody can open, is left out."""
        rows = self._rows(ns, _BODIES)
        found = {n: self._opened_or_said(n, sealed_by, stored) for n, sealed_by, stored in rows}
        return {n: body for n, body in found.items() if body is not None}

    def forgotten(self, ns: Iterable[int]) -> set[int]:
        """Those of these numbers whose bodies are there and cannot be read: their keys are destroyed."""
        names = self.sealed_by(ns)
        assert self._keys is not None or not names, "who reads bodies has the keys"
        if self._keys is None or not names:
            return set()
        missing = [name for name, key in self._keys.keys(names.values()).items() if key is None]
        # One that is not there at all may be in another book: that is no reason to give anything up.
        destroyed = self._keys.destroyed(missing) if missing else set()
        return {n for n, name in names.items() if name in destroyed}

    def sealed_by(self, ns: Iterable[int]) -> dict[int, str]:
        """The names of the keys that these bodies are sealed with, if they are; keys are looked at anew."""
        if self._keys is not None:
            self._keys.look_again()
        return {n: name for n, name in self._rows(ns, _SEALED_BY) if name is not None}

    def _rows(self, ns: Iterable[int], statement: Statement) -> list[Any]:
        with store_errors(self._engine), self._engine.read_singly() as connection:
            return statement.read(connection, [(n,) for n in ns])

    def sizes_after(self, n: int, limit: int) -> list[int]:
        """How large the bodies of the next ones are, as they are stored, in order."""
        with store_errors(self._engine), self._engine.read_singly() as connection:
            return list(_SIZES.execute(connection, {"after": n, "limit": limit}).scalars())

    def after(self, n: int, limit: int) -> list[Delivered]:
        """At most `limit` deliveries with a number above `n`, in order."""
        query = select(deliveries).where(deliveries.c.n > n).order_by(deliveries.c.n).limit(limit)
        with store_errors(self._engine), self._engine.read_singly() as connection:
            rows = connection.execute(query).all()
        return [self._delivered(row) for row in rows]

    def one(self, n: int) -> Delivered | None:
        """The delivery under this number, if there is one."""
        return next((found for found in self.after(n - 1, 1) if found.n == n), None)

    def seal(self, fresh: Sequence[Delivered]) -> list[Delivered]:
        """Seal the stored bodies of these, if bodies are, but not anew; each says then by which key."""
        plain = {one.n: one.body for one in fresh if one.sealed_by is None}
        if self._keys is None or not self._keys.seals or not plain:
            return list(fresh)
        from adapters.personal.bodies import sealed_bodies  # noqa: PLC0415 - the listener is spared it

        self._keys.look_again()  # what comes after a payer was forgotten must not be lost with the old key
        sealed = sealed_bodies(self._keys, plain)
        rows = [(n, name, box) for n, (name, box) in sorted(sealed.items())]
        with store_errors(self._engine), self._engine.begin() as connection:
            _SEAL.run(connection, rows)
        return [replace(one, sealed_by=sealed[one.n][0]) if one.n in sealed else one for one in fresh]

    def last(self) -> int:
        """The highest number in the inbox; 0 when it is empty."""
        with store_errors(self._engine), self._engine.read_singly() as connection:
            return connection.execute(select(func.max(deliveries.c.n))).scalar_one() or 0

    def last_received_us(self) -> int | None:
        """When the latest delivery came, in microseconds since the epoch; None when none ever did."""
        query = select(deliveries.c.received_us).order_by(deliveries.c.n.desc()).limit(1)
        with store_errors(self._engine), self._engine.read_singly() as connection:
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

    def _delivered(self, row: Row[*tuple[Any, ...]]) -> Delivered:
        n, received_us, peer, headers, stored, sealed_by = row
        body = self._opened_or_said(n, sealed_by, stored)
        return Delivered(
            n=n,
            received_us=received_us,
            peer=peer,
            headers=_HEADERS.decode(headers),
            opened=body,
            sealed_by=sealed_by,
        )

    def _opened_or_said(self, n: int, sealed_by: str | None, stored: bytes) -> bytes | None:
        """One that was changed, or whose key another store has, must not hold up all others."""
        try:
            return self._opened(n, sealed_by, stored)
        except BodyDamagedError as error:
            log.error("delivery_damaged", n=n, why=str(error))  # noqa: TRY400 - the one line says all
            return None

    def _opened(self, n: int, sealed_by: str | None, stored: bytes) -> bytes | None:
        if sealed_by is None:
            return stored
        from adapters.personal.bodies import opened  # noqa: PLC0415 - the listener is spared it

        assert self._keys is not None, "who reads bodies has the keys"
        return opened(self._keys, n, sealed_by, stored)


def _row(delivery: Delivery) -> tuple[int, str, str, bytes]:
    # A peer that is no address must not spoil what is kept together with it.
    peer = delivery.peer.encode("ascii", "backslashreplace").decode().replace("\x00", "\\x00")
    return delivery.received_us, peer, msgspec.json.encode(delivery.headers).decode(), delivery.body
