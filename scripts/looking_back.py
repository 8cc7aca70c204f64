"""A transaction as it was known at a time, and what is known of it since another."""

import json
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import typer

from scripts.settings import Settings
from scripts.show import plain, say, table
from scripts.told import in_words, value_of
from scripts.wiring.queries import open_office_book

_EVENTS = ("recorded_at", "type", "notification", "by")


def look_back(
    settings: Settings, txn: str, until: datetime, since: datetime | None, *, as_json: bool
) -> None:
    """Print it; exit 1 when nothing was known of it by then."""
    with open_office_book(settings) as book:
        stream = book.lead(txn)
        if stream is None:
            found = None
        elif since is not None:
            found = book.changes(stream, since, until)
        else:
            found = book.as_of(stream, until)
    if found is None:
        print(f"counterfoil: no transaction {plain(txn)} was known then", file=sys.stderr)
        raise typer.Exit(1)
    if as_json:
        # Written anew: in ASCII no character of a message does anything to a terminal.
        print(json.dumps(found, indent=2))
    else:
        say("\n".join(in_words(found) if since is None else _changes(found)))


def _changes(found: Mapping[str, Any]) -> Iterator[str]:
    if not found["changed"] and not found["events"]:
        yield "nothing changed"
        return
    if found["before"] is None:
        yield "nothing was known of it before"
    yield from (
        f"{each['field']}: {value_of(each['before'])} -> {value_of(each['after'])}"
        for each in found["changed"]
    )
    if found["events"]:
        yield table([_EVENTS, *(tuple(event[name] for name in _EVENTS) for event in found["events"])])
