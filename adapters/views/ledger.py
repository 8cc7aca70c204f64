"""The ledger: entries, their postings, and what each account took in on each day; only ever added to."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import Connection, Table

from adapters.statements import Insert
from adapters.times import to_us
from adapters.units import to_units
from adapters.view_rows import Row, add, put
from adapters.views.steps import Halves, Step, Tables
from projections.ledger import LedgerEntry, entries_of

DAY_US: Final = 86_400_000_000
# An entry's number is its event's place in the book and its own place among what the event changed.
_PLACES: Final = 2**20
_ENTRY: Final = ("number", "id", "stream", "txn_id", "n", "kind", "occurred_us", "recorded_us", "about")
_POSTING: Final = ("number", "account", "kind", "recorded_us", "units")
_DAY: Final = ("account", "day", "units")
_encode: Final = msgspec.json.Encoder().encode


class Made(NamedTuple):
    """Rows of entries, of their postings, and what these add to days."""

    entries: list[Row]
    postings: list[Row]
    days: list[Row]


def make(steps: Sequence[Step]) -> Made:
    """The entries that the steps make; none is ever changed or taken away."""
    entries: list[Row] = []
    postings: list[Row] = []
    sums: defaultdict[tuple[str, int], int] = defaultdict(int)
    for number, entry in numbered(steps):
        kind, recorded_us = str(entry.kind), to_us(entry.recorded_at)
        entries.append(_entry(number, entry, kind, recorded_us))
        for posting in entry.postings:
            account, units = posting.account, to_units(posting.amount)
            postings.append((number, account, kind, recorded_us, units))
            sums[account, recorded_us // DAY_US] += units
    return Made(entries, postings, [(*key, units) for key, units in sorted(sums.items())])


def write(connection: Connection, tables: Tables, made: Made) -> None:
    """Add them."""
    add(connection, tables["ledger_entries"], _ENTRY, made.entries)
    add(connection, tables["ledger_postings"], _POSTING, made.postings)
    put(connection, tables["ledger_days"], _DAY, made.days, _summed)


save: Final = Halves(make, write)


def numbered(steps: Sequence[Step]) -> Iterator[tuple[int, LedgerEntry]]:
    """The entries that steps make, each with its number."""
    for step in steps:
        found = entries_of(step.stream, step.version, step.entry, step.before, step.after)
        assert len(found) < _PLACES, "more entries of one event than have a number"
        for place, entry in enumerate(found):
            yield step.position * _PLACES + place, entry


def _entry(number: int, entry: LedgerEntry, kind: str, recorded_us: int) -> Row:
    return (
        number,
        entry.id,
        entry.transaction,
        entry.txn_id,
        entry.n,
        kind,
        None if entry.occurred_at is None else to_us(entry.occurred_at),
        recorded_us,
        _encode(entry.about),
    )


def _summed(table: Table, statement: Insert) -> Insert:
    added = {"units": table.c.units + statement.excluded.units}
    return statement.on_conflict_do_update(index_elements=["account", "day"], set_=added)
