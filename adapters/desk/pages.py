"""The ways in."""

import falcon

from adapters.desk.addresses import HOME
from adapters.desk.desk import Desk


class Root:
    """`GET /` leads to the desk."""

    def __init__(self, _desk: Desk) -> None:
        """Nothing of the desk is needed."""

    def on_get(self, _req: falcon.Request, _resp: falcon.Response) -> None:
        raise falcon.HTTPFound(HOME)
