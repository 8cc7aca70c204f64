"""The command `queue`: goods that wait to be sent, looked at or called back."""

import json
import os
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from adapters.queries.fulfillment import ChangesFilters, FulfillmentFilters
from domain.vocabulary import Fulfillment
from scripts.moments import UsageError, read_span
from scripts.pages import read_items
from scripts.settings import read_settings
from scripts.show import say, table
from scripts.wiring.queries import open_queries
from scripts.wiring.stores import now

_COLUMNS = ("txn_id", "state", "since", "by", "until", "gross", "currency", "invoice", "payer", "doubts")
_CHANGES = ("txn_id", "before", "after", "since", "by")


def queue(
    *,
    state: Annotated[
        str | None, typer.Option("--state", help=f"Only those that are: {', '.join(Fulfillment)}.")
    ] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help="As it was known then.")] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="TIME", help="What stands elsewhere than it did then.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many, those that stand so longest first.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as the API does.")] = False,
) -> None:
    """Print the fulfillment queue, or what changed in it; goods that left for good only if asked for."""
    until, begin = read_span(at, since, now())
    if state is not None and state not in list(Fulfillment):
        raise UsageError(f"--state is {state[:80]!r}; expected one of: {', '.join(Fulfillment)}")
    if state is not None and begin is not None:
        raise UsageError("--since shows what changed: it goes with --at, not with --state")
    with open_queries(read_settings(os.environ)) as queries:
        if begin is not None:
            between = ChangesFilters(since=begin, until=until or now())
            items, more = read_items(lambda n, cursor: queries.fulfillment_changes(between, n, cursor), limit)
        else:
            wanted = FulfillmentFilters(state=state, as_of=until, waiting=True)
            items, more = read_items(lambda n, cursor: queries.fulfillment(wanted, n, cursor), limit)
    if as_json:
        print(json.dumps({"items": items, "next": more}, indent=2))
    elif begin is not None:
        say(table([_CHANGES, *map(_change, items)]))
    else:
        say(table([_COLUMNS, *map(_row, items)]))


def _row(item: Mapping[str, Any]) -> tuple[object, ...]:
    payer, doubts = item["payer"], item["doubts"]
    told = {
        **item,
        "payer": payer["name"] or payer["email"] or payer["id"],
        "doubts": "; ".join(doubt["detail"] for doubt in doubts) or None,
    }
    return tuple(told[name] for name in _COLUMNS)


def _change(item: Mapping[str, Any]) -> tuple[object, ...]:
    before, after = item["before"] or {}, item["after"] or {}
    return item["txn_id"], before.get("state"), after.get("state"), after.get("since"), after.get("by")
