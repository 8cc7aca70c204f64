"""To-dos that people close: decided against the book and not against a view, so that only one of two does."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from adapters.acts import Acts
from adapters.book import Book
from adapters.queries.todos import entry_of
from domain import todo
from domain.acting import Acting, ActRefusedError
from domain.streams import is_transaction
from domain.todo import Todo
from projections.todos.kinds import FROM_TRANSACTIONS
from projections.todos.names import read_todo_id
from projections.todos.rows import Row, rows_of


class UnknownTodoError(Exception):
    """There is no such to-do, or not yet."""


class TodoClosedError(Exception):
    """It is closed already; str says how."""


class TodoActs:
    """The list of to-dos, as people work it off."""

    def __init__(self, book: Book, acts: Acts, shown: Callable[[str], dict[str, Any] | None]) -> None:
        """`shown` gives a to-do as the list has it. The book stays the caller's to close."""
        self._book = book
        self._acts = acts
        self._shown = shown

    def close(
        self, todo_id: str, by: str, note: str | None, is_meant: Callable[[str], bool] = lambda _what: True
    ) -> dict[str, Any]:
        """Close a to-do and show it as it stands then.

        `is_meant` is told what it says by now. Raises UnknownTodoError, TodoClosedError, and ActRefusedError
        where that is not what was meant.
        """
        name = read_todo_id(todo_id)
        if name is None:
            raise UnknownTodoError(todo_id)
        kind, parts = name
        if kind in FROM_TRANSACTIONS:
            return self._of_a_transaction(parts[0], todo_id, by, note, is_meant)
        return self._of_another(todo_id, by, note)

    def _of_a_transaction(
        self, stream: str, todo_id: str, by: str, note: str | None, is_meant: Callable[[str], bool]
    ) -> dict[str, Any]:
        if not is_transaction(stream):
            raise UnknownTodoError(todo_id)
        found: list[Row] = []

        def decide(acting: Acting) -> None:
            # What is appended stands after these, or somebody else was faster and it is decided again.
            version = acting.draft.transaction(stream).version
            rows = rows_of(stream, self._book.streams([stream])[stream][:version])
            row = next((row for row in rows.values() if row.id == todo_id), None)
            if row is None or acting.at < row.since:
                raise UnknownTodoError(todo_id)
            if not row.open:
                raise TodoClosedError(_how(row.closed_by))
            if not is_meant(row.what):
                raise ActRefusedError("it says something else by now: look at it again")
            acting.close_todo(stream, todo_id, note)
            found.append(row)

        self._acts.act(by, decide)
        return entry_of(replace(found[-1], open=False, closed_by=by, note=note))

    def _of_another(self, todo_id: str, by: str, note: str | None) -> dict[str, Any]:
        shown = self._shown(todo_id)
        if shown is None:
            raise UnknownTodoError(todo_id)
        stream = todo.stream_of(todo_id)

        def decide(acting: Acting) -> None:
            known = acting.streams.aggregate(stream)
            assert isinstance(known, Todo), "a to-do's stream holds a to-do"
            if known.version:
                raise TodoClosedError(_how(known.closed_by))
            acting.close_todo(stream, todo_id, note)

        self._acts.act(by, decide)
        return shown | {"open": False, "closed_by": by, "note": note}


def _how(closed_by: str | None) -> str:
    return "It has settled by itself." if closed_by is None else f"It was closed by {closed_by}."
