"""The state of the house in figures, for people and programs with a token."""

import falcon

from adapters.api.answers import write_json
from adapters.api.asking import NOTHING, read_query
from adapters.api.parts import Parts


class Status:
    """`GET /api/status`."""

    def __init__(self, parts: Parts) -> None:
        self._queries = parts.queries
        self._version = parts.version

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        read_query(req, NOTHING)
        write_json(resp, {"version": self._version, **self._queries.status()})
