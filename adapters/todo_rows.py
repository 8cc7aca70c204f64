"""The rows of `todos` that transactions tell of: read with a batch, brought forward, written once."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from adapters.tables import todos
from adapters.times import from_us, to_us
from adapters.view_rows import chunks, upsert
from domain.events import Entry
from domain.state import Transaction
from projections.todos import Row, TodoKind, fold, todo_id


class TodoRows:
    """The to-dos of some transactions, inside the caller's database transaction.

    Each entry is taken for itself: what opened and closed within a batch is told as if it had come alone.
    """

    def __init__(self, connection: Connection, txn_ids: Sequence[str]) -> None:
        """Reads what stands of these transactions; no others may be brought forward."""
        self._connection = connection
        self._rows: dict[str, dict[TodoKind, Row]] = {txn_id: {} for txn_id in txn_ids}
        for some in chunks(txn_ids):
            wanted = select(todos).where(todos.c.txn_id.in_(some))
            for found in connection.execute(wanted).mappings():
                self._rows[found["txn_id"]][TodoKind(found["kind"])] = _row(found)
        self._changed: set[str] = set()

    def advance(self, transaction: Transaction, entry: Entry) -> None:
        """Take one more entry of a transaction into account, which made it what it is now."""
        before = self._rows[transaction.txn_id]
        after = fold(before, transaction, entry)
        if after != before:
            self._rows[transaction.txn_id] = after
            self._changed.add(transaction.txn_id)

    def save(self) -> None:
        """Write the rows that are new or different."""
        rows = [_columns(row) for txn_id in sorted(self._changed) for row in self._rows[txn_id].values()]
        upsert(self._connection, todos, rows)


def _row(found: RowMapping) -> Row:
    return Row(
        kind=TodoKind(found["kind"]),
        txn_id=found["txn_id"],
        n=found["n"],
        since=from_us(found["since_us"]),
        due=None if found["due_us"] is None else from_us(found["due_us"]),
        what=found["what"],
        open=found["open"],
        closed_by=found["closed_by"],
        note=found["note"],
    )


def _columns(row: Row) -> dict[str, Any]:
    return {
        "id": todo_id(row.kind, row.txn_id),
        "kind": row.kind.value,
        "txn_id": row.txn_id,
        "n": row.n,
        "since_us": to_us(row.since),
        "due_us": None if row.due is None else to_us(row.due),
        "what": row.what,
        "open": row.open,
        "closed_by": row.closed_by,
        "note": row.note,
    }
