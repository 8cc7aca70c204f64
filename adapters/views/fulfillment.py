"""Fulfillment: a row for each event of a payment that has goods to send, the one before it superseded."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, Table, bindparam, insert, select, update

from adapters.times import from_us, to_us
from adapters.view_rows import chunks
from adapters.views.steps import Step, Tables
from domain.state import Transaction
from domain.vocabulary import Fulfillment
from projections.fulfillment import Row, Standing, row_of, told


def save(connection: Connection, tables: Tables, steps: Sequence[Step]) -> None:
    """Add the rows that steps make, and say of those before them until when they stood."""
    table = tables["fulfillment"]
    latest = _latest(connection, table, sorted({step.stream for step in steps if step.version > 1}))
    fresh: dict[tuple[str, int], dict[str, Any]] = {}
    ended: list[dict[str, Any]] = []
    for step in steps:
        assert isinstance(step.after, Transaction), "only transactions have goods"
        previous = latest.get(step.stream)
        row = row_of(previous, step.entry, step.after)
        if row is None:
            continue
        if previous is not None:
            end = {"superseded_us": to_us(row.recorded)}
            if (known := fresh.get((previous.txn_id, previous.version))) is not None:
                known.update(end)
            else:
                ended.append({"of": previous.txn_id, "at": previous.version, **end})
        latest[step.stream] = row
        fresh[row.txn_id, row.version] = _columns(row, step.after)
    if ended:
        the_one = (table.c.txn_id == bindparam("of")) & (table.c.version == bindparam("at"))
        connection.execute(update(table).where(the_one), ended)
    if fresh:
        connection.execute(insert(table), list(fresh.values()))


def _latest(connection: Connection, table: Table, txn_ids: Sequence[str]) -> dict[str, Row]:
    rows: dict[str, Row] = {}
    for some in chunks(txn_ids):
        wanted = select(table).where(table.c.txn_id.in_(some), table.c.superseded_us.is_(None))
        for found in connection.execute(wanted).mappings():
            rows[found["txn_id"]] = _row(found)
    return rows


def _row(found: RowMapping) -> Row:
    return Row(
        txn_id=found["txn_id"],
        version=found["version"],
        recorded=from_us(found["recorded_us"]),
        stood=stood_of(found),
    )


def stood_of(found: RowMapping) -> Standing:
    """Where the goods stood by a row of the table."""
    return Standing(
        state=Fulfillment(found["state"]),
        since=from_us(found["since_us"]),
        by=found["by"],
        until=None if found["until_us"] is None else from_us(found["until_us"]),
    )


def _columns(row: Row, after: Transaction) -> dict[str, Any]:
    stood = row.stood
    until_us = None if stood.until is None else to_us(stood.until)
    return {
        "txn_id": row.txn_id,
        "version": row.version,
        "state": stood.state.value,
        "since_us": to_us(stood.since),
        "by": stood.by,
        "until_us": until_us,
        "runs_out_us": until_us if stood.state is Fulfillment.CLAIMED else None,
        "recorded_us": to_us(row.recorded),
        "superseded_us": None,
        "told": msgspec.json.encode(told(after)),
    }
