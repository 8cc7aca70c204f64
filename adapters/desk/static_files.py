"""What pages load beside themselves: read once, and only for whoever signed in."""

from typing import Final

import falcon

from adapters.api.errors import unknown
from adapters.desk.rendering import FOLDER

STATIC: Final = FOLDER / "static"
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
FILES: Final = {
    path.name: (path.read_bytes(), _TYPES[path.suffix]) for path in STATIC.iterdir() if path.suffix in _TYPES
}


class StaticFile:
    """`GET /desk/static/{name}`."""

    def __init__(self, _desk: object) -> None:
        """Nothing of the desk is needed."""

    def on_get(self, _req: falcon.Request, resp: falcon.Response, name: str) -> None:
        if name not in FILES:
            raise unknown("file")
        resp.data, resp.content_type = FILES[name]
