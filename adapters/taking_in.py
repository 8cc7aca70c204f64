"""Taking in: what is new in the inbox is given its row, leased or for whoever comes, and sealed before."""

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.claiming import TAKE_IN
from adapters.delivered import Delivered
from adapters.engines import StoreEngine, store_errors
from adapters.inbox import Inbox
from domain.notification import Glance, glance

TAKE_IN_MAX = 500  # at once
_BYTES_MAX = 8 * 1024 * 1024  # of bodies in memory at once: a flood of large ones fits into none


@dataclass(frozen=True, slots=True)
class Lease:
    """Who alone works on a delivery, and until when, in microseconds since the epoch."""

    by: str
    until_us: int


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What was found, as far as `last`: what was leased, with what it calls itself, and how many were not.

    What another gave its row meanwhile is neither.
    """

    last: int
    leased: Sequence[tuple[Delivered, Glance]]
    free: int


def take_in(
    engine: StoreEngine, inbox: Inbox, after: int, lease: Lease | None = None, leases: int = 0
) -> TakenIn | None:
    """Give rows to the next deliveries above the number `after`; None when there is none.

    `lease` stands in the rows of the first `leases`, but for those that nobody can read. Raises StoreError.
    """
    # Before they have rows: what has one is never stored otherwise again, and the notary goes by it.
    found = inbox.seal(inbox.after(after, TAKE_IN_MAX, bytes_max=_BYTES_MAX))
    if not found:
        return None
    # Read before the write lock is taken: whatever is in the bodies, nobody waits for it.
    # One that was forgotten before it was taken in calls itself nothing; whoever claims it says so.
    told = {one.n: (one, glance(b"" if one.forgotten else one.body)) for one in found}
    ours = {one.n for one in found[:leases] if not one.forgotten} if lease else set()
    rows = [_row(one, called, lease if one.n in ours else None) for one, called in told.values()]
    with store_errors(engine), engine.begin() as connection:
        # Another may have been quicker with some.
        given = sorted(n for (n,) in TAKE_IN.read(connection, rows))
    return TakenIn(found[-1].n, [told[n] for n in given if n in ours], sum(n not in ours for n in given))


def _row(delivered: Delivered, told: Glance, lease: Lease | None) -> tuple[object, ...]:
    leased = (None, None) if lease is None else (lease.until_us, lease.by)
    called = told.txn_id, told.parent_txn_id, told.txn_type, told.payment_status
    return delivered.n, delivered.received_us, delivered.peer, *called, *leased
