"""The lease: at most one rebuilds a projection; one that died is known by its process or by its time."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from adapters.processes import is_gone, this_process
from adapters.tables import rebuilds
from adapters.times import to_us

LEASE = timedelta(minutes=5)
YIELDING = timedelta(0)  # over at once: for whoever only tidies up, and makes room for one who rebuilds
# Those of this very process that are held: another of its number in an earlier life of it is dead.
_HELD: set[str] = set()


class RebuildBusyError(Exception):
    """Somebody else rebuilds one of the projections; str is one line that says who."""


class RebuildLostError(Exception):
    """The lease ran out and somebody else took it, or what was told is not known; str is one line."""


class Lease:
    """The right to write the rows of some projections that nobody reads; inside the caller's transactions."""

    def __init__(self, names: Sequence[str], clock: Callable[[], datetime], lasts: timedelta = LEASE) -> None:
        """Nothing is taken yet; once taken it lasts so long after each time that it is held."""
        self._lasts = lasts
        self._names = names
        self._clock = clock
        self.by = f"{this_process()}/{secrets.token_hex(4)}"

    def take(self, connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
        """Take it for rows of `rebuilds`; RebuildBusyError when somebody has it who is not dead."""
        row, now = rebuilds.c, self._clock()
        held = select(row.projection, row.by, row.lease_until_us).where(row.projection.in_(self._names))
        for name, by, until_us in connection.execute(held.order_by(row.projection)):
            if until_us > to_us(now) and not _is_dead(by):
                who = by.rpartition("/")[0]
                raise RebuildBusyError(f"{name}: {who} is rebuilding it: wait until it is done, or end it")
        self.give_back(connection, everybodys=True)
        mine = {"by": self.by, "started_us": to_us(now), "lease_until_us": to_us(now + self._lasts)}
        connection.execute(insert(rebuilds), [{**one, **mine} for one in rows])
        _HELD.add(self.by)

    def hold(self, connection: Connection, position: int) -> None:
        """Say that we are at it, and how far; RebuildLostError when somebody else is by now."""
        held = update(rebuilds).where(rebuilds.c.projection.in_(self._names), rebuilds.c.by == self.by)
        until_us = to_us(self._clock() + self._lasts)
        renewed = connection.execute(held.values(position=position, lease_until_us=until_us)).rowcount
        if renewed != len(self._names):
            raise RebuildLostError("held up for too long, and another rebuild has begun: run it again")

    def give_back(self, connection: Connection, *, everybodys: bool = False) -> None:
        """Let others have it."""
        gone = delete(rebuilds).where(rebuilds.c.projection.in_(self._names))
        connection.execute(gone if everybodys else gone.where(rebuilds.c.by == self.by))
        _HELD.discard(self.by)


def _is_dead(by: str) -> bool:
    process = by.rpartition("/")[0]
    # Another of this process's number, in an earlier life of it, is dead.
    return by not in _HELD if process == this_process() else is_gone(process)
