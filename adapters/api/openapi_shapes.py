"""Shapes: the small words of JSON Schema (the dialect of OpenAPI 3.1) that the API's answers are told in."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

Schema: TypeAlias = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}
TEXT_OR_NULL: Final[Schema] = {"type": ["string", "null"]}
COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
COUNT_OR_NULL: Final[Schema] = {"type": ["integer", "null"], "minimum": 0}
SECONDS: Final[Schema] = {"type": "number", "minimum": 0}
TIME: Final[Schema] = {"type": "string", "format": "date-time"}
TIME_OR_NULL: Final[Schema] = {"type": ["string", "null"], "format": "date-time"}
MONEY: Final[Schema] = {
    "type": ["string", "null"],
    "pattern": r"^-?[0-9]+(\.[0-9]+)?$",
    "description": "A decimal in the currency's own number of places.",
}
BOOLEAN: Final[Schema] = {"type": "boolean"}
BOOLEAN_OR_NULL: Final[Schema] = {"type": ["boolean", "null"]}


def words(known: Iterable[str]) -> Schema:
    """One of these words."""
    return {"type": "string", "enum": [str(word) for word in known]}


def ref(name: str) -> Schema:
    """What `SCHEMAS` calls so."""
    return {"$ref": f"#/components/schemas/{name}"}


def many(schema: Schema) -> Schema:
    """A list of such."""
    return {"type": "array", "items": schema}


def record(sometimes: Mapping[str, Schema] | None = None, /, **fields: Schema) -> Schema:
    """An object with all of these fields, and with some perhaps; later versions may add to them."""
    return {"type": "object", "required": list(fields), "properties": {**fields, **(sometimes or {})}}


def or_null(schema: Schema) -> Schema:
    """Such a one, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def page(name: str) -> Schema:
    """One page of a list."""
    return record(items=many(ref(name)), next={**TEXT_OR_NULL, "description": "The next page's cursor."})


def counts(known: Iterable[str]) -> Schema:
    """How many of each word."""
    return record(**{str(word): COUNT for word in known})
