"""What the worker has to do: deliveries taken in, claimed with a lease, asked about again on request."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from operator import itemgetter
from typing import Any

import structlog
from sqlalchemy import Connection, func, select, update

from adapters.claiming import CLAIM, LOOK
from adapters.engines import StoreEngine, StoreError, store_errors
from adapters.inbox import Inbox
from adapters.personal.guard import close_forgotten
from adapters.processes import is_gone, this_process
from adapters.tables import notifications
from adapters.taking_in import Lease, take_in
from domain.quick import quick
from domain.vocabulary import Verdict

LEASE_SECONDS = 60
_PAUSE_MAX_US = 15 * 60 * 1_000_000

log = structlog.get_logger()
# Batches of payouts and news of subscriptions name no transaction: they may all be about the same.
_NAMELESS = frozenset({""})
_VERDICTS = {verdict.value: verdict for verdict in Verdict}


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A delivery that this worker alone may work on until its lease runs out."""

    n: int
    received_us: int
    attempts: int
    verdict: Verdict
    body: bytes
    sealed_by: str | None = None  # the name of the key, where the bytes are stored sealed
    concerns: frozenset[str] = frozenset()  # the ids that the body names, its own and its parent's


@dataclass(frozen=True, slots=True)
class Look:
    """What there is to do: the last delivery that has a row, and whether any, or any urgent one, is due."""

    last: int
    urgent: bool
    due: bool


