"""Fulfillment: a row for each event of a payment that has goods to send, the one before it superseded."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Connection, RowMapping, Table

from adapters.times import from_us, to_us
from adapters.view_rows import Row as Values
from adapters.view_rows import add, change, find
from adapters.views.steps import Halves, Step, Tables
from domain.state import Transaction
from domain.vocabulary import Fulfillment
from projections.fulfillment import Row, Standing, row_of, told

_STOOD: Final = ("txn_id", "version", "state", "since_us", "by", "until_us", "recorded_us", "superseded_us")
_COLUMNS: Final = (*_STOOD, "runs_out_us", "told")
_ENDED: Final = ("txn_id", "version", "superseded_us")
_encode: Final = msgspec.json.Encoder().encode


class Made(NamedTuple):
    """Rows of what began with these steps, and what goes on from rows that are there."""

    rows: list[Values]
    going_on: dict[str, list[Step]]
    said: dict[int, bytes]  # by the positions of those steps


def make(steps: Sequence[Step]) -> Made:
    """The rows that steps make, as far as they follow from these steps alone."""
    made = Made([], {}, {})
    by_stream: dict[str, list[Step]] = {}
    for step in steps:
        by_stream.setdefault(step.stream, []).append(step)
    for stream, some in by_stream.items():
        if some[0].version == 1:
            made.rows.extend(_rows(_brought_forward(None, some), made.said))
        else:
            made.going_on[stream] = some
            made.said.update((step.position, _said(step)) for step in some)
    return made


def write(connection: Connection, tables: Tables, made: Made) -> None:
    """Add the rows, and say of those before them until when they stood."""
    table, ended = tables["fulfillment"], list[Values]()
    latest = _latest(connection, table, sorted(made.going_on))
    for stream, some in made.going_on.items():
        previous = latest.get(stream)
        fresh = _brought_forward(previous, some)
        if fresh and previous is not None:
            ended.append((previous.txn_id, previous.version, to_us(fresh[0][0].recorded)))
        made.rows.extend(_rows(fresh, made.said))
    change(connection, table, _ENDED, ended)
    add(connection, table, _COLUMNS, made.rows)


save: Final = Halves(make, write)


def _brought_forward(previous: Row | None, steps: Sequence[Step]) -> list[tuple[Row, Step]]:
    """The rows of a payment's steps after the row before them, each with its step."""
    brought: list[tuple[Row, Step]] = []
    for step in steps:
        assert isinstance(step.after, Transaction), "only transactions have goods"
        row = row_of(previous, step.entry, step.after)
        if row is not None:
            brought.append((row, step))
            previous = row
    return brought


def _rows(brought: Sequence[tuple[Row, Step]], said: Mapping[int, bytes]) -> Iterator[Values]:
    """Rows one after the other as they are written, each superseded by the next."""
    for place, (row, step) in enumerate(brought, start=1):
        superseded_us = to_us(brought[place][0].recorded) if place < len(brought) else None
        stood = row.stood
        state = str(stood.state)
        until_us = None if stood.until is None else to_us(stood.until)
        yield (
            row.txn_id,
            row.version,
            state,
            to_us(stood.since),
            stood.by,
            until_us,
            to_us(row.recorded),
            superseded_us,
            until_us if stood.state is Fulfillment.CLAIMED else None,
            said.get(step.position) or _said(step),
        )


def _said(step: Step) -> bytes:
    assert isinstance(step.after, Transaction), "only transactions have goods"
    return _encode(told(step.after))


def _latest(connection: Connection, table: Table, txn_ids: Sequence[str]) -> dict[str, Row]:
    """The row of each that is not superseded."""
    return {
        found.txn_id: Row(
            txn_id=found.txn_id,
            version=found.version,
            recorded=from_us(found.recorded_us),
            stood=stood_of(found._mapping),  # noqa: SLF001 - public in spite of its name
        )
        for found in find(connection, table, _STOOD, "txn_id", txn_ids)
        if found.superseded_us is None
    }


def stood_of(found: Mapping[str, Any] | RowMapping) -> Standing:
    """Where the goods stood by a row of the table."""
    return Standing(
        state=Fulfillment(found["state"]),
        since=from_us(found["since_us"]),
        by=found["by"],
        until=None if found["until_us"] is None else from_us(found["until_us"]),
    )
