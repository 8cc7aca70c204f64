"""To-dos over HTTP: what waits for a person, and that a person has done it."""

from typing import Final

import falcon
import msgspec

from adapters.api import asking
from adapters.api.answers import write_json
from adapters.api.asking import NOTHING, PAGING, read_query
from adapters.api.bodies import read_json
from adapters.api.errors import unknown
from adapters.api.lists import Listing, write_list
from adapters.api.parts import Parts
from adapters.api.people import Words, name_of, note_of
from adapters.queries.todo_origins import TodoFilters
from adapters.todo_acts import TodoClosedError, UnknownTodoError
from projections.todos.kinds import TodoKind

LIST: Final = Listing(
    name="todos",
    filters=TodoFilters,
    query={"kind": asking.one_of(*TodoKind), "open": asking.flag, **PAGING},
    columns=("id", "kind", "txn_id", "n", "since", "due", "what", "open", "closed_by", "note"),
)


class DoneBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who did it, and what is to be remembered of it."""

    by: str
    note: Words | None = None


class Todos:
    """`GET /api/todos`."""

    def __init__(self, parts: Parts) -> None:
        self._queries = parts.queries

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        write_list(req, resp, LIST, self._queries.todos)


class Done:
    """`POST /api/todos/{todo_id}/done`."""

    def __init__(self, parts: Parts) -> None:
        self._todos = parts.todos

    def on_post(self, req: falcon.Request, resp: falcon.Response, todo_id: str) -> None:
        read_query(req, NOTHING)
        sent = read_json(req, DoneBody)
        try:
            closed = self._todos.close(todo_id, name_of(sent.by), note_of(sent.note))
        except UnknownTodoError as error:
            raise unknown("to-do") from error
        except TodoClosedError as error:
            raise falcon.HTTPConflict(title="Closed already", description=str(error)) from error
        write_json(resp, closed)
