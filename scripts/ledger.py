"""The command `ledger`: balances now or then, or the whole ledger for another program."""

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated

import typer

from adapters.exports.formats import FORMATS, pieces
from adapters.queries.reader import Queries
from scripts.moments import UsageError, read_span
from scripts.settings import read_settings
from scripts.show import say, table
from scripts.wiring.queries import open_queries
from scripts.wiring.stores import now

_BALANCES = ("account", "balance", "currency")
_CHANGES = ("account", "before", "after", "difference", "currency")
_WORDS = {"account", "currency"}  # the others are figures


def ledger(
    *,
    form: Annotated[
        str | None, typer.Option("--format", help=f"Write all of it: {', '.join(FORMATS)}.")
    ] = None,
    at: Annotated[
        str | None, typer.Option("--at", metavar="TIME", help="By what was recorded up to then.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="TIME", help="What changed from then on.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as the API does.")] = False,
) -> None:
    """Print what each account holds, what changed since a time, or the whole ledger for another program."""
    until, begin = read_span(at, since, now())
    if form is not None and form not in FORMATS:
        raise UsageError(f"--format is {form[:80]!r}; expected one of: {', '.join(FORMATS)}")
    if form is not None and (as_json or begin is not None):
        raise UsageError("--format writes the whole ledger: it goes with --at, not with --since or --json")
    with open_queries(read_settings(os.environ)) as queries:
        if form is not None:
            _write(queries, form, until)
        elif begin is not None:
            _show(queries.balance_changes(begin, until), _CHANGES, as_json=as_json)
        else:
            _show(queries.balances(until), _BALANCES, as_json=as_json)


def _write(queries: Queries, form: str, until: datetime | None) -> None:
    with queries.ledger(until) as book:
        for piece in pieces(FORMATS[form].write, book):
            sys.stdout.buffer.write(piece)


def _show(items: Sequence[Mapping[str, str]], columns: Sequence[str], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"items": items}, indent=2))
        return
    filled = {name: _column(name, [item[name] for item in items]) for name in columns}
    say(table(list(zip(*filled.values(), strict=True))))


def _column(name: str, cells: Iterable[str]) -> list[str]:
    """A heading and what stands under it; figures end where the longest one does."""
    column = [name, *cells]
    width = max(map(len, column))
    return column if name in _WORDS else [f"{cell:>{width}}" for cell in column]
