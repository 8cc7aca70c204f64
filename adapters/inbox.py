"""The inbox: what was posted, byte for byte, numbered in the order in which it was kept.

Where personal data are sealed, bodies are once a worker has taken them in, and opened for whoever asks here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import msgspec
import structlog
from sqlalchemy import Row, func, select

from adapters.delivered import BodyDamagedError, Delivered, Delivery, Headers
from adapters.delivering import BODIES, NEXT, SEAL, SEALED_BY
from adapters.engines import StoreEngine, store_errors
from adapters.numbering import numbering
from adapters.statements import Statement
from adapters.tables import deliveries

if TYPE_CHECKING:
    from adapters.personal.keyring import Keyring

# One statement carries four values a row, and SQLite takes 32,766 values a statement.
_INSERT_ROWS_MAX: Final = 2000
_BYTES_MAX: Final = 2**62  # more than there will ever be

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
        return {n: body for n, (body, _) in self.named_bodies(ns).items()}

    def named_bodies(self, ns: Iterable[int]) -> dict[int, tuple[bytes, str | None]]:
        """The same, each with the name of the key that it is sealed with, if it is."""
        rows = self._rows(ns, BODIES)
        found = {n: (self._opened_or_said(n, key, stored), key) for n, key, stored in rows}
        return {n: (body, key) for n, (body, key) in found.items() if body is not None}

    def forgotten(self, ns: Iterable[int]) -> set[int]:
        """Those of these numbers whose bodies are there and cannot be read: their keys are destroyed."""
        return self.unreadable(self.sealed_by(ns))

    def unreadable(self, names: Mapping[int, str]) -> set[int]:
        """Those of these numbers whose bodies' keys, given by name, are destroyed; looked at anew."""
        if self._keys is None:
            assert not names, "who reads bodies has the keys"
            return set()
        self._keys.look_again()
        missing = [name for name, key in self._keys.keys(names.values()).items() if key is None]
        # One that is not there at all may be in another book: that is no reason to give anything up.
        destroyed = self._keys.destroyed(missing) if missing else set()
        return {n for n, name in names.items() if name in destroyed}

    def sealed_by(self, ns: Iterable[int]) -> dict[int, str]:
        """The names of the keys that these bodies are sealed with, if they are."""
        return {n: name for n, name in self._rows(ns, SEALED_BY) if name is not None}

    def _rows(self, ns: Iterable[int], statement: Statement) -> list[Any]:
        with store_errors(self._engine), self._engine.read_singly() as connection:
            return statement.read(connection, [(n,) for n in ns])

    def after(self, n: int, limit: int, *, bytes_max: int = _BYTES_MAX) -> list[Delivered]:
        """At most `limit` deliveries with a number above `n`, in order.

        Once there is one, no more than `bytes_max` of bodies, as they are stored.
        """
        asked = {"after": n, "limit": limit, "bytes_max": bytes_max}
        with store_errors(self._engine), self._engine.read_singly() as connection:
            rows = NEXT.execute(connection, asked).all()
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
            ours = {n for (n,) in SEAL.read(connection, rows)}
        # Another was quicker with some: under its key, which may be destroyed by now.
        theirs = sealed.keys() - ours
        names, bodies = (self.sealed_by(theirs), self.bodies(theirs)) if theirs else ({}, {})
        found = {one.n: one for one in fresh}
        found |= {n: replace(found[n], sealed_by=sealed[n][0]) for n in ours}
        found |= {n: replace(found[n], sealed_by=names.get(n), opened=bodies.get(n)) for n in theirs}
        return list(found.values())

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
