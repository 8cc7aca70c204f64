"""The command `history`: what became of each delivery."""

import json
import os
from typing import Annotated, Any

import typer

from adapters.queries.notifications import NotificationFilters
from scripts.settings import read_settings
from scripts.show import say, table
from scripts.wiring.queries import open_queries

_PAGE = 500
_COLUMNS = (
    "n",
    "received_at",
    "verdict",
    "attempts",
    "outcome",
    "txn_id",
    "txn_type",
    "payment_status",
    "reason",
)


def history(
    txn: Annotated[str | None, typer.Argument(help="Only what names this transaction.")] = None,
    *,
    limit: Annotated[int, typer.Option(min=1, help="How many deliveries, the newest first.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as the API does.")] = False,
) -> None:
    """Print what became of each delivery, the newest first."""
    items: list[dict[str, Any]] = []
    cursor: str | None = None
    with open_queries(read_settings(os.environ)) as queries:
        while len(items) < limit:
            page = queries.notifications(
                NotificationFilters(txn_id=txn), min(limit - len(items), _PAGE), cursor
            )
            items += page.items
            cursor = page.next
            if cursor is None:
                break
    if as_json:
        print(json.dumps({"items": items, "next": cursor}, indent=2))
    else:
        say(table([_COLUMNS, *(tuple(item[name] for name in _COLUMNS) for item in items)]))
