"""The CSV twin of a list: nested fields in columns of their own, and nothing that a spreadsheet would run."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
# What begins a formula, in a spreadsheet's own letters and in the wide ones that some read alike.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def write_sheet(columns: Iterable[str], items: Iterable[Mapping[str, Any]], *, header: bool = True) -> bytes:
    """Write a header and a row for each item, in UTF-8; the column of `payer.id` is `payer_id`."""
    paths = tuple(columns)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    if header:
        writer.writerow(path.replace(".", "_") for path in paths)
    for item in items:
        writer.writerow(inert(_flat(_at(item, path))) for path in paths)
    return text.getvalue().encode("utf-8", "replace")


def inert(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula; numbers stay as they are."""
    if _NUMBER.fullmatch(cell) or not cell.lstrip(" ").startswith(_FORMULA):
        return cell
    return f"'{cell}"


def _at(item: Mapping[str, Any], path: str) -> object:
    here: object = item
    for name in path.split("."):
        here = here.get(name) if isinstance(here, Mapping) else None
    return here


def _flat(value: object) -> str:
    """Lists are joined with semicolons, fields with commas: `number=BOOK-1, quantity=1; number=…`.

    What is nested deeper is written as JSON.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        if any(isinstance(part, Mapping | list | tuple) for part in value.values()):
            return msgspec.json.encode(value).decode()
        return ", ".join(f"{name}={_flat(part)}" for name, part in value.items() if part is not None)
    if isinstance(value, list | tuple):
        return "; ".join(_flat(part) for part in value)
    return str(value)
