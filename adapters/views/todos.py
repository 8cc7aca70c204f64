"""To-dos of transactions, their rows read with a batch and brought forward; others that people closed."""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any, Final, NamedTuple, TypeAlias

from sqlalchemy import Connection, Table

from adapters.times import from_us, to_us
from adapters.view_rows import Row as Values
from adapters.view_rows import find, put
from adapters.views.steps import Halves, Step, Tables
from domain import todo
from domain.state import Transaction
from domain.streams import is_transaction
from domain.todo import Todo
from projections.todos.kinds import Key
from projections.todos.names import read_todo_id
from projections.todos.rows import Row, fold, todos_of

_Rows: TypeAlias = Mapping[Key, Row]
_COLUMNS: Final = (
    *("id", "kind", "txn_id", "n", "since_us", "due_us"),
    *("what", "open", "closed_by", "note"),
)
_CLOSING: Final = ("place", "closed_by", "note", "closed_us")


def wants(stream: str) -> bool:
    """Whether a stream tells of to-dos: a transaction's, or that of one that no transaction tells of."""
    return is_transaction(stream) or stream.startswith(todo.STREAM_PREFIX)


class Made(NamedTuple):
    """Rows of what began with these steps, what goes on from rows that are there, and what was closed."""

    rows: list[Values]
    going_on: dict[str, list[Step]]
    closed: list[Values]


def make(steps: Sequence[Step]) -> Made:
    """Bring the to-dos of transactions forward, as far as they follow from these steps alone.

    Each step is taken for itself: what opened and closed within a batch is told as if it had come alone.
    """
    made = Made([], {}, [])
    by_stream: dict[str, list[Step]] = {}
    for step in steps:
        by_stream.setdefault(step.stream, []).append(step)
    for stream, some in by_stream.items():
        after = some[-1].after
        if isinstance(after, Todo):
            made.closed.append(_closing(some[-1], after))
        elif some[0].version == 1:
            made.rows.extend(map(_values, _brought_forward({}, some).values()))
        else:
            made.going_on[stream] = some
            for step in some:
                if isinstance(step.after, Transaction):
                    todos_of(step.after)  # remembered until it is asked for again
    return made


def write(connection: Connection, tables: Tables, made: Made) -> None:
    """Write the to-dos that are new or different."""
    before = _read(connection, tables["todos"], sorted(made.going_on))
    for stream, some in made.going_on.items():
        known = before[stream]
        after = _brought_forward(known, some).items()
        made.rows.extend(_values(row) for key, row in after if row != known.get(key))
    put(connection, tables["todos"], _COLUMNS, sorted(made.rows, key=itemgetter(0)))
    put(connection, tables["todo_closings"], _CLOSING, sorted(made.closed, key=itemgetter(0)))


save: Final = Halves(make, write)


def _brought_forward(rows: _Rows, steps: Sequence[Step]) -> _Rows:
    """A transaction's rows after its steps."""
    for step in steps:
        if isinstance(step.before, Transaction) and isinstance(step.after, Transaction):
            rows = fold(rows, step.before, step.after, step.entry)
    return rows


def _read(connection: Connection, table: Table, txn_ids: Sequence[str]) -> dict[str, dict[Key, Row]]:
    rows: dict[str, dict[Key, Row]] = {txn_id: {} for txn_id in txn_ids}
    for found in find(connection, table, _COLUMNS, "txn_id", txn_ids):
        row = _row(found)
        rows[row.txn_id][row.kind, row.part] = row
    return rows


def _row(found: Any) -> Row:  # noqa: ANN401 - whatever the driver gives
    name = read_todo_id(found.id)
    assert name is not None, "a row whose id is none"
    kind, (_, *parts) = name
    return Row(
        kind=kind,
        part="".join(parts),
        txn_id=found.txn_id,
        n=found.n,
        since=from_us(found.since_us),
        due=None if found.due_us is None else from_us(found.due_us),
        what=found.what,
        open=bool(found.open),
        closed_by=found.closed_by,
        note=found.note,
    )


def _values(row: Row) -> Values:
    return (
        row.id,
        str(row.kind),
        row.txn_id,
        row.n,
        to_us(row.since),
        None if row.due is None else to_us(row.due),
        row.what,
        row.open,
        row.closed_by,
        row.note,
    )


def _closing(step: Step, closed: Todo) -> Values:
    name = read_todo_id(closed.id)
    assert name is not None, "a to-do whose id is none"
    kind, parts = name
    return ":".join((kind.value, *parts)), closed.closed_by, closed.note, to_us(step.entry.at)
