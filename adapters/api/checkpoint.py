"""The newest checkpoint over HTTP, for whoever keeps it elsewhere."""

import falcon

from adapters.api.asking import NOTHING, read_query
from adapters.api.parts import Parts


class Checkpoint:
    """`GET /api/checkpoint`."""

    def __init__(self, parts: Parts) -> None:
        self._queries = parts.queries

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        read_query(req, NOTHING)
        note = self._queries.checkpoint()
        if note is None:
            raise falcon.HTTPNotFound(
                title="No checkpoint", description="None was made yet: a worker makes one every minute."
            )
        resp.content_type = falcon.MEDIA_TEXT
        resp.data = note.encode()
