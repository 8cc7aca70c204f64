"""The command `state`: where one transaction stands."""

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import typer

from adapters.queries.notifications import NotificationFilters
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
    """Print where a transaction stands; exit 1 when nothing is recorded of it."""
    with open_queries(read_settings(os.environ)) as queries:
        document = queries.transaction(txn)
        named = () if document else queries.notifications(NotificationFilters(txn_id=txn), 1, None).items
    if document is None:
        print(f"counterfoil: {_nothing(txn, named)}", file=sys.stderr)
        raise typer.Exit(1)
    transaction = json.loads(document)
    # Written anew: in ASCII no character of a message does anything to a terminal.
    say(json.dumps(transaction, indent=2) if as_json else "\n".join(_lines(transaction)))


def _nothing(txn: str, named: Sequence[Mapping[str, Any]]) -> str:
    """Why there is no state to tell: nothing came, or what came is not recorded, or not yet."""
    for last in named:
        reason = f" ({plain(last['reason'])})" if last["reason"] else ""
        what = f"notification {last['n']} names it and is {last['outcome']}{reason}"
        return f"nothing is recorded of {plain(txn)}: {what}; see `counterfoil history {plain(txn)}`"
    return f"nothing was heard of {plain(txn)}"


def _lines(transaction: dict[str, Any]) -> Iterator[str]:
    yield table([(name, transaction[name]) for name in _PLAIN_FIELDS if transaction[name] is not None])
    payer = [value for value in transaction["payer"].values() if value]
    if payer:
        yield f"payer: {plain(', '.join(payer))}"
    for name in ("items", "followers", "cases", "parked", "doubts"):
        for entry in transaction[name]:
            yield f"{name}: " + ", ".join(f"{key} {plain(v)}" for key, v in entry.items() if v is not None)
