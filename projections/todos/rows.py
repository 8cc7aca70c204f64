"""Rows of to-dos: what a transaction asks for, entry by entry, and who closed what."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from domain.act_events import TodoDone
from domain.answers import answered_once
from domain.events import Entry
from domain.folding import evolve
from domain.quick import quick
from domain.state import Transaction
from projections.todos.goods import about_goods
from projections.todos.kinds import Key, Todo, TodoKind
from projections.todos.names import todo_id
from projections.todos.trouble import trouble
from projections.todos.waiting import waiting

NAME = "todos"
VERSION = 2
SETTLED = "settled by itself"


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A to-do as it is listed: `n` is the entry's that opened it, and so is `since`, unless it is to come."""

    kind: TodoKind
    txn_id: str
    n: int | None
    since: datetime
    due: datetime | None
    what: str
    part: str = ""
    open: bool = True
    closed_by: str | None = None
    note: str | None = None

    @property
    def id(self) -> str:
        """Its id, which stands in an address as it is."""
        return todo_id(self.kind, self.txn_id, *filter(None, (self.part,)))


Rows = Mapping[Key, Row]


@answered_once
def todos_of(transaction: Transaction) -> tuple[Todo, ...]:
    """What stands to be done about a transaction: one of a kind at most, but one for each open case.

    Which facts and acts there are decides, not their order.
    """
    beside = (*waiting(transaction), *trouble(transaction))
    return (*beside, *about_goods(transaction, {todo.kind for todo in beside}))


def rows_of(stream: str, entries: Iterable[Entry]) -> dict[Key, Row]:
    """All rows of a transaction from its whole history."""
    rows: dict[Key, Row] = {}
    before = Transaction(txn_id=stream)
    for entry in entries:
        after = evolve(before, entry)
        rows, before = fold(rows, before, after, entry), after
    return rows


def fold(rows: Rows, before: Transaction, after: Transaction, entry: Entry) -> dict[Key, Row]:
    """The transaction's rows after an entry that made it from `before` what it is `after`.

    What holds no more is closed and stays; what holds again is opened again. What a person closed stays
    closed for as long as it holds and says the same.
    """
    asked = {todo.key: todo for todo in todos_of(after)}
    told = {key: row if key in asked else _settled(row) for key, row in rows.items()}
    for key, todo in asked.items():
        known = rows.get(key)
        if known is not None and known.open:
            told[key] = _as_it_is(known, todo, entry)
        elif known is None or known.what != todo.what or not _stays_closed(known, before):
            told[key] = _opened(todo, after, entry)
    done = entry.event
    return dict(_closed(told, done, entry.by or "")) if isinstance(done, TodoDone) else told


def _as_it_is(row: Row, todo: Todo, entry: Entry) -> Row:
    since = _since(row, todo, entry)
    if (row.since, row.due, row.what) == (since, todo.due, todo.what):
        return row
    return replace(row, since=since, due=todo.due, what=todo.what)


def _settled(row: Row) -> Row:
    return replace(row, open=False, note=SETTLED) if row.open else row


def _stays_closed(row: Row, before: Transaction) -> bool:
    """Whether a person closed it and it has not been away since."""
    return row.closed_by is not None and (row.kind, row.part) in {todo.key for todo in todos_of(before)}


def _opened(todo: Todo, transaction: Transaction, entry: Entry) -> Row:
    return Row(
        kind=todo.kind,
        part=todo.part,
        txn_id=transaction.txn_id,
        n=entry.n,
        since=max(entry.at, todo.since or entry.at),
        due=todo.due,
        what=todo.what,
    )


def _since(row: Row, todo: Todo, entry: Entry) -> datetime:
    """Since when an open one has been open; while that is to come, it moves with the facts."""
    if todo.since is None or max(row.since, todo.since) <= entry.at:
        return row.since
    return max(todo.since, entry.at)


def _closed(rows: Rows, done: TodoDone, by: str) -> Iterator[tuple[Key, Row]]:
    """The rows, of which a person may have closed one."""
    for key, row in rows.items():
        if row.open and row.id == done.id:
            yield key, replace(row, open=False, closed_by=by, note=done.note)
        else:
            yield key, row
