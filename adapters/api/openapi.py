"""`GET /api/openapi.json`: the API described for programs, from tables held against the routes by a test."""

from typing import Any

import falcon
import msgspec

from adapters.api.answers import write_document
from adapters.api.asking import NOTHING, read_query
from adapters.api.openapi_operations import PATHS
from adapters.api.openapi_schemas import SCHEMAS
from adapters.api.parts import Parts


def describe(version: str) -> dict[str, Any]:
    """Make the OpenAPI 3.1 document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Counterfoil",
            "version": version,
            "description": "What became of PayPal's notifications. A viewer reads, an operator acts.",
        },
        "security": [{"token": []}],
        "paths": PATHS,
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


class OpenApi:
    """`GET /api/openapi.json`."""

    def __init__(self, parts: Parts) -> None:
        self._document = msgspec.json.encode(describe(parts.version))

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        read_query(req, NOTHING)
        write_document(resp, self._document)
