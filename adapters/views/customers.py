"""Customers: what was told of each payer last, and sums to which every step adds what it changes.

Of two tellings the later in the book counts, and sums commute, so streams may be told in any order.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any, Final, TypeAlias

import msgspec
from sqlalchemy import Connection, Table, select

from adapters.statements import insert_into
from adapters.times import to_us
from adapters.units import to_units
from adapters.view_rows import chunks, upsert
from adapters.views.steps import Step, Tables
from domain.state import Transaction
from projections.customers import Share, Telling, share, telling

# What is told of a payer; each stands beside the position of the event that told it.
TOLD: Final = ("name", "email", "country", "address")
SUMS: Final = ("payments", "paid", "refunded", "disputed")
_Row: TypeAlias = dict[str, Any]


def save(connection: Connection, tables: Tables, steps: Sequence[Step]) -> None:
    """Write what is told of payers, and add to their sums what the steps change."""
    changes: dict[tuple[str, str], _Row] = {}
    tellings: list[tuple[Step, Telling]] = []
    for step in steps:
        told = telling(step.entry)
        if told is not None:
            tellings.append((step, told))
        for added, sign in _changes(step):
            _add(changes, added, sign)
            tellings.append((step, _nothing_told(added.payer)))
    _write_tellings(connection, tables["customers"], tellings)
    # Also what comes to nothing is written, so that which rows there are depends on no batch.
    _write_sums(connection, tables["customer_sums"], list(changes.values()))


def _changes(step: Step) -> Iterator[tuple[Share, int]]:
    """What the step takes away from a payer's sums and what it adds, where these differ."""
    if not isinstance(step.before, Transaction) or not isinstance(step.after, Transaction):
        return
    before, after = share(step.before), share(step.after)
    if before != after:
        yield from ((added, sign) for added, sign in ((before, -1), (after, 1)) if added is not None)


def _add(changes: dict[tuple[str, str], _Row], added: Share, sign: int) -> None:
    currency = added.paid.currency
    key = {"payer_id": added.payer, "currency": currency}
    row = changes.setdefault((added.payer, currency), key | dict.fromkeys(SUMS, 0))
    row["payments"] += sign
    for name in SUMS[1:]:
        row[name] += sign * to_units(getattr(added, name))


def _nothing_told(payer: str) -> Telling:
    return Telling(payer=payer, name=None, email=None, country=None, address=None)


def _write_sums(connection: Connection, table: Table, rows: Sequence[_Row]) -> None:
    if rows:
        statement = insert_into(connection, table)
        sums = {name: table.c[name] + statement.excluded[name] for name in SUMS}
        keys = [column.name for column in table.primary_key]
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=sums), rows)


def _write_tellings(connection: Connection, table: Table, told: Iterable[tuple[Step, Telling]]) -> None:
    known = list(told)
    rows = _read(connection, table, sorted({each.payer for _, each in known}))
    for step, each in known:
        at_us = to_us(step.entry.at)
        row = rows.setdefault(each.payer, _new(table, each.payer, at_us))
        row["first_heard_us"] = min(row["first_heard_us"], at_us)
        row["last_changed_us"] = max(row["last_changed_us"], at_us)
        for name, value in _values(each):
            if value is not None and step.position >= (row[f"{name}_position"] or 0):
                row |= {name: value, f"{name}_position": step.position}
        row["email_folded"], row["name_folded"] = folded(row["email"]), folded(row["name"])
    upsert(connection, table, [rows[payer] for payer in sorted(rows)])


def _read(connection: Connection, table: Table, payers: Sequence[str]) -> dict[str, _Row]:
    return {
        found["payer_id"]: dict(found)
        for some in chunks(payers)
        for found in connection.execute(select(table).where(table.c.payer_id.in_(some))).mappings()
    }


def _new(table: Table, payer: str, at_us: int) -> _Row:
    empty: _Row = dict.fromkeys((column.name for column in table.columns), None)
    return empty | {"payer_id": payer, "first_heard_us": at_us, "last_changed_us": at_us}


def _values(told: Telling) -> Iterator[tuple[str, object]]:
    for name in TOLD:
        value = getattr(told, name)
        if name == "address" and value is not None:
            value = msgspec.json.encode(asdict(value)).decode()
        yield name, value


def folded(text: str | None) -> str | None:
    """A text as it is looked for, without regard to case."""
    return text if text is None else text.lower()
