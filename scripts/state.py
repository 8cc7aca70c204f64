"""The command `state`: where one transaction stands."""

import json
import os
import sys
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from scripts.settings import read_settings
from scripts.show import plain, say, table
from scripts.wiring.queries import open_queries

_PLAIN_FIELDS = (
    "txn_id",
    "kind",
    "status",
    "fulfillment",
    "gross",
    "fee",
    "net",
    "currency",
    "refunded",
    "reversed",
    "pending_reason",
    "parent_txn_id",
    "invoice",
    "custom",
    "subscription",
    "occurred_at",
    "first_heard",
    "last_changed",
)


def state(
    txn: Annotated[str, typer.Argument(help="A transaction's id, or that of a refund or other follower.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as the API does.")] = False,
) -> None:
    """Print where a transaction stands; exit 1 when it was never heard of."""
    with open_queries(read_settings(os.environ)) as queries:
        document = queries.transaction(txn)
    if document is None:
        print(f"counterfoil: nothing was heard of {plain(txn)}", file=sys.stderr)
        raise typer.Exit(1)
    transaction = json.loads(document)
    # Written anew: in ASCII no character of a message does anything to a terminal.
    say(json.dumps(transaction, indent=2) if as_json else "\n".join(_lines(transaction)))


def _lines(transaction: dict[str, Any]) -> Iterator[str]:
    yield table([(name, transaction[name]) for name in _PLAIN_FIELDS if transaction[name] is not None])
    payer = [value for value in transaction["payer"].values() if value]
    if payer:
        yield f"payer: {plain(', '.join(payer))}"
    for name in ("items", "followers", "cases", "parked", "doubts"):
        for entry in transaction[name]:
            yield f"{name}: " + ", ".join(f"{key} {plain(v)}" for key, v in entry.items() if v is not None)
