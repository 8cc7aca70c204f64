"""The command `state`: where one transaction or subscription stands."""

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

# In the order of reading; a transaction has some of them, a subscription others.
_PLAIN_FIELDS = (
    "txn_id",
    "subscription_id",
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
    "replaces",
    "signed_up_at",
    "cancelled_at",
    "effective_at",
    "next_payment_at",
    "retry_at",
    "paid_until",
    "outstanding",
    "failed_cycles",
    "skipped_cycles",
    "occurred_at",
    "first_heard",
    "last_changed",
)
_PARTS = ("terms", "item", "conversion")
_LISTS = ("items", "followers", "payments", "cases", "parked", "doubts")


def state(
    txn: Annotated[
        str, typer.Argument(help="The id of a transaction, of what follows one, or of a subscription.")
    ],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as the API does.")] = False,
) -> None:
    """Print where a transaction or subscription stands; exit 1 when nothing is recorded of it."""
    with open_queries(read_settings(os.environ)) as queries:
        document = queries.transaction(txn) or queries.subscription(txn)
        named = () if document else queries.notifications(NotificationFilters(txn_id=txn), 1, None).items
    if document is None:
        print(f"counterfoil: {_nothing(txn, named)}", file=sys.stderr)
        raise typer.Exit(1)
    found = json.loads(document)
    # Written anew: in ASCII no character of a message does anything to a terminal.
    say(json.dumps(found, indent=2) if as_json else "\n".join(_lines(found)))


def _nothing(txn: str, named: Sequence[Mapping[str, Any]]) -> str:
    """Why there is no state to tell: nothing came, or what came is not recorded, or not yet."""
    for last in named:
        reason = f" ({plain(last['reason'])})" if last["reason"] else ""
        what = f"notification {last['n']} names it and is {last['outcome']}{reason}"
        return f"nothing is recorded of {plain(txn)}: {what}; see `counterfoil history {plain(txn)}`"
    return f"nothing was heard of {plain(txn)}"


def _lines(found: dict[str, Any]) -> Iterator[str]:
    yield table([(name, found[name]) for name in _PLAIN_FIELDS if found.get(name) is not None])
    payer = [value for value in found["payer"].values() if value]
    if payer:
        yield f"payer: {plain(', '.join(payer))}"
    for name in _PARTS:
        if told := _told(found.get(name) or {}):
            yield f"{name}: {told}"
    for name in _LISTS:
        yield from (f"{name}: {_told(entry)}" for entry in found.get(name, ()))


def _told(entry: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {_value(value)}" for key, value in entry.items() if value not in (None, []))


def _value(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(f"({_told(one)})" for one in value)
    return plain(value)
