"""The layouts: what is different in the files from version to version, and the steps from one to the next."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import Connection, MetaData, delete, insert, select

from adapters.tables import (
    BOOK,
    DRIFT_EXAMPLES_MAX,
    drift,
    identities,
    notification_events,
    notifications,
    notifications_todo,
    positions,
    transactions,
)

SCHEMA_VERSION: Final = 2

Step = Callable[[Connection], None]


def bring_forward(connection: Connection, metadata: MetaData, version: int) -> None:
    """Take every step from `version` to today's layout; missing tables were made before.

    A file of version 0 is new and needs none. Runs inside the caller's transaction: all of it, or nothing.
    """
    for number, tables, step in STEPS:
        if tables is metadata and 0 < version < number:
            step(connection)


def _book_2(connection: Connection) -> None:
    """Drift has a table of its own with counts, and the views are folded anew under more rules."""
    connection.exec_driver_sql("DROP INDEX IF EXISTS notifications_drift")
    notifications_todo.create(connection)
    _count_drift(connection)
    for view in (transactions, identities, notification_events, positions):
        connection.execute(delete(view))


def _count_drift(connection: Connection) -> None:
    row = notifications.c
    noted = select(row.n, row.received_us, row.drift).where(row.drift.is_not(None)).order_by(row.n)
    found: dict[tuple[str, str], dict[str, Any]] = {}
    examples: Counter[str] = Counter()
    for n, received_us, text in connection.execute(noted):
        for what, example in dict.fromkeys((what, example) for what, example in json.loads(text)):
            if (what, example) not in found and examples[what] < DRIFT_EXAMPLES_MAX:
                examples[what] += 1
                first = {"what": what, "example": example, "n": n, "first_us": received_us}
                found[what, example] = first | {"count": 0}
            if (what, example) in found:
                found[what, example]["count"] += 1
    if found:
        connection.execute(insert(drift), list(found.values()))


# Each step by the version that it leads to and the file that it is for. The inbox has changed in none yet.
STEPS: Final[tuple[tuple[int, MetaData, Step], ...]] = ((2, BOOK, _book_2),)
