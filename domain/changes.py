"""What differs between two tellings of the same thing, field by field."""

from collections.abc import Iterator, Mapping
from typing import Any


def changed_fields(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The fields that are not alike, with both values; those of a record in it are named `payer.email`."""
    return [
        {"field": name, "before": was, "after": now}
        for name, was, now in _pairs(before or {}, after)
        if was != now
    ]


def _pairs(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for name in dict.fromkeys((*after, *before)):
        was, now = before.get(name), after.get(name)
        records = [value for value in (was, now) if isinstance(value, Mapping)]
        if records and all(value is None or isinstance(value, Mapping) for value in (was, now)):
            for inner, one, other in _pairs(was or {}, now or {}):
                yield f"{name}.{inner}", one, other
        else:
            yield name, was, now
