"""To-dos of transactions, their rows read with a batch and brought forward; others that people closed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, select

from adapters.times import from_us, to_us
from adapters.view_rows import chunks, upsert
from adapters.views.steps import Step, Tables
from domain import todo
from domain.state import Transaction
from domain.streams import is_transaction
from domain.todo import Todo
from projections.todos.kinds import Key
from projections.todos.names import read_todo_id
from projections.todos.rows import Row, fold

_Rows = dict[str, dict[Key, Row]]


def wants(stream: str) -> bool:
    """Whether a stream tells of to-dos: a transaction's, or that of one that no transaction tells of."""
    return is_transaction(stream) or stream.startswith(todo.STREAM_PREFIX)


def save(connection: Connection, tables: Tables, steps: Sequence[Step]) -> None:
    """Bring the to-dos of transactions forward, and write those that are new or different.

    Each step is taken for itself: what opened and closed within a batch is told as if it had come alone.
    """
    table = tables["todos"]
    streams = {step.stream for step in steps if isinstance(step.after, Transaction)}
    rows = _read(connection, table, sorted(streams))
    changed: dict[str, Row] = {}
    for step in steps:
        if isinstance(step.before, Transaction) and isinstance(step.after, Transaction):
            before = rows[step.stream]
            after = fold(before, step.before, step.after, step.entry)
            changed |= {row.id: row for key, row in after.items() if row != before.get(key)}
            rows[step.stream] = after
    upsert(connection, table, [_columns(changed[name]) for name in sorted(changed)])
    closed = {step.stream: step for step in steps if isinstance(step.after, Todo)}
    upsert(connection, tables["todo_closings"], [_closing(closed[name]) for name in sorted(closed)])


def _read(connection: Connection, table: Table, txn_ids: Sequence[str]) -> _Rows:
    rows: _Rows = {txn_id: {} for txn_id in txn_ids}
    for some in chunks(txn_ids):
        wanted = select(table).where(table.c.txn_id.in_(some))
        for found in connection.execute(wanted).mappings():
            row = _row(found)
            rows[row.txn_id][row.kind, row.part] = row
    return rows


def _row(found: RowMapping) -> Row:
    name = read_todo_id(found["id"])
    assert name is not None, "a row whose id is none"
    kind, (_, *parts) = name
    return Row(
        kind=kind,
        part="".join(parts),
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
        "id": row.id,
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


def _closing(step: Step) -> dict[str, Any]:
    assert isinstance(step.after, Todo), "the stream of something else"
    name = read_todo_id(step.after.id)
    assert name is not None, "a to-do whose id is none"
    kind, parts = name
    return {
        "place": ":".join((kind.value, *parts)),
        "closed_by": step.after.closed_by,
        "note": step.after.note,
        "closed_us": to_us(step.entry.at),
    }
