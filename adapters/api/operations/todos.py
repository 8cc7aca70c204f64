"""Calls about what waits for a person, and the shapes of their answers."""

from typing import Final

from adapters.api.openapi_pieces import (
    ACTING,
    CURSOR,
    LIMIT,
    READING,
    Piece,
    answers,
    as_json,
    listed,
    one,
    operation,
    place,
    query,
)
from adapters.api.openapi_shapes import (
    BOOLEAN,
    COUNT_OR_NULL,
    TEXT,
    TEXT_OR_NULL,
    TIME,
    TIME_OR_NULL,
    Schema,
    page,
    record,
    ref,
    words,
)
from adapters.api.people import NAME_CHARACTERS_MAX, WORDS_CHARACTERS_MAX
from projections.todos.kinds import TodoKind

_TODO_ID: Final = place("todo_id", {"type": "string", "minLength": 1}, "As the list has it.")
_NAME: Final[Schema] = {
    "type": "string",
    "minLength": 1,
    "maxLength": NAME_CHARACTERS_MAX,
    "description": "Who did it: printable, and not only spaces.",
    "examples": ["Ann"],
}

SCHEMAS: Final[dict[str, Schema]] = {
    "Todo": record(
        id={**TEXT, "description": "Stands in an address as it is."},
        kind=words(TodoKind),
        txn_id=TEXT_OR_NULL,
        n={**COUNT_OR_NULL, "description": "The delivery that asked for it."},
        since=TIME,
        due=TIME_OR_NULL,
        what={**TEXT, "description": "What to do, in a sentence."},
        open=BOOLEAN,
        closed_by={**TEXT_OR_NULL, "description": "Null while it is open, or when it settled by itself."},
        note=TEXT_OR_NULL,
    ),
    "TodoPage": page("Todo"),
    "TodoDone": {
        "type": "object",
        "required": ["by"],
        "properties": {"by": _NAME, "note": {"type": ["string", "null"], "maxLength": WORDS_CHARACTERS_MAX}},
        "additionalProperties": False,
    },
}

PATHS: Final[dict[str, Piece]] = {
    "/api/todos": {
        "get": operation(
            "What waits for a person, newest first.",
            answers(listed("TodoPage", "A page."), READING),
            query("kind", words(TodoKind), "What is to be done."),
            query("open", BOOLEAN, "Only those that are still to be done, or only the others."),
            LIMIT,
            CURSOR,
        )
    },
    "/api/todos/{todo_id}/done": {
        "post": operation(
            "Close one: it is done, or nothing is to be done.",
            answers(one("Todo", "Closed."), (*ACTING, 404, 409, 415)),
            _TODO_ID,
            requestBody={"required": True, "content": as_json(ref("TodoDone"))},
        )
    },
}
