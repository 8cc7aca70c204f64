"""To-dos over HTTP: what waits for a person."""

from typing import Final

import falcon

from adapters.api import asking
from adapters.api.asking import PAGING
from adapters.api.lists import Listing, write_list
from adapters.api.parts import Parts
from adapters.queries.todos import TodoFilters
from projections.todos import TodoKind

LIST: Final = Listing(
    name="todos",
    filters=TodoFilters,
    query={"kind": asking.one_of(*TodoKind), "open": asking.flag, **PAGING},
    columns=("id", "kind", "txn_id", "n", "since", "due", "what", "open", "closed_by", "note"),
)


class Todos:
    """`GET /api/todos`."""

    def __init__(self, parts: Parts) -> None:
        self._queries = parts.queries

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        write_list(req, resp, LIST, self._queries.todos)
