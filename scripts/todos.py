"""The command `todos`: what waits for a person."""

import json
import os
from typing import Annotated

import typer

from adapters.queries.todo_origins import TodoFilters
from projections.todos.kinds import TodoKind
from scripts.moments import UsageError
from scripts.pages import read_items
from scripts.settings import read_settings
from scripts.show import say, table
from scripts.wiring.queries import open_queries

_COLUMNS = ("id", "since", "due", "what")
_CLOSING = ("open", "closed_by", "note")


def todos(
    *,
    kind: Annotated[str | None, typer.Option("--kind", help=f"Only one kind: {', '.join(TodoKind)}.")] = None,
    closed: Annotated[bool, typer.Option("--all", help="Those that are done as well.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest first.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as the API does.")] = False,
) -> None:
    """Print what waits for a person, the newest first."""
    if kind is not None and kind not in set(TodoKind):
        raise UsageError(f"--kind is {kind[:80]!r}; expected one of: {', '.join(TodoKind)}")
    wanted = TodoFilters(kind=kind, open=None if closed else True)
    with open_queries(read_settings(os.environ)) as queries:
        items, more = read_items(lambda size, cursor: queries.todos(wanted, size, cursor), limit)
    if as_json:
        print(json.dumps({"items": items, "next": more}, indent=2))
    else:
        columns = (*_COLUMNS, *(_CLOSING if closed else ()))
        say(table([columns, *(tuple(item[name] for name in columns) for item in items)]))
