"""Seals: the notary's own sequence over events, deliveries and rules, and the checkpoints of its tree."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from sqlalchemy import Connection, func, insert, select

from adapters.engines import StoreEngine, store_errors
from adapters.statements import Given, Statement
from adapters.tables import checkpoints, notary_keys, seals

EVENT, DELIVERY, RULES = 1, 2, 3
KINDS: Final = {EVENT: "event", DELIVERY: "delivery", RULES: "rules"}


class Seal(NamedTuple):
    """One entry of the sequence; `number`: an event's position, a delivery's n, or the number of rules."""

    seq: int
    kind: int
    number: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint as it is kept; when it was made in microseconds since 1970."""

    size: int
    note: str
    frontier: bytes
    made_us: int


class Seals:
    """What a store's notary has written. Every call raises StoreError when the store cannot be read."""

    def __init__(self, engine: StoreEngine) -> None:
        """`engine`: over the book's part."""
        self._engine = engine

    def size(self) -> int:
        """How many entries there are: the number of the last one."""
        with store_errors(self._engine), self._engine.connect() as connection:
            return read_size(connection)

    def after(self, seq: int, limit: int) -> list[Seal]:
        """Up to `limit` entries after one, in order."""
        row = seals.c
        query = select(row.seq, row.kind, row.number, row.digest).where(row.seq > seq)
        with store_errors(self._engine), self._engine.connect() as connection:
            found = connection.execute(query.order_by(row.seq).limit(limit))
            return [Seal(one.seq, one.kind, one.number, bytes(one.digest)) for one in found]

    def leaves(self, until: int) -> list[bytes]:
        """The digests of the first entries, as many as that or as there are."""
        with store_errors(self._engine), self._engine.connect() as connection:
            return read_leaves(connection, 0, until)

    def seq_of(self, kind: int, number: int) -> int | None:
        """Where something was sealed; None where it was not yet."""
        query = select(seals.c.seq).where(seals.c.kind == kind, seals.c.number == number)
        with store_errors(self._engine), self._engine.connect() as connection:
            return connection.execute(query).scalar_one_or_none()

    def checkpoints(self) -> list[Kept]:
        """All of them, the smallest first."""
        with store_errors(self._engine), self._engine.connect() as connection:
            return [_kept(row) for row in connection.execute(select(*_KEPT).order_by(checkpoints.c.size))]

    def last_checkpoint(self) -> Kept | None:
        """The newest; None before the first."""
        with store_errors(self._engine), self._engine.connect() as connection:
            return read_last_checkpoint(connection)

    def vkeys(self) -> list[str]:
        """The keys by which checkpoints are to be checked, the oldest first."""
        query = select(notary_keys.c.vkey).order_by(notary_keys.c.since_us, notary_keys.c.vkey)
        with store_errors(self._engine), self._engine.connect() as connection:
            return list(connection.execute(query).scalars())


_WRITE: Final = Statement(
    Given.like(*seals.columns),
    lambda insert_into, given: insert_into(seals).from_select(
        [one.name for one in seals.columns], select(given)
    ),
)
_KEPT: Final = (checkpoints.c.size, checkpoints.c.note, checkpoints.c.frontier, checkpoints.c.made_us)


def read_size(connection: Connection) -> int:
    """The number of the last entry; 0 before the first."""
    return int(connection.execute(select(func.max(seals.c.seq))).scalar() or 0)


def read_last(connection: Connection, kind: int) -> int:
    """The number of the last that was sealed of a kind; 0 before the first."""
    return int(connection.execute(select(func.max(seals.c.number)).where(seals.c.kind == kind)).scalar() or 0)


def read_leaves(connection: Connection, after: int, until: int) -> list[bytes]:
    """The digests of the entries after one and up to another."""
    row = seals.c
    query = select(row.digest).where(row.seq > after, row.seq <= until).order_by(row.seq)
    return [bytes(digest) for digest in connection.execute(query).scalars()]


def read_last_checkpoint(connection: Connection) -> Kept | None:
    """The newest checkpoint; None before the first."""
    row = connection.execute(select(*_KEPT).order_by(checkpoints.c.size.desc()).limit(1)).one_or_none()
    return None if row is None else _kept(row)


def write_seals(connection: Connection, new: Sequence[Seal]) -> None:
    """Write entries that come next."""
    _WRITE.run(connection, new)


def write_checkpoint(connection: Connection, kept: Kept) -> None:
    """Write a checkpoint that is larger than all before."""
    row = {"size": kept.size, "note": kept.note, "frontier": kept.frontier, "made_us": kept.made_us}
    connection.execute(insert(checkpoints), row)


def _kept(row: Sequence[object]) -> Kept:
    size, note, frontier, made_us = row
    assert isinstance(size, int)
    assert isinstance(made_us, int)
    return Kept(size, str(note), bytes(frontier), made_us)  # type: ignore[call-overload]
