"""Pieces of OpenAPI's operations: parameters, answers and their errors, as the table of paths uses them."""

from collections.abc import Iterable
from typing import Any, Final, TypeAlias

from adapters.api.asking import LIMIT_DEFAULT, LIMIT_MAX, TEXT_CHARACTERS_MAX
from adapters.api.openapi_shapes import TEXT, TIME, Schema, ref

Piece: TypeAlias = dict[str, Any]

ERRORS: Final[dict[int, str]] = {
    400: "The request is malformed; the description names the parameter or field.",
    401: "No token, or one that opens nothing.",
    403: "A viewer's token, where one acts.",
    404: "Nobody has heard of this id.",
    409: "As things stand it cannot be done; the description says why.",
    413: "The body is too long.",
    415: "The body is not JSON.",
    503: "The store could not be read or written in time, or too many downloads are under way; ask later.",
}
READING: Final = (400, 401, 503)
ACTING: Final = (400, 401, 403, 413, 503)
LOOKED_FOR: Final[Schema] = {"type": "string", "minLength": 1, "maxLength": TEXT_CHARACTERS_MAX}


def query(name: str, schema: Schema, said: str) -> Piece:
    """A parameter of the query string."""
    return {"name": name, "in": "query", "schema": schema, "description": said}


def place(name: str, schema: Schema, said: str) -> Piece:
    """A part of the path."""
    return {"name": name, "in": "path", "required": True, "schema": schema, "description": said}


def as_json(schema: Schema) -> Piece:
    """A body of JSON."""
    return {"application/json": {"schema": schema}}


def answers(good: Piece, errors: Iterable[int]) -> Piece:
    """The good answer beside those of errors."""
    refused = {
        str(status): {"description": ERRORS[status], "content": as_json(ref("Error"))} for status in errors
    }
    return {**good, **refused}


def one(name: str, said: str, status: int = 200) -> Piece:
    """The good answer of one thing."""
    return {str(status): {"description": said, "content": as_json(ref(name))}}


def listed(name: str, said: str) -> Piece:
    """The good answer of a list, and its CSV twin."""
    following = {"description": "Of a CSV page that is not the last: the next one.", "schema": TEXT}
    content = {**as_json(ref(name)), "text/csv": {"schema": TEXT}}
    return {"200": {"description": said, "content": content, "headers": {"Link": following}}}


def operation(summary: str, responses: Piece, *parameters: Piece, **more: object) -> Piece:
    """One method of a path."""
    return {"summary": summary, "parameters": list(parameters), "responses": responses, **more}


def probe(summary: str, responses: Piece) -> Piece:
    """Open to everybody, by GET and by HEAD."""
    bodiless = {status: {"description": answer["description"]} for status, answer in responses.items()}
    return {
        "get": operation(summary, responses, security=[]),
        "head": operation(summary, bodiless, security=[]),
    }


LIMIT: Final = query(
    "limit",
    {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT_DEFAULT},
    "How many items at most.",
)
CURSOR: Final = query("cursor", {"type": "string", "minLength": 1}, "`next` of the page before.")
SINCE: Final = query("since", TIME, "From this time on.")
