"""What was read of a body, as plain data: every fact by the name of its type, without what it leaves open."""

import dataclasses
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from domain.money import Money
from domain.notification import read
from domain.reading import Unmodelled, Unreadable


def plain_reading(body: bytes) -> dict[str, Any]:
    """What a golden pair's JSON says of a body."""
    try:
        notification = read(body, 1)
    except Unreadable as put_aside:
        return {"unreadable": str(put_aside)}
    except Unmodelled as put_aside:
        return {"unmodelled": str(put_aside)}
    return {
        "facts": [plain(fact) for fact in notification.facts],
        "receivers": sorted(notification.receivers),
        "sandbox": notification.sandbox,
    }


def plain(value: Any) -> Any:
    """Any value of a fact as JSON has it; a field that stands at its default is left out."""
    if dataclasses.is_dataclass(value) and not isinstance(value, Money):
        fields = dataclasses.fields(value)
        said = {field.name: getattr(value, field.name) for field in fields}
        told = {field.name: plain(said[field.name]) for field in fields if said[field.name] != field.default}
        return {"is": type(value).__name__} | told
    return [plain(one) for one in value] if isinstance(value, tuple) else _word(value)


def _word(value: Money | Enum | Decimal | datetime | bool | int | str | None) -> object:  # noqa: FBT001
    match value:
        case Money():
            return value.spelled()
        case Enum():
            return value.value
        case Decimal():
            return f"{value:f}"
        case datetime():
            assert value.tzinfo is UTC
            return value.isoformat().replace("+00:00", "Z")
        case _:
            return value
