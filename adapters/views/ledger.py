"""The ledger: entries, their postings, and what each account took in on each day; only ever added to."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Table, insert

from adapters.statements import insert_into
from adapters.times import to_us
from adapters.units import to_units
from adapters.views.steps import Step, Tables
from projections.ledger import LedgerEntry, entries_of

DAY_US: Final = 86_400_000_000
# An entry's number is its event's place in the book and its own place among what the event changed.
_PLACES: Final = 2**20


def save(connection: Connection, tables: Tables, steps: Sequence[Step]) -> None:
    """Add the entries that the steps make; none is ever changed or taken away."""
    numbered = tuple(_numbered(steps))
    if not numbered:
        return
    entries = [_entry(number, entry) for number, entry in numbered]
    postings = [row for number, entry in numbered for row in _postings(number, entry)]
    connection.execute(insert(tables["ledger_entries"]), entries)
    connection.execute(insert(tables["ledger_postings"]), postings)
    _add_to_days(connection, tables["ledger_days"], postings)


def _numbered(steps: Sequence[Step]) -> Iterator[tuple[int, LedgerEntry]]:
    for step in steps:
        found = entries_of(step.stream, step.version, step.entry, step.before, step.after)
        assert len(found) < _PLACES, "more entries of one event than have a number"
        yield from ((step.position * _PLACES + place, entry) for place, entry in enumerate(found))


def _entry(number: int, entry: LedgerEntry) -> dict[str, Any]:
    return {
        "number": number,
        "id": entry.id,
        "stream": entry.transaction,
        "txn_id": entry.txn_id,
        "n": entry.n,
        "kind": entry.kind.value,
        "occurred_us": None if entry.occurred_at is None else to_us(entry.occurred_at),
        "recorded_us": to_us(entry.recorded_at),
        "about": msgspec.json.encode(entry.about),
    }


def _postings(number: int, entry: LedgerEntry) -> Iterator[dict[str, Any]]:
    for posting in entry.postings:
        yield {
            "number": number,
            "account": posting.account,
            "kind": entry.kind.value,
            "recorded_us": to_us(entry.recorded_at),
            "units": to_units(posting.amount),
        }


def _add_to_days(connection: Connection, table: Table, postings: Sequence[Mapping[str, Any]]) -> None:
    sums: Counter[tuple[str, int]] = Counter()
    for posting in postings:
        sums[posting["account"], posting["recorded_us"] // DAY_US] += posting["units"]
    rows = [
        {"account": account, "day": day, "units": units} for (account, day), units in sorted(sums.items())
    ]
    statement = insert_into(connection, table)
    added = table.c.units + statement.excluded.units
    connection.execute(
        statement.on_conflict_do_update(index_elements=["account", "day"], set_={"units": added}), rows
    )
