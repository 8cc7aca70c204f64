"""Accounts: every delivery that was acknowledged has its row, and every row its delivery."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, func, select

from adapters.auditing.bodies import Bodies
from adapters.auditing.findings import Findings
from adapters.auditing.scene import Scene, Shown
from adapters.engines import store_errors
from adapters.purging.rules import DAYS_MIN, rules
from adapters.tables import deliveries, notifications
from domain.notification import glance

TABLE: Final = "notifications"
_PAGE: Final = 500
_DAY_US: Final = 86_400_000_000
# What of a row is read from the body alone.
_NAMES: Final = ("txn_id", "parent_txn_id", "txn_type", "payment_status")
_MAY_GO: Final = frozenset((rule.outcome.value, rule.verdict.value) for rule in rules(DAYS_MIN, DAYS_MIN))
_COLUMNS: Final = (
    *("n", "received_us", "peer", *_NAMES),
    *("outcome", "verdict", "settled_us", "due_us", "purged_us"),
)


def check_accounts(scene: Scene, said: Findings, shown: Shown) -> None:
    """Walk over inbox and rows side by side, as far as deliveries were taken in when the audit began."""
    after, bodies = 0, Bodies(scene)
    while after < scene.ends.taken_in:
        until = min(after + _PAGE, scene.ends.taken_in)
        with store_errors(scene.book), scene.book.connect() as connection:
            rows = {row.n: row for row in _rows(connection, after, until)}
        kept = _deliveries(scene, after, until)
        texts = bodies.of(kept)
        for n in sorted(rows.keys() | kept.keys()):
            row = rows.get(n)
            if row is None:
                said.found("deliveries", {"n": n}, "it was acknowledged, and has no row")
            elif n not in kept:
                _gone(scene, row, said)
            else:
                _hold(row, kept[n], texts[n], said)
        said.count("deliveries", len(kept))
        shown(len(kept))
        after = until
    _beyond(scene, said)


def _beyond(scene: Scene, said: Findings) -> None:
    """Deliveries that nobody took in yet; none has a number below the first."""
    row = deliveries.c
    with store_errors(scene.inbox), scene.inbox.connect() as connection:
        below = connection.execute(select(row.n).where(row.n < 1).order_by(row.n)).scalars().all()
        fresh = select(func.count()).where(row.n > scene.ends.taken_in)
        waiting = connection.execute(fresh).scalar_one()
    for n in below:
        said.found("deliveries", {"n": n}, "numbers begin at 1: nobody acknowledged it")
    if waiting:
        said.count("deliveries not taken in yet", waiting)


def _rows(connection: Connection, after: int, until: int) -> Sequence[Any]:
    row = notifications.c
    query = select(*(row[name] for name in _COLUMNS)).where(row.n > after, row.n <= until)
    return connection.execute(query).all()


def _deliveries(scene: Scene, after: int, until: int) -> dict[int, Any]:
    row = deliveries.c
    query = select(row.n, row.received_us, row.peer).where(row.n > after, row.n <= until)
    with store_errors(scene.inbox), scene.inbox.connect() as connection:
        return {one.n: one for one in connection.execute(query)}


def _gone(scene: Scene, row: Any, said: Findings) -> None:  # noqa: ANN401 - a row
    """A body that is not there: a purge may have let it go since the row was read."""
    with store_errors(scene.book), scene.book.connect() as connection:
        row = _rows(connection, row.n - 1, row.n)[0]
    if row.purged_us is None:
        said.found(TABLE, {"n": row.n}, "there is no delivery of its number, and no purge let it go")
    else:
        said.count("bodies that were purged")
        _purged(row, said)


def _purged(row: Any, said: Findings) -> None:  # noqa: ANN401 - a row
    if (row.outcome, row.verdict) not in _MAY_GO:
        said.found(TABLE, {"n": row.n}, f"its body was purged, and of what is {row.outcome} none may be")
    elif row.settled_us is None or row.purged_us < max(row.settled_us, row.received_us) + DAYS_MIN * _DAY_US:
        said.found(TABLE, {"n": row.n}, "its body was purged before any rule allowed it")


def _hold(row: Any, kept: Any, body: object, said: Findings) -> None:  # noqa: ANN401 - rows
    if row.purged_us is not None:
        said.count("bodies that are marked to go")
        _purged(row, said)
    for name in ("received_us", "peer"):
        if getattr(row, name) != getattr(kept, name):
            said.found(TABLE, {"n": row.n}, f"{name} is not that of the delivery")
    if isinstance(body, bytes):
        told = glance(body)
        for name in _NAMES:
            if getattr(row, name) != getattr(told, name):
                said.found(TABLE, {"n": row.n}, f"{name} is not what the body says")
    else:
        said.count("deliveries that nobody can read")
