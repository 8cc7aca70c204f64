"""The command `why`: why the goods of a transaction may leave or not, and what would change it."""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from scripts.moments import read_time
from scripts.settings import read_settings
from scripts.show import plain, say, table
from scripts.unheard import unheard
from scripts.wiring.queries import open_office_book, open_queries
from scripts.wiring.stores import now


def why(
    txn: Annotated[str, typer.Argument(help="The id of a transaction, or of what follows one.")],
    *,
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help="As it was known then.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as the API does.")] = False,
) -> None:
    """Print each rule that lets goods go or holds them, and what would change it; exit 1 if none is known."""
    moment = read_time("--at", at)
    settings = read_settings(os.environ)
    with open_office_book(settings) as book:
        stream = book.lead(txn)
        explained = None if stream is None else book.explain(stream, moment or now())
    if explained is None:
        with open_queries(settings) as queries:
            said = f"nothing was known then of {plain(txn)}" if moment else unheard(queries, txn)
        print(f"counterfoil: {said}", file=sys.stderr)
        raise typer.Exit(1)
    say(json.dumps(explained, indent=2) if as_json else "\n".join(_lines(explained)))


def _lines(told: Mapping[str, Any]) -> Iterator[str]:
    yield f"{plain(told['txn_id'])} is {told['status']}; goods: {told['fulfillment']}"
    yield table([(r["verdict"], r["rule"], r["detail"]) for r in told["because"]])
    if told["next"]:
        yield "next:"
        yield table([(step["who"], step["what"]) for step in told["next"]])
