"""A transaction or subscription in words: the fields of its document, line by line, for people to read."""

from collections.abc import Iterator, Mapping
from typing import Any

from scripts.show import plain, table

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
_PARTS = ("terms", "item", "conversion", "goods")
_LISTS = ("items", "followers", "payments", "cases", "parked", "doubts")


def in_words(found: Mapping[str, Any]) -> Iterator[str]:
    """What is known of it; nothing where nothing is known."""
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
    return ", ".join(f"{key} {value_of(value)}" for key, value in entry.items() if value not in (None, []))


def value_of(value: object) -> str:
    """A value on one line, a list or record with all that is in it."""
    if isinstance(value, Mapping):
        return f"({_told(value)})"
    if isinstance(value, list):
        return "; ".join(f"({_told(one)})" for one in value) or "-"
    return plain(value)
