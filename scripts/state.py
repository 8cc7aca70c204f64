"""The command `state`: where one transaction or subscription stands."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from adapters.queries.notifications import NotificationFilters
from scripts.looking_back import look_back
from scripts.moments import read_span
from scripts.settings import read_settings
from scripts.show import plain, say
from scripts.told import in_words
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
        named = () if document else queries.notifications(NotificationFilters(txn_id=txn), 1, None).items
    if document is None:
        print(f"counterfoil: {_nothing(txn, named)}", file=sys.stderr)
        raise typer.Exit(1)
    found = json.loads(document)
    # Written anew: in ASCII no character of a message does anything to a terminal.
    say(json.dumps(found, indent=2) if as_json else "\n".join(in_words(found)))


def _nothing(txn: str, named: Sequence[Mapping[str, Any]]) -> str:
    """Why there is no state to tell: nothing came, or what came is not recorded, or not yet."""
    for last in named:
        reason = f" ({plain(last['reason'])})" if last["reason"] else ""
        what = f"notification {last['n']} names it and is {last['outcome']}{reason}"
        return f"nothing is recorded of {plain(txn)}: {what}; see `counterfoil history {plain(txn)}`"
    return f"nothing was heard of {plain(txn)}"