class Claims:
    """The worker's side of the table of notifications."""

    def __init__(self, engine: StoreEngine, inbox: Inbox) -> None:
        """`engine` need not be durable: a claim that is lost with the power is made again."""
        self._engine = engine
        self._inbox = inbox
        self.worker = this_process()

    def look(self, now_us: int) -> Look:
        """What there is to do, without the write lock: who finds nothing disturbs nobody. StoreError."""
        with store_errors(self._engine), self._engine.read_singly() as connection:
            found = LOOK.execute(connection, {**self._asked(now_us), "limit": 1}).one()
        return Look(last=found.last or 0, urgent=found.urgent is not None, due=found.due is not None)

    def take_in(self, last: int | None = None) -> int:
        """Give every new delivery its row; how many they were. Raises StoreError.

        `last`: as `look` found it a moment ago, where somebody looked.
        """
        after, taken = self.look(0).last if last is None else last, 0
        while some := take_in(self._engine, self._inbox, after):
            after, taken = some.last, taken + some.free
        return taken

    def take_in_some(self, leases: int, now_us: int, last: int) -> tuple[list[Claimed], bool]:
        """Give the next new deliveries their rows, the first of them leased with it; whether others are due.

        `leases`: none where anything else is due, for that comes first. Raises StoreError.
        """
        lease = self._lease(now_us)
        while some := take_in(self._engine, self._inbox, last, lease, max(0, leases)):
            if some.leased or some.free:
                return [
                    Claimed(
                        n=one.n,
                        received_us=one.received_us,
                        attempts=0,
                        verdict=Verdict.UNKNOWN,
                        body=one.body,
                        sealed_by=one.sealed_by,
                        concerns=_concerns(told),
                    )
                    for one, told in some.leased
                ], some.free > 0
            last = some.last
        return [], False

    def claim(
        self, limit: int, now_us: int, *, urgent_only: bool = False, newest: bool = False
    ) -> list[Claimed]:
        """Up to `limit` that are due, the least asked first, so that silence about some delays no others.

        With `newest` the last to come: a probe by one of those that PayPal never answers would always fail.
        Each is leased; whether there are any, `look` says. A due time beyond the longest pause was written
        before the clock was set back, and is as good as now. Raises StoreError.
        """
        if limit <= 0:
            return []
        asked = self._asked(now_us) | asdict(self._lease(now_us)) | {"limit": limit}
        with store_errors(self._engine), self._engine.begin() as connection:
            rows = CLAIM[urgent_only, newest].execute(connection, asked).all()
        bodies = self._bodies([row.n for row in rows], now_us)
        return [
            Claimed(
                n=row.n,
                received_us=row.received_us,
                attempts=row.attempts,
                verdict=_VERDICTS[row.verdict],
                body=bodies[row.n][0],
                sealed_by=bodies[row.n][1],
                concerns=_concerns(row),
            )
            for row in sorted(rows, key=itemgetter(0))
            if row.n in bodies
        ]

    def _lease(self, now_us: int) -> Lease:
        return Lease(self.worker, now_us + LEASE_SECONDS * 1_000_000)

    @staticmethod
    def _asked(now_us: int) -> dict[str, Any]:
        return {"now_us": now_us, "far_us": now_us + _PAUSE_MAX_US}

    def _bodies(self, ns: Sequence[int], now_us: int) -> dict[int, tuple[bytes, str | None]]:
        try:
            bodies = self._inbox.named_bodies(ns)
            missing = set(ns) - bodies.keys()
            forgotten = self._inbox.forgotten(missing) if missing else set()
        except StoreError:
            # They are not in hand after all, and must not lie for as long as their leases run.
            self.release(ns)
            raise
        if forgotten:
            with store_errors(self._engine), self._engine.begin() as connection:
                close_forgotten(connection, sorted(forgotten), now_us)
        for n in missing - forgotten:
            # The rest must not wait for it. It is looked for again when its lease has run out.
            log.error("delivery_missing", n=n)
        return bodies

    def release(self, ns: Sequence[int]) -> None:
        """Give leases back before they run out, as a worker does that stops. Raises StoreError."""
        with store_errors(self._engine), self._engine.begin() as connection:
            _free(connection, self.worker, [int(n) for n in ns])

    def release_all_but(self, ns: Collection[int]) -> None:
        """Give back what is leased to this worker and not among these. Raises StoreError."""
        row = notifications.c
        leased = select(row.n).where(row.due_us.is_not(None), row.lease_by == self.worker)
        with store_errors(self._engine), self._engine.begin() as connection:
            held = set(connection.execute(leased).scalars())
            _free(connection, self.worker, sorted(held - set(ns)))

    def free_the_dead(self) -> int:
        """Free the leases of workers on this host that are gone, so a restart need not wait for them."""
        with store_errors(self._engine), self._engine.begin() as connection:
            rows = connection.execute(
                select(notifications.c.n, notifications.c.lease_by).where(
                    notifications.c.due_us.is_not(None), notifications.c.lease_by.is_not(None)
                )
            ).all()
            orphans: dict[str, list[int]] = {}
            for row in rows:
                if row.lease_by == self.worker or is_gone(row.lease_by):
                    orphans.setdefault(row.lease_by, []).append(row.n)
            return sum(_free(connection, worker, ns) for worker, ns in sorted(orphans.items()))

    def ask_again(self, n: int, now_us: int) -> bool:
        """Make a delivery due at once, whatever became of it; False when there is none, or its body is gone.

        What PayPal verified stays verified (it stops verifying old messages after a while) and is only
        processed again. What was forgotten nobody can read again. Raises StoreError.
        """
        return self.ask_all_again([n], now_us) == 1

    def ask_all_again(self, ns: Collection[int], now_us: int) -> int:
        """The same for many, all or none of them at once; how many they were. Raises StoreError."""
        self.take_in()
        left = sorted(set(ns) - self._inbox.forgotten(ns))
        row, asked = notifications.c, 0
        with store_errors(self._engine), self._engine.begin() as connection:
            for start in range(0, len(left), 500):
                some = update(notifications).where(
                    row.n.in_(left[start : start + 500]), row.purged_us.is_(None)
                )
                asked += connection.execute(some.values(due_us=now_us, urgent=True)).rowcount
        return asked

    def waiting(self) -> int:
        """How many are not settled. Raises StoreError."""
        with store_errors(self._engine), self._engine.connect() as connection:
            query = select(func.count()).where(notifications.c.due_us.is_not(None))
            return connection.execute(query).scalar_one()


def _free(connection: Connection, worker: str, ns: Sequence[int]) -> int:
    """End leases of a worker; how many they were. What another claimed meanwhile stays that one's."""
    row, freed = notifications.c, 0
    for start in range(0, len(ns), 500):
        some = update(notifications).where(row.n.in_(ns[start : start + 500]), row.lease_by == worker)
        freed += connection.execute(some.values(lease_until_us=None, lease_by=None)).rowcount
    return freed


def _concerns(named: Any) -> frozenset[str]:  # noqa: ANN401 - a row, or what a body calls itself
    return frozenset(filter(None, (named.txn_id, named.parent_txn_id))) or _NAMELESS
