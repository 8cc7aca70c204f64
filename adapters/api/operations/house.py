"""The probes, the figures and the description itself."""

from typing import Final

from adapters.api.openapi_pieces import (
    READING,
    Piece,
    answers,
    as_json,
    one,
    operation,
    probe,
)
from adapters.api.openapi_shapes import TEXT

PATHS: Final[dict[str, Piece]] = {
    "/livez": probe(
        "Does this process answer?", {"200": {"description": "Yes.", "content": {"text/plain": {}}}}
    ),
    "/readyz": probe(
        "Can messages come, and does something become of them?",
        {**one("Readiness", "Yes."), **one("Readiness", "No; the checks say why.", 503)},
    ),
    "/metrics": probe(
        "Figures without personal data.",
        {"200": {"description": "Prometheus text.", "content": {"text/plain": {"schema": TEXT}}}},
    ),
    "/api/openapi.json": {
        "get": operation(
            "This description.",
            answers(
                {"200": {"description": "OpenAPI 3.1.", "content": as_json({"type": "object"})}}, (400, 401)
            ),
        )
    },
    "/api/status": {"get": operation("The house in figures.", answers(one("Status", "As of now."), READING))},
    "/api/checkpoint": {
        "get": operation(
            "The newest checkpoint of all that is recorded, signed; 404 while there is none.",
            answers(
                {
                    "200": {
                        "description": "A signed note: docs/audit.md says how it is read.",
                        "content": {"text/plain": {"schema": TEXT}},
                    }
                },
                (*READING, 404),
            ),
        )
    },
}
