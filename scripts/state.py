"""The command `state`: where one transaction or subscription stands."""

import json
import os
import sys
from typing import Annotated

import typer

from scripts.looking_back import look_back
from scripts.moments import read_span
from scripts.settings import read_settings
from scripts.show import say
from scripts.told import in_words
from scripts.unheard import unheard
from scripts.wiring.queries import open_queries
from scripts.wiring.stores import now


def state(
    txn: Annotated[
        str, typer.Argument(help="The id of a transaction, of what follows one, or of a subscription.")
    ],
    *,
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help="As it was known then.")] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="TIME", help="What is known now that was not then.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as the API does.")] = False,
) -> None:
    """Print where a transaction or subscription stands; exit 1 when nothing is recorded of it.

    At a time, or since one, transactions only.
    """
    until, begin = read_span(at, since, now())
    settings = read_settings(os.environ)
    if until is not None or begin is not None:
        look_back(settings, txn, until or now(), begin, as_json=as_json)
        return
    with open_queries(settings) as queries:
        document = queries.transaction(txn) or queries.subscription(txn)
        why_not = None if document else unheard(queries, txn)
    if document is None:
        print(f"counterfoil: {why_not}", file=sys.stderr)
        raise typer.Exit(1)
    found = json.loads(document)
    # Written anew: in ASCII no character of a message does anything to a terminal.
    say(json.dumps(found, indent=2) if as_json else "\n".join(in_words(found)))
